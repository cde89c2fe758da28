/* SPDX-License-Identifier: MIT */
/*
 * What a medium begins with, and its label: the first bytes of the input are
 * its front, the rest what stands wherever it leads.  Whatever stands there,
 * the label may be a folder's name.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/world/label.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void
sound(const char label[static LABEL_LEN])
{
	size_t n = strnlen(label, LABEL_LEN);

	if (n == LABEL_LEN || label[0] == '.' ||
	    strspn(label,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._-") != n)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	size_t front = len < LABEL_FRONT ? len : LABEL_FRONT, dir;
	char label[LABEL_LEN];
	enum label_fs fs;

	memset(label, 'x', sizeof(label));
	fs = label_read(in, front, label);
	sound(label);
	if (fs == LABEL_NONE && label[0] != '\0')
		abort();
	(void)label_dir_at(fs, in, front);
	(void)label_image_size(in, front);
	for (int i = 0; i < 2; i++)
		(void)label_udf_at(
		    i, in, len < LABEL_ANCHOR ? len : LABEL_ANCHOR);
	/* What is found there may be the very front again. */
	for (size_t at = 0; at<len; at += front> 0 ? front : 1) {
		dir = len - at < LABEL_DIR ? len - at : LABEL_DIR;
		label_dir_read(fs, in + at, dir, label);
		sound(label);
	}
	return 0;
}
