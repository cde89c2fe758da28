/* SPDX-License-Identifier: MIT */
/* appliance/world/label: what a medium begins with, and every cut of it. */
#include "tests/unit/test.h"

#include "appliance/world/label.h"

static uint8_t front[LABEL_FRONT];

struct row {
	const char *name;
	size_t magic_at;
	const char *magic;
	size_t magic_len, label_at;
	const char *field;
	size_t field_len;
	enum label_fs fs;
	const char *label;
};

static const struct row ROWS[] = {
	{ "FAT32", 82, "FAT32   ", 8, 71, "SM1        ", 11, LABEL_VFAT,
	    "SM1" },
	{ "FAT16", 54, "FAT16   ", 8, 43, "OUT1       ", 11, LABEL_VFAT,
	    "OUT1" },
	{ "FAT12 of eleven bytes", 54, "FAT12   ", 8, 43, "ABCDEFGHIJK", 11,
	    LABEL_VFAT, "ABCDEFGHIJK" },
	{ "no name", 82, "FAT32   ", 8, 71, "NO NAME    ", 11, LABEL_VFAT, "" },
	{ "exfat", 3, "EXFAT   ", 8, 71, "xxx", 3, LABEL_EXFAT, "" },
	{ "ext4", 1080, "\x53\xef", 2, 1144, "TACHIAI-A\0zzz", 13, LABEL_EXT4,
	    "TACHIAI-A" },
	{ "ext4 of sixteen bytes", 1080, "\x53\xef", 2, 1144,
	    "0123456789abcdefX", 17, LABEL_EXT4, "0123456789abcdef" },
	{ "iso9660", 32769, "CD001", 5, 32808, "TACHIAI  ", 9, LABEL_ISO9660,
	    "TACHIAI" },
	{ "a path for a name", 82, "FAT32   ", 8, 71, "../../etc  ", 11,
	    LABEL_VFAT, "-.-..-etc" },
	{ "bytes for a name", 82, "FAT32   ", 8, 71, "\x1b[2J\xff      ", 11,
	    LABEL_VFAT, "--2J-" },
	{ "nothing known", 82, "NTFS    ", 8, 71, "SM1        ", 11,
	    LABEL_NONE, "" },
};

static void
test_rows(void)
{
	char label[LABEL_LEN];

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		const struct row *r = &ROWS[i];

		memset(front, 0, sizeof(front));
		memcpy(front + 510, "\x55\xaa", 2);
		memcpy(front + r->magic_at, r->magic, r->magic_len);
		memcpy(front + r->label_at, r->field, r->field_len);
		CHECK(r->name,
		    label_read(front, sizeof(front), label) == r->fs &&
			strcmp(label, r->label) == 0);
		/* Cut before the label's end: not that file system. */
		CHECK(r->name,
		    label_read(front, r->magic_at + 1, label) == LABEL_NONE &&
			label[0] == '\0');
	}
}

static void
test_names(void)
{
	CHECK_STR("vfat", label_fs_name(LABEL_VFAT), "vfat");
	CHECK_STR("iso9660", label_fs_name(LABEL_ISO9660), "iso9660");
	CHECK("none", label_fs_name(LABEL_NONE) == NULL);
}

static void
test_image(void)
{
	memset(front, 0, sizeof(front));
	CHECK("no header", label_image_size(front, sizeof(front)) == 0);
	memcpy(front + 512, "EFI PART", 8);
	front[544] = 0xff;
	front[545] = 0x01;
	CHECK("the other header ends it",
	    label_image_size(front, sizeof(front)) == 0x200 * 512);
	CHECK("cut", label_image_size(front, 551) == 0);
	memset(front + 544, 0xff, 8);
	CHECK("too far", label_image_size(front, sizeof(front)) == 0);
}

int
main(void)
{
	test_rows();
	test_names();
	test_image();
	return test_end();
}
