/* SPDX-License-Identifier: MIT */
/*
 * Sending without a terminal: frames as lines of text, or as PNG files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "appliance/gap/gap.h"
#include "media/picture.h"

#define FRAME_NAME "frame-%06lu.png"

/* Frames that go to texts and files, where there is no end: enough for
 * half of them to be lost. */
static unsigned long
frames_count(const struct sender *s, const struct options *opt)
{
	if (opt->count > 0)
		return (unsigned long)opt->count;
	return s->k == 1 ? 1 : 2 * (unsigned long)s->k + 8;
}

static int
write_png(const struct sender *s, unsigned long seq, const struct options *opt,
    struct err *e)
{
	struct buf text = BUF_INIT, pixels = BUF_INIT, png = BUF_INIT;
	struct buf path = BUF_INIT;
	struct qr qr = { .module = NULL };
	size_t side;
	int ret;

	sender_text(s, (uint32_t)seq, &text);
	ret = qr_make(text.data, text.len, QR_ALPHANUMERIC, QR_LEVEL_L,
	    s->version, s->version, &qr, e);
	if (ret == 0) {
		side = picture_pixels(&qr, (size_t)opt->dots, &pixels);
		picture_png(&png, pixels.data, side, side);
		buf_fmt(&path, "%s/" FRAME_NAME, opt->png, seq);
		ret = file_write(buf_cstr(&path), png.data, png.len, e);
	}
	qr_fini(&qr);
	buf_free(&text);
	buf_free(&pixels);
	buf_free(&png);
	buf_free(&path);
	return ret;
}

static int
to_files(const struct sender *s, const struct options *opt, struct err *e)
{
	int ret = 0;

	if (mkdir(opt->png, 0755) == -1 && errno != EEXIST)
		return err_set(e, ERR_WORLD, "gap.file", "file", opt->png,
		    "why", strerrordesc_np(errno), NULL);
	for (unsigned long i = 0; ret == 0 && i < frames_count(s, opt); i++)
		ret = write_png(s, i, opt, e);
	return ret;
}

static int
to_texts(const struct sender *s, const struct options *opt, struct err *e)
{
	for (unsigned long i = 0; i < frames_count(s, opt); i++) {
		struct buf text = BUF_INIT;
		int bad;

		sender_text(s, (uint32_t)i, &text);
		bad = printf("%s\n", buf_cstr(&text)) < 0;
		buf_free(&text);
		if (bad)
			break;
	}
	if (fflush(stdout) != 0)
		return err_set(e, ERR_WORLD, "gap.file", "file", "-", "why",
		    strerrordesc_np(errno), NULL);
	return 0;
}

enum exit_code
run_send(const struct options *opt)
{
	struct object o = { FRAME_ANY, BUF_INIT };
	struct sender *s = NULL;
	struct err e;
	int ret = object_load(opt->arg[0], &o, &e);

	if (ret == 0 && (opt->frames || opt->png != NULL)) {
		ret = sender_new(&s, o.type, o.payload.data, o.payload.len,
		    opt->version, SEND_LARGEST, &e);
		if (ret == 0) {
			object_show(&o, opt);
			ret = opt->frames ? to_texts(s, opt, &e)
					  : to_files(s, opt, &e);
		}
	} else if (ret == 0) {
		ret = show_on_terminal(&o, opt, &e);
	}
	sender_free(s);
	buf_free(&o.payload);
	return ret == 0 ? EXIT_GOOD : complain(opt, &e);
}
