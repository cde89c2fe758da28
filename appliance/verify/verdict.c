/* SPDX-License-Identifier: MIT */
/*
 * The verdict on a volume.  Invariant: "OK" is said only after the walk and
 * the fold took every entry, and every object was there as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/verify.h"
#include "ceremony/text/text.h"

#define HEADS_MAX ((size_t)1 << 20)

struct walk {
	struct disk disk;
	struct verdict *v;
	also_fn *also;
	void *arg;
};

static int
get_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	struct walk *w = arg;

	return disk_object(&w->disk, sha, out, e);
}

static int
check_object(void *arg, const uint8_t sha[static SHA256_LEN], int64_t size,
    struct err *e)
{
	struct walk *w = arg;

	return disk_check(&w->disk, sha, size, e);
}

static void
take_note(void *arg, const struct err *what)
{
	struct walk *w = arg;
	struct verdict *v = w->v;

	if (strcmp(what->id, "log.other-table") == 0) {
		ceremony_free(v->state);
		v->state = NULL;
	}
	if (v->notes < NOTES_MAX)
		v->note[v->notes++] = *what;
	else
		v->notes_left_out++;
}

static int
take_entry(void *arg, const struct entry *en, const uint8_t *line, size_t len,
    struct err *e)
{
	struct walk *w = arg;

	if (w->also != NULL &&
	    w->also(w->arg, w->v->state, en, line, len, e) == -1)
		return -1;
	if (w->v->state == NULL)
		return 0;
	return ceremony_apply(w->v->state, line, len, e);
}

static int
expect_heads(struct scan *s, const char *file, struct err *e)
{
	struct buf b = BUF_INIT;
	int ret = disk_file(".", file, HEADS_MAX, &b, e);

	if (ret == 0)
		ret = scan_expect_lines(s, buf_cstr(&b), b.len, e);
	buf_free(&b);
	return ret;
}

enum exit_code
verdict_make(const struct disk *d, const struct options *o, also_fn *also,
    void *arg, struct verdict *v, int64_t *at, struct err *e)
{
	struct walk w = { .disk = *d, .v = v, .also = also, .arg = arg };
	struct scan_world world = { &w, get_object, check_object, take_entry,
		take_note };
	struct object_source objects = { get_object, &w };
	int ret;

	memset(v, 0, sizeof(*v));
	v->scan = scan_new(&world);
	v->state = ceremony_new(&objects);
	*at = 0;
	if (o->heads != NULL && expect_heads(v->scan, o->heads, e) == -1)
		return EXIT_WORLD;
	ret = disk_walk(d, v->scan, e);
	if (ret == 0)
		ret = scan_end(v->scan, &v->result, e);
	*at = scan_at(v->scan);
	if (ret == -2)
		return EXIT_WORLD;
	return ret == -1 ? EXIT_BAD : EXIT_GOOD;
}

void
verdict_fini(struct verdict *v)
{
	scan_free(v->scan);
	ceremony_free(v->state);
	memset(v, 0, sizeof(*v));
}

void
verdict_line(const struct scan_result *r, struct buf *out)
{
	char hex[SHA256_HEX];

	sha256_hex(hex, r->head.hash);
	buf_fmt(out, "OK %lld entries, sealed at ", (long long)r->entries);
	if (r->sealed >= 0)
		buf_fmt(out, "%lld", (long long)r->sealed);
	else
		buf_str(out, "none");
	buf_fmt(out, ", head %s", hex);
}

void
print_json(struct json *j)
{
	struct buf b = BUF_INIT;

	json_encode(j, &b);
	printf("%s\n", buf_cstr(&b));
	buf_free(&b);
	json_free(j);
}

enum exit_code
verdict_fail(enum exit_code code, int64_t at, const struct err *e, bool json)
{
	struct buf b = BUF_INIT;
	struct json *j;

	text_error(LANG_EN, e, &b);
	if (json) {
		j = json_new_obj();
		json_set_int(j, "entry", at);
		json_set_str(j, "id", e->id);
		json_set_str(j, "text", buf_cstr(&b));
		json_set_str(j, "verdict", code == EXIT_BAD ? "fail" : "error");
		print_json(j);
	} else if (code == EXIT_BAD) {
		printf("FAIL: entry %lld: %s\n", (long long)at, buf_cstr(&b));
		fprintf(stderr, "  %s\n", e->id);
	} else {
		fprintf(
		    stderr, "tachiai-verify: %s (%s)\n", buf_cstr(&b), e->id);
	}
	buf_free(&b);
	return code;
}

static void
print_notes(const struct verdict *v)
{
	char hex[SHA256_HEX];

	for (size_t i = 0; i < v->result.keys; i++) {
		sha256_hex(hex, v->result.key[i].spki_sha);
		fprintf(stderr, "key %s %s sha256 %s\n", v->result.key[i].name,
		    v->result.key[i].alg, hex);
	}
	for (size_t i = 0; i < v->notes; i++) {
		struct buf b = BUF_INIT;

		text_error(LANG_EN, &v->note[i], &b);
		fprintf(stderr, "note: %s\n", buf_cstr(&b));
		buf_free(&b);
	}
	if (v->notes_left_out > 0)
		fprintf(stderr, "note: and %zu more\n", v->notes_left_out);
	if (v->result.sealed >= 0 && v->result.sealed + 1 < v->result.entries)
		fprintf(stderr,
		    "note: entries %lld to %lld follow the seal"
		    " and wait for the next one\n",
		    (long long)v->result.sealed + 1,
		    (long long)v->result.entries - 1);
}

static void
verdict_json(const struct verdict *v)
{
	struct json *j = json_new_obj(), *keys = json_new_arr();
	struct json *notes = json_new_arr();

	for (size_t i = 0; i < v->result.keys; i++) {
		struct json *k = json_new_obj();

		json_set_str(k, "alg", v->result.key[i].alg);
		json_set_str(k, "name", v->result.key[i].name);
		json_set_hex(k, "spki", v->result.key[i].spki_sha, SHA256_LEN);
		json_add(keys, k);
	}
	for (size_t i = 0; i < v->notes; i++) {
		struct json *n = json_new_obj();
		struct buf b = BUF_INIT;

		text_error(LANG_EN, &v->note[i], &b);
		json_set_str(n, "id", v->note[i].id);
		json_set_str(n, "text", buf_cstr(&b));
		json_add(notes, n);
		buf_free(&b);
	}
	json_set_int(j, "entries", v->result.entries);
	json_set_hex(j, "head", v->result.head.hash, SHA256_LEN);
	json_set(j, "keys", keys);
	json_set(j, "notes", notes);
	json_set_str(j, "origin", v->result.origin);
	if (v->result.sealed >= 0)
		json_set_int(j, "sealed", v->result.sealed);
	json_set_str(j, "verdict", "ok");
	print_json(j);
}

enum exit_code
run_verdict(const struct options *o)
{
	struct disk d = { o->arg[0] };
	struct verdict v;
	struct err e;
	int64_t at;
	enum exit_code code = verdict_make(&d, o, NULL, NULL, &v, &at, &e);

	if (code != EXIT_GOOD) {
		verdict_fail(code, at, &e, o->json);
	} else if (o->json) {
		verdict_json(&v);
	} else {
		struct buf b = BUF_INIT;

		print_notes(&v);
		verdict_line(&v.result, &b);
		printf("%s\n", buf_cstr(&b));
		buf_free(&b);
	}
	verdict_fini(&v);
	return code;
}
