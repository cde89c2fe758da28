/* SPDX-License-Identifier: MIT */
/*
 * Stands in for a tachiai-decode that was taken over by a picture, and says
 * more than it was asked for: the picture's last byte says in which way.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/msg.h"

#define ANSWERS 100000

/* Bytes that are no message, for as long as somebody takes them. */
static void
noise(void)
{
	static uint8_t junk[1 << 16];

	memset(junk, 0xa5, sizeof(junk));
	while (write(MSG_FD, junk, sizeof(junk)) > 0)
		;
}

/* The largest answer that a message can hold. */
static void
huge(const struct msg *m)
{
	size_t len = MSG_MAX - 4096;
	struct err e;

	(void)msg_answer(MSG_FD, m, NULL, xmalloc(len), len, &e);
}

/* One answer, over and over. */
static void
many(const struct msg *m)
{
	struct err e;

	for (int i = 0; i < ANSWERS; i++)
		if (msg_answer(MSG_FD, m, NULL, "", 0, &e) == -1)
			break;
}

int
main(void)
{
	struct msg m;
	struct err e;

	if (msg_read(MSG_FD, &m, &e) != 1 || m.bytes.len == 0)
		return 0;
	switch (m.bytes.data[m.bytes.len - 1]) {
	case 0x00:
		noise();
		break;
	case 0xff:
		huge(&m);
		break;
	default:
		many(&m);
		break;
	}
	return 0;
}
