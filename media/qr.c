/* SPDX-License-Identifier: MIT */
/* libqrencode does the work; this file keeps its types to itself. */
#include "media/qr.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"

static void
take(const QRcode *c, struct qr *out)
{
	int w = c->width, side = w + 2 * QR_QUIET;

	out->version = c->version;
	out->side = side;
	out->module = xcalloc((size_t)side, (size_t)side);
	for (int y = 0; y < w; y++)
		for (int x = 0; x < w; x++)
			out->module[(y + QR_QUIET) * side + x + QR_QUIET] =
			    c->data[y * w + x] & 1;
}

int
qr_make(const void *text, size_t len, enum qr_mode mode, enum qr_level level,
    int least, int most, struct qr *out, struct err *e)
{
	static const QRecLevel LEVEL[] = { QR_ECLEVEL_L, QR_ECLEVEL_M,
		QR_ECLEVEL_Q };
	QRinput *in = NULL;
	QRcode *c = NULL;
	int ret = -1;

	if (len > 0 && len <= 4296)
		in = QRinput_new2(least, LEVEL[level]);
	if (in != NULL &&
	    QRinput_append(in, mode == QR_BYTES ? QR_MODE_8 : QR_MODE_AN,
		(int)len, text) == 0)
		c = QRcode_encodeInput(in);
	if (c == NULL || c->version > most) {
		err_set(e, ERR_LIMIT, "qr.symbol", NULL);
		err_arg_int(e, "most", most);
		goto out;
	}
	take(c, out);
	ret = 0;
out:
	QRcode_free(c);
	QRinput_free(in);
	return ret;
}

void
qr_fini(struct qr *q)
{
	free(q->module);
	memset(q, 0, sizeof(*q));
}
