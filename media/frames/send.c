/* SPDX-License-Identifier: MIT */
/*
 * Payload to frames.  k = ceil(len / largest T), T = ceil(len / k) rounded
 * up to even, then the smallest version that holds it: so the parts are
 * equal, and the symbols no larger than they must be.
 */
#include "media/frames/send.h"

#include <stdlib.h>
#include <string.h>

#include "media/frames/base45.h"
#include "media/frames/gf256.h"

/* Data codewords of versions 1 to 40, level L (ISO/IEC 18004, table 7). */
static const uint16_t CODEWORDS[SEND_LARGEST] = { 19, 34, 55, 80, 108, 136, 156,
	194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861, 932,
	1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735, 1843, 1955, 2071,
	2191, 2306, 2434, 2566, 2702, 2812, 2956 };

size_t
send_characters(int version)
{
	/* Mode and count stand before; two characters take 11 bits, one 6. */
	size_t count = version < 10 ? 9 : version < 27 ? 11 : 13;
	size_t bits = (size_t)CODEWORDS[version - 1] * 8 - 4 - count;

	return bits / 11 * 2 + (bits % 11 >= 6);
}

size_t
send_symbol(int version)
{
	size_t chars = send_characters(version) - strlen(FRAME_PREFIX);
	size_t bytes = base45_bytes(chars);

	if (bytes < FRAME_OVER + FRAME_SYMBOL_MIN)
		return 0;
	bytes -= FRAME_OVER;
	bytes -= bytes % 2;
	return bytes < FRAME_SYMBOL_MAX ? bytes : FRAME_SYMBOL_MAX;
}

static int
too_large(size_t len, size_t most, struct err *e)
{
	err_set(e, ERR_LIMIT, "qr.large", NULL);
	err_arg_int(e, "bytes", (long long)len);
	err_arg_int(e, "most", (long long)most);
	return -1;
}

/* The symbol of `version`, or of the first above that is enough. */
static int
choose(size_t len, int version, int most, size_t *symbol, struct err *e)
{
	if (len == 0)
		return err_set(e, ERR_FORM, "qr.empty", NULL);
	if (most > SEND_LARGEST)
		most = SEND_LARGEST;
	if (version < SEND_LEAST)
		version = SEND_LEAST;
	if (version > most)
		version = most;
	if (version < SEND_LEAST || len > FRAME_PAYLOAD_MAX)
		return too_large(len, FRAME_PAYLOAD_MAX, e);
	for (; version <= most; version++) {
		*symbol = send_symbol(version);
		if (*symbol > 0 && len <= *symbol * FRAME_SYMBOLS_MAX)
			return 0;
	}
	return too_large(len, send_symbol(most) * FRAME_SYMBOLS_MAX, e);
}

int
sender_new(struct sender **out, enum frame_type type, const uint8_t *payload,
    size_t len, int version, int most, struct err *e)
{
	struct sender *s;
	size_t largest, k;

	if (choose(len, version, most, &largest, e) == -1)
		return -1;
	s = xcalloc(1, sizeof(*s));
	k = (len + largest - 1) / largest;
	s->type = type;
	s->len = len;
	s->t = (len + k - 1) / k;
	s->t += s->t % 2;
	if (s->t < FRAME_SYMBOL_MIN)
		s->t = FRAME_SYMBOL_MIN;
	s->k = (len + s->t - 1) / s->t;
	s->version = SEND_LEAST;
	while (send_symbol(s->version) < s->t)
		s->version++;
	s->bytes = xcalloc(s->k, s->t);
	memcpy(s->bytes, payload, len);
	frame_id(s->id, type, payload, len);
	*out = s;
	return 0;
}

void
sender_free(struct sender *s)
{
	if (s == NULL)
		return;
	free(s->bytes);
	free(s);
}

void
sender_frame(const struct sender *s, uint32_t seq, struct frame *f)
{
	uint8_t c[FRAME_SYMBOLS_MAX];

	f->type = s->type;
	memcpy(f->id, s->id, FRAME_ID);
	f->len = s->len;
	f->t = s->t;
	f->seq = seq & FRAME_SEQ_MAX;
	if (f->seq < s->k) {
		memcpy(f->symbol, s->bytes + f->seq * s->t, s->t);
		return;
	}
	memset(f->symbol, 0, s->t);
	frame_coefficients(s->id, f->seq, c, s->k);
	for (size_t i = 0; i < s->k; i++)
		gf256_add_row(f->symbol, s->bytes + i * s->t, c[i], s->t);
}

void
sender_text(const struct sender *s, uint32_t seq, struct buf *out)
{
	struct frame f;

	sender_frame(s, seq, &f);
	frame_format(&f, out);
}
