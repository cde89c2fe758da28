/* SPDX-License-Identifier: MIT */
/* What reading costs, as ratios to SHA-256 over the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "appliance/launcher/filter.h"
#include "appliance/world/msg.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"

#define ROUNDS 2000

static struct buf text;

static void
do_sha256(void)
{
	uint8_t d[SHA256_LEN];

	sha256(d, text.data, text.len);
}

static void
do_json(void)
{
	struct json *j = NULL;
	struct err e;

	if (json_parse(buf_cstr(&text), text.len, JSON_DEPTH, &j, &e) == -1)
		abort();
	json_free(j);
}

static void
do_base64(void)
{
	struct buf b = BUF_INIT;

	base64_encode(&b, text.data, text.len);
	buf_free(&b);
}

static void
do_frame(void)
{
	struct buf b = BUF_INIT;
	struct msg m;

	msg_init(&m, PARTY_HSM, MSG_ENTRY, 1);
	buf_add(&m.bytes, text.data, text.len);
	msg_encode(&m, &b);
	msg_fini(&m);
	buf_free(&b);
}

static void
do_filter(void)
{
	struct buf b = BUF_INIT;
	struct filter f = { 0 };

	filter_pass(&f, text.data, text.len, &b);
	buf_free(&b);
}

static double
measure(void (*what)(void))
{
	struct timespec a, b;

	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < ROUNDS; i++)
		what();
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

int
main(void)
{
	static const struct {
		const char *name;
		void (*what)(void);
	} ROWS[] = {
		{ "parse strict JSON", do_json },
		{ "encode base64", do_base64 },
		{ "frame a message", do_frame },
		{ "filter for the terminal", do_filter },
	};
	struct json *j = json_new_obj();
	double unit;
	char key[16];

	for (int i = 0; i < 400; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		json_set_str(j, key, "what was said at this step");
	}
	json_encode(j, &text);
	json_free(j);
	unit = measure(do_sha256);
	printf("%zu bytes; 1.00 is SHA-256 over them\n", text.len);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		printf(
		    "%8.2f  %s\n", measure(ROWS[i].what) / unit, ROWS[i].name);
	buf_free(&text);
	return 0;
}
