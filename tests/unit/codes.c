/* SPDX-License-Identifier: MIT */
/*
 * Pictures of codes, read by tachiai-decode as it ships: what it reads at
 * which size and noise, and what it makes of pictures that are made to harm
 * it.  Whatever happens to one picture, the next one is read.
 */
#include "tests/unit/test.h"

#include <libgen.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "media/picture.h"

static struct pictures *reader;

struct seen {
	size_t n;
	struct buf text; /* of the last one */
};

static int
see(void *arg, const char *text, size_t len)
{
	struct seen *s = arg;

	s->n++;
	buf_reset(&s->text);
	buf_add(&s->text, text, len);
	return 0;
}

/* How many texts a picture gives, the last in `s`; -1 refused. */
static int
look(const struct buf *picture, struct seen *s, struct err *e)
{
	s->n = 0;
	buf_reset(&s->text);
	return pictures_texts(reader, picture, see, s, e) == 0 ? (int)s->n : -1;
}

static uint32_t
draw(uint32_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 17;
	*s ^= *s << 5;
	return *s;
}

/* Grey noise of about this deviation: the sum of four dice. */
static void
disturb(struct buf *pixels, int sigma, uint32_t seed)
{
	for (size_t i = 0; i < pixels->len; i++) {
		int v = 40 + pixels->data[i] * 170 / 255, sum = 0;

		for (int d = 0; d < 4; d++)
			sum += (int)(draw(&seed) % 256);
		v += (sum - 510) * sigma / 148;
		pixels->data[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

static void
text_of(struct buf *text, int version)
{
	uint32_t seed = 77;

	for (size_t n = send_characters(version); text->len < n;)
		buf_byte(text,
		    (uint8_t) "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
			[draw(&seed) % 45]);
}

static bool
reads(int version, size_t dots, int sigma, uint32_t seed, bool png)
{
	struct buf text = BUF_INIT, pixels = BUF_INIT, file = BUF_INIT;
	struct seen s = { 0, BUF_INIT };
	struct qr qr = { .module = NULL };
	struct err e;
	size_t side;
	bool good;

	text_of(&text, version);
	if (qr_make(text.data, text.len, QR_ALPHANUMERIC, QR_LEVEL_L, version,
		version, &qr, &e) == -1)
		abort();
	side = picture_pixels(&qr, dots, &pixels);
	if (sigma > 0)
		disturb(&pixels, sigma, seed);
	if (png)
		picture_png(&file, pixels.data, side, side);
	else
		picture_pgm(&file, pixels.data, side, side);
	good = look(&file, &s, &e) == 1 && s.text.len == text.len &&
	    memcmp(buf_cstr(&s.text), buf_cstr(&text), text.len) == 0;
	qr_fini(&qr);
	buf_free(&text);
	buf_free(&pixels);
	buf_free(&file);
	buf_free(&s.text);
	return good;
}

static void
test_reads(void)
{
	static const int VERSIONS[] = { 1, 3, 5, 10, 17, 25, 30, 40 };
	char name[64];

	for (size_t i = 0; i < sizeof(VERSIONS) / sizeof(*VERSIONS); i++) {
		snprintf(name, sizeof(name), "version %d, clean, 3 dots",
		    VERSIONS[i]);
		CHECK(name, reads(VERSIONS[i], 3, 0, 1, i % 2 == 0));
	}
	for (int sigma = 6; sigma <= 18; sigma += 6) {
		int good = 0;

		for (uint32_t seed = 1; seed <= 6; seed++)
			good += reads(17, 4, sigma, seed, false);
		snprintf(name, sizeof(name),
		    "version 17, 4 dots, noise %d: %d of 6", sigma, good);
		CHECK(name, good == 6);
	}
}

/* Codes of a set, libqrencode's structured append, beside each other. */
static void
add_set(struct buf *file, const char *text, size_t first, size_t step)
{
	QRinput *in = QRinput_new2(3, QR_ECLEVEL_L);
	QRinput_Struct *parts;
	QRcode_List *codes, *c;
	size_t n = 0, side = 29 * 4 + 32, wide;
	struct buf pixels = BUF_INIT;

	if (QRinput_append(
		in, QR_MODE_8, (int)strlen(text), (const uint8_t *)text) == -1)
		abort();
	parts = QRinput_splitQRinputToStruct(in);
	codes = parts != NULL ? QRcode_encodeInputStructured(parts) : NULL;
	for (c = codes; c != NULL; c = c->next)
		n++;
	if (n < 3)
		abort();
	wide = side * ((n - first + step - 1) / step);
	for (size_t y = 0; y < side; y++) {
		size_t at = 0;

		for (c = codes; c != NULL; c = c->next, at++)
			for (size_t x = 0; at >= first &&
			     (at - first) % step == 0 && x < side;
			     x++) {
				size_t mx = x / 4 - 4, my = y / 4 - 4;
				bool dark = mx < 29 && my < 29 &&
				    (c->code->data[my * 29 + mx] & 1) != 0;

				buf_byte(&pixels, dark ? 0 : 255);
			}
	}
	picture_pgm(file, pixels.data, wide, side);
	buf_free(&pixels);
	QRcode_List_free(codes);
	QRinput_Struct_free(parts);
	QRinput_free(in);
}

static void
test_sets(void)
{
	char text[301];
	struct err e;

	memset(text, 't', 300);
	text[300] = '\0';
	for (size_t first = 0; first < 3; first++)
		for (size_t step = 1; step <= 9; step *= 3) {
			struct buf file = BUF_INIT;
			struct seen s = { 0, BUF_INIT };

			add_set(&file, text, first, step);
			(void)look(&file, &s, &e);
			CHECK("a set is no text of ours, or its whole",
			    s.n == 0 || s.text.len <= 300);
			CHECK("and the next picture is read",
			    reads(5, 3, 0, 1, false));
			buf_free(&file);
			buf_free(&s.text);
		}
}

static void
refused(const char *name, struct buf *file, const char *id)
{
	struct seen s = { 0, BUF_INIT };
	struct err e = { .code = ERR_NONE };

	CHECK(name, look(file, &s, &e) == -1 && strcmp(e.id, id) == 0);
	buf_free(file);
	buf_free(&s.text);
}

static void
test_files(void)
{
	static const uint8_t grey[64] = { 0 };
	struct buf b = BUF_INIT, big = BUF_INIT;
	struct seen s = { 0, BUF_INIT };
	struct err e;

	buf_str(&b, "P5\n16384 16384\n255\n");
	refused("a picture that says it is huge", &b, "decode.picture");
	buf_str(&b, "P5\n8 8\n255\nshort");
	refused("a picture that is short", &b, "decode.picture");
	buf_str(&b, "P5\n0 8\n255\n");
	refused("a picture without a width", &b, "decode.picture");
	buf_str(&b, "P5\n99999999999999999999 8\n255\n");
	refused("a width out of bounds", &b, "decode.picture");
	buf_str(&b, "GIF89a");
	refused("another kind of file", &b, "decode.picture");
	refused("no byte at all", &b, "decode.picture");
	picture_png(&b, grey, 8, 8);
	b.data[19] = 0xff; /* the width */
	refused("a PNG with a wrong head", &b, "decode.picture");
	picture_png(&b, grey, 8, 8);
	b.len -= 30;
	refused("half a PNG", &b, "decode.picture");
	for (size_t i = 0; i < 3000 * 3000; i++)
		buf_byte(&big, i % 7 == 0 || i / 3000 % 5 == 0 ? 0 : 255);
	picture_pgm(&b, big.data, 3000, 3000);
	CHECK("nine million squares without a code", look(&b, &s, &e) == 0);
	buf_free(&b);
	buf_free(&big);
	buf_free(&s.text);
}

/* Bytes that are no text: told of as strange, never handed on. */
static void
test_bytes(void)
{
	static const uint8_t bytes[] = { 'C', 'Q', '1', ':', 0x1b, '[', '2',
		'J', 0, 0xe2, 0x80, 0xae };
	struct buf pixels = BUF_INIT, file = BUF_INIT;
	struct seen s = { 0, BUF_INIT };
	struct qr qr = { .module = NULL };
	struct err e;
	size_t side;

	CHECK("a code",
	    qr_make(bytes, sizeof(bytes), QR_BYTES, QR_LEVEL_M, 1, 5, &qr,
		&e) == 0);
	side = picture_pixels(&qr, 4, &pixels);
	picture_pgm(&file, pixels.data, side, side);
	CHECK("escapes stay where they are", look(&file, &s, &e) == 0);
	qr_fini(&qr);
	buf_free(&pixels);
	buf_free(&file);
	buf_free(&s.text);
}

int
main(int argc, char **argv)
{
	char path[4096], dir[4200];

	(void)argc;
	snprintf(path, sizeof(path), "%s", argv[0]);
	snprintf(dir, sizeof(dir), "%s/../../bin", dirname(path));
	reader = pictures_new(dir);
	test_reads();
	test_sets();
	test_files();
	test_bytes();
	pictures_free(reader);
	return test_end();
}
