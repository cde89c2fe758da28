/* SPDX-License-Identifier: MIT */
/* Invariant: a font is there for every face, or none is used. */
#include "appliance/world/letters.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FONT_MAX ((size_t)16 << 20)
#define FOLDER   "/usr/share/fonts/"

static const char *const FILES[FACE_COUNT] = {
	FOLDER "truetype/liberation/LiberationSans-Regular.ttf",
	FOLDER "truetype/liberation/LiberationSans-Bold.ttf",
	FOLDER "truetype/liberation/LiberationMono-Regular.ttf",
	FOLDER "opentype/ipaexfont-gothic/ipaexg.ttf",
};

static int
load(const char *path, struct buf *out, struct err *e)
{
	uint8_t piece[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = -1;

	while (fd != -1 && (n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n != -1 && out->len + (size_t)n > FONT_MAX) {
			errno = EFBIG;
			n = -1;
		}
		if (n == -1)
			break;
		buf_add(out, piece, (size_t)n);
	}
	if (n == -1)
		err_set(e, ERR_WORLD, "verify.read", "file", path, "why",
		    strerrordesc_np(errno), NULL);
	if (fd != -1)
		close(fd);
	return n == -1 ? -1 : 0;
}

int
letters_load(struct letters *l, struct err *e)
{
	memset(l, 0, sizeof(*l));
	for (int i = 0; i < FACE_COUNT; i++) {
		if (load(FILES[i], &l->bytes[i], e) == -1)
			return -1;
		l->font[i] = font_new(l->bytes[i].data, l->bytes[i].len, e);
		if (l->font[i] == NULL)
			return -1;
	}
	return 0;
}

void
letters_fini(struct letters *l)
{
	for (int i = 0; i < FACE_COUNT; i++) {
		font_free(l->font[i]);
		buf_free(&l->bytes[i]);
	}
	memset(l, 0, sizeof(*l));
}

const struct font *const *
letters_fonts(const struct letters *l)
{
	return (const struct font *const *)l->font;
}
