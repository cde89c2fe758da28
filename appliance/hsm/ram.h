/* SPDX-License-Identifier: MIT */
/*
 * The directory in memory where software tokens live while this program
 * does: private (0700), on a tmpfs, removed at the end; what a program that
 * was killed left behind is removed by the next one.  Every token of a
 * SoftHSM module stands in DIR/tokens/<uuid>/ (one process has one
 * configuration); each leaves and enters as an archive of its own
 * (appliance/world/store.h) with names "<uuid>/<file>".  A module that has
 * all its tokens in one file has it at DIR/<file>; that is every archive.
 */
#ifndef TACHIAI_HSM_RAM_H
#define TACHIAI_HSM_RAM_H

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

struct ram {
	char dir[96]; /* "" none */
	int fd;       /* holds its lock */
};

#define RAM_INIT       \
	{              \
		"", -1 \
	}

/* hsm.store {why}: no tmpfs to write to. */
int ram_make(struct ram *r, struct err *e);
void ram_remove(struct ram *r);

/*
 * The files of the token with that serial number (SoftHSM: the last 16
 * digits of its uuid), or the one `file` of all, as an archive; refused when
 * a file is empty, as one is that a killed write left.  hsm.store {why}.
 */
int ram_export(const struct ram *r, const char *file, const char *serial,
    struct buf *archive, struct err *e);
/*
 * Put an archive's files there; a token that stands there is replaced, and
 * the one `file` by one that was changed later.  store.form, hsm.store.
 */
int ram_import(const struct ram *r, const char *file, const uint8_t *archive,
    size_t len, struct err *e);

#endif
