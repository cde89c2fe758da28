/* SPDX-License-Identifier: MIT */
/* CQ1: Base45, the field, the frame, and what a sender makes. */
#include "tests/unit/frames.h"

#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"
#include "media/frames/base45.h"
#include "media/frames/gf256.h"
#include "tests/unit/test.h"

static void
base45(void)
{
	/* RFC 9285, section 4.3 and 4.4 */
	static const char *const ROWS[][2] = {
		{ "AB", "BB8" },
		{ "Hello!!", "%69 VD92EX0" },
		{ "base-45", "UJCLQE7W581" },
		{ "ietf!", "QED8WEX0" },
		{ "", "" },
	};
	static const char *const BAD[] = { "A", "BB8A", ":::", "GGW",
		"::", "bb8", "BB\xc3\xa4", "BB8\n", "U6" };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		buf_reset(&b);
		base45_encode(
		    &b, (const uint8_t *)ROWS[i][0], strlen(ROWS[i][0]));
		CHECK_STR("base45 writes", buf_cstr(&b), ROWS[i][1]);
		CHECK("base45 has its length",
		    b.len == base45_chars(strlen(ROWS[i][0])) &&
			base45_bytes(b.len) == strlen(ROWS[i][0]));
		buf_reset(&b);
		CHECK("base45 reads",
		    base45_decode(&b, ROWS[i][1], strlen(ROWS[i][1])) == 0);
		CHECK_STR("base45 reads back", buf_cstr(&b), ROWS[i][0]);
	}
	buf_reset(&b);
	buf_str(&b, "kept");
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++) {
		CHECK(BAD[i], base45_decode(&b, BAD[i], strlen(BAD[i])) == -1);
		CHECK_STR("nothing changed", buf_cstr(&b), "kept");
	}
	buf_reset(&b);
	/* The largest group of three, and of two. */
	CHECK("65535",
	    base45_decode(&b, "FGW", 3) == 0 && b.len == 2 &&
		b.data[0] == 0xff && b.data[1] == 0xff);
	CHECK("255", base45_decode(&b, "U5", 2) == 0 && b.data[2] == 0xff);
	buf_free(&b);
}

static void
field(void)
{
	bool inverse = true, rows = true;
	uint8_t a[300], b[300];

	for (unsigned c = 1; c < 256; c++)
		inverse = inverse &&
		    gf256_mul((uint8_t)c, gf256_inv((uint8_t)c)) == 1;
	CHECK("every element has its inverse", inverse);
	CHECK("x^8 is the polynomial", gf256_mul(0x80, 2) == 0x1d);
	for (unsigned c = 0; c < 256; c++) {
		for (unsigned i = 0; i < sizeof(a); i++) {
			a[i] = (uint8_t)(i * 7 + c);
			b[i] = (uint8_t)i;
		}
		gf256_add_row(a, b, (uint8_t)c, sizeof(a));
		gf256_mul_row(b, (uint8_t)c, sizeof(b));
		for (unsigned i = 0; i < sizeof(a); i++)
			rows = rows &&
			    b[i] == gf256_mul((uint8_t)i, (uint8_t)c) &&
			    a[i] == (uint8_t)((i * 7 + c) ^ b[i]);
	}
	CHECK("rows are their elements", rows);
}

static void
vectors(void)
{
	static const uint8_t ID[FRAME_ID] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const uint8_t C[2][10] = {
		{ 0x25, 0xde, 0xf9, 0xaf, 0xa0, 0xeb, 0xd3, 0xfa, 0x75, 0x44 },
		{ 0x71, 0xec, 0xf2, 0xf1, 0xc9, 0xb0, 0xe7, 0xea, 0xf3, 0xbd },
	};
	uint8_t c[10];

	CHECK("crc-32", crc32_add(0, "123456789", 9) == 0xcbf43926u);
	CHECK("crc-32 in parts",
	    crc32_add(crc32_add(0, "1234", 4), "56789", 5) == 0xcbf43926u);
	for (uint32_t i = 0; i < 2; i++) {
		frame_coefficients(ID, 10 + i, c, sizeof(c));
		CHECK("coefficients", memcmp(c, C[i], sizeof(c)) == 0);
	}
}

static void
sizes(void)
{
	static uint8_t p[FRAME_PAYLOAD_MAX + 1];
	static const struct {
		size_t len;
		int version;
		size_t k, t;
		int took;
	} ROWS[] = {
		{ 1, 17, 1, 16, 3 },
		{ 602, 17, 1, 602, 17 },
		{ 603, 17, 2, 302, 12 },
		{ 6000, 17, 10, 600, 17 },
		{ 204800, 17, 341, 602, 17 },
		{ 616448, 17, 1024, 602, 17 },
		{ 616449, 17, 915, 674, 18 }, /* a larger version */
		{ 1 << 20, 17, 0, 0, 0 },
		{ 6000, 25, 5, 1200, 25 },
		{ 6000, 10, 25, 240, 10 },
		{ 1 << 20, 40, 525, 1998, 34 },
		{ 17, 1, 1, 18, 3 },
	};
	struct sender *s;
	struct err e;

	CHECK(
	    "version 17", send_characters(17) == 938 && send_symbol(17) == 602);
	CHECK("version 25", send_symbol(25) == 1212);
	CHECK("version 5", send_symbol(5) == 80);
	CHECK("version 2 holds no frame", send_symbol(2) == 0);
	CHECK("version 3 does", send_symbol(3) >= FRAME_SYMBOL_MIN);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		s = send(FRAME_CRL, p, ROWS[i].len, ROWS[i].version);
		CHECK("k T is enough",
		    s->k * s->t >= ROWS[i].len &&
			(s->k - 1) * s->t < ROWS[i].len && s->k <= 1024);
		CHECK("T is even, and fits",
		    s->t % 2 == 0 && s->t <= send_symbol(s->version) &&
			(s->version == SEND_LEAST ||
			    s->t > send_symbol(s->version - 1)));
		if (ROWS[i].k != 0) {
			CHECK("k", s->k == ROWS[i].k);
			CHECK("T", s->t == ROWS[i].t);
			CHECK("version", s->version == ROWS[i].took);
		}
		sender_free(s);
	}
	s = NULL;
	CHECK("over a mebibyte",
	    sender_new(&s, FRAME_CRL, p, sizeof(p), 17, 40, &e) == -1 &&
		strcmp(e.id, "qr.large") == 0);
	CHECK("nothing",
	    sender_new(&s, FRAME_CRL, p, 0, 17, 40, &e) == -1 &&
		strcmp(e.id, "qr.empty") == 0);
	CHECK("no room on this screen",
	    sender_new(&s, FRAME_CRL, p, 100000, 5, 5, &e) == -1 &&
		strcmp(e.id, "qr.large") == 0 &&
		strcmp(err_value(&e, "most"), "81920") == 0 && s == NULL);
}

static void
one_frame(void)
{
	uint8_t p[50];
	struct sender *s;
	struct frame f, g;
	struct buf text = BUF_INIT, raw = BUF_INIT;
	struct err e;
	bool same = true, refused = true;

	fill(p, sizeof(p), 1);
	s = send(FRAME_CSR, p, sizeof(p), 17);
	sender_frame(s, 3, &f);
	frame_format(&f, &text);
	CHECK("a frame comes back",
	    frame_parse(buf_cstr(&text), text.len, &g, &e) == 0 &&
		frame_same(&f, &g) && g.seq == 3 &&
		memcmp(f.symbol, g.symbol, f.t) == 0);
	frame_encode(&f, &raw);
	for (size_t i = 0; i < raw.len * 8; i++) {
		raw.data[i / 8] ^= (uint8_t)(1 << i % 8);
		refused =
		    refused && frame_decode(raw.data, raw.len, &g, &e) == -1;
		raw.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK("a bit turned over is refused", refused);
	for (size_t i = 0; i < raw.len; i++)
		refused = refused && frame_decode(raw.data, i, &g, &e) == -1;
	buf_byte(&raw, 0);
	refused = refused && frame_decode(raw.data, raw.len, &g, &e) == -1;
	CHECK("a byte less or more is refused", refused);
	for (size_t i = 0; i < text.len; i++) {
		char *c = (char *)text.data + i, was = *c;

		*c = 'a';
		same = same &&
		    frame_parse((char *)text.data, text.len, &g, &e) == -1 &&
		    strcmp(e.id, "qr.form") == 0;
		*c = was;
	}
	CHECK("a character of no such code is refused", same);
	buf_free(&text);
	buf_free(&raw);
	sender_free(s);
}

/* Headers that a CRC covers and that are no frame. */
static void
bad_headers(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t byte;
		const char *what;
	} ROWS[] = {
		{ "version 0", 0, 0, "version" },
		{ "version 2", 0, 2, "version" },
		{ "type 0", 1, 0, "type" },
		{ "type 6", 1, 6, "type" },
		{ "over a mebibyte", 10, 0x11, "size" },
		{ "over 1024 T", 11, 0x80, "size" },
		{ "no byte", 12, 0, "size" },
	};
	struct frame f = { .type = FRAME_CSR, .len = 1, .t = 16 };
	struct err e;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct buf raw = BUF_INIT;
		struct frame g = { .len = 77 };
		struct cursor c;
		uint32_t crc;

		frame_encode(&f, &raw);
		raw.data[ROWS[i].at] = ROWS[i].byte;
		raw.len -= 4;
		crc = crc32_add(0, raw.data, raw.len);
		buf_be32(&raw, crc);
		c.p = raw.data;
		c.left = raw.len;
		CHECK(ROWS[i].name,
		    frame_decode(c.p, c.left, &g, &e) == -1 && g.len == 77 &&
			strcmp(err_value(&e, "what"), ROWS[i].what) == 0);
		buf_free(&raw);
	}
}

/* The page's example: its bytes and its texts are those of this sender. */
static void
example(void)
{
	static const char TEXT[] = "Two people watch; one presses the key.\n";
	struct sender *s =
	    send(FRAME_TEXT, (const uint8_t *)TEXT, strlen(TEXT), 3);
	struct buf page = BUF_INIT;

	load("docs/frames.5", &page);
	CHECK("the example has two parts",
	    s->k == 2 && s->t == 20 &&
		strstr(
		    buf_cstr(&page), "Two people watch; one presses the key."));
	for (uint32_t seq = 0; seq < 3; seq++) {
		struct buf want = BUF_INIT, raw = BUF_INIT;
		struct frame f;

		sender_frame(s, seq, &f);
		frame_encode(&f, &raw);
		hex_encode(&want, raw.data + 16, 20);
		buf_byte(&want, ' ');
		hex_encode(&want, raw.data + 36, 4);
		buf_str(&want, "\n\n");
		frame_format(&f, &want);
		buf_byte(&want, '\n');
		CHECK("bytes and text stand in frames(5)",
		    strstr(buf_cstr(&page), buf_cstr(&want)) != NULL);
		buf_free(&want);
		buf_free(&raw);
	}
	buf_free(&page);
	sender_free(s);
}

int
main(void)
{
	example();
	base45();
	field();
	vectors();
	sizes();
	one_frame();
	bad_headers();
	return test_end();
}
