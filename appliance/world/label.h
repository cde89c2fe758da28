/* SPDX-License-Identifier: MIT */
/*
 * What stands at the front of a medium: which file system, and its label.
 * FAT and exFAT keep theirs in the root directory, which is a second look;
 * UDF in descriptors that an anchor leads to, which is a second and a third.
 * Pure: bytes in, a name out; nothing is believed but magic numbers at fixed
 * places, and a label is filtered to what a stick may be called.
 */
#ifndef TACHIAI_LABEL_H
#define TACHIAI_LABEL_H

#include <stddef.h>
#include <stdint.h>

#define LABEL_FRONT  ((size_t)36 << 10) /* bytes that are looked at */
#define LABEL_DIR    ((size_t)32 << 10) /* of what stands elsewhere */
#define LABEL_LEN    33                 /* with NUL */
#define LABEL_ANCHOR ((size_t)512)      /* bytes of a UDF's anchor */

enum label_fs {
	LABEL_NONE, /* no file system that is mounted here */
	LABEL_VFAT,
	LABEL_EXFAT,
	LABEL_EXT4,
	LABEL_ISO9660,
	LABEL_UDF,
};

/* Name for mount(2), NULL for LABEL_NONE. */
const char *label_fs_name(enum label_fs fs);

/*
 * `front` is what the medium begins with, `len` <= LABEL_FRONT bytes of it.
 * The label, of [A-Za-z0-9._-] and no dot in front, is "" when there is none.
 */
enum label_fs label_read(
    const uint8_t *front, size_t len, char label[static LABEL_LEN]);

/*
 * Where the root directory of a FAT or exFAT begins, in bytes; 0: it has
 * none, or says what cannot be.
 */
uint64_t label_dir_at(enum label_fs fs, const uint8_t *front, size_t len);
/* Where a UDF's anchor stands when its blocks are of size i, 0 or 1. */
uint64_t label_udf_anchor(int i);
/* Where the descriptors begin that it leads to, or 0: it is no anchor. */
uint64_t label_udf_at(int i, const uint8_t *anchor, size_t len);
/*
 * The label that stands in what was read from there, `len` <= LABEL_DIR.  An
 * entry of it that is there counts, even an empty one; else `label` stays.
 */
void label_dir_read(enum label_fs fs, const uint8_t *dir, size_t len,
    char label[static LABEL_LEN]);

/*
 * Bytes of the image that a medium begins with: its second GPT header ends
 * it, and the first one says where that is.  0: no such header.
 */
uint64_t label_image_size(const uint8_t *front, size_t len);

#endif
