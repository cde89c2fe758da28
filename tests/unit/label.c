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

/* Directories: two kinds of FAT, exFAT, and what cannot be. */
static void
put(size_t at, uint64_t value, int n)
{
	for (int i = 0; i < n; i++)
		front[at + (size_t)i] = (uint8_t)(value >> 8 * i);
}

static void
test_dir_at(void)
{
	memset(front, 0, sizeof(front));
	CHECK("ext4 has none", label_dir_at(LABEL_EXT4, front, 512) == 0);
	CHECK("a FAT of zeros", label_dir_at(LABEL_VFAT, front, 512) == 0);
	put(11, 512, 2);
	put(13, 4, 1);
	put(14, 32, 2);
	put(16, 2, 1);
	put(36, 100, 4);
	put(44, 5, 4);
	CHECK("FAT32",
	    label_dir_at(LABEL_VFAT, front, 512) ==
		(32 + 2 * 100 + 3 * 4) * 512);
	put(44, 1, 4);
	CHECK("FAT32, no such cluster",
	    label_dir_at(LABEL_VFAT, front, 512) == 0);
	put(22, 9, 2);
	CHECK("FAT16",
	    label_dir_at(LABEL_VFAT, front, 512) == (32 + 2 * 9) * 512);
	CHECK("cut", label_dir_at(LABEL_VFAT, front, 511) == 0);
	memset(front, 0, sizeof(front));
	put(88, 2048, 4);
	put(96, 4, 4);
	put(108, 9, 1);
	put(109, 3, 1);
	CHECK("exfat",
	    label_dir_at(LABEL_EXFAT, front, 512) == (2048 + 2 * 8) * 512);
	put(109, 17, 1);
	CHECK("exfat, too large a cluster",
	    label_dir_at(LABEL_EXFAT, front, 512) == 0);
	put(109, 16, 1);
	put(96, UINT32_MAX, 4);
	CHECK("exfat, too far", label_dir_at(LABEL_EXFAT, front, 512) == 0);
}

static const struct dir_row {
	const char *name;
	enum label_fs fs;
	const char *entry; /* the second one of the directory */
	uint8_t attribute; /* its twelfth byte; 0: as it stands */
	const char *label; /* "BEFORE" was there */
} DIRS[] = {
	{ "FAT", LABEL_VFAT, "SM1        ", 0x08, "SM1" },
	{ "FAT, with the archive bit", LABEL_VFAT, "SM1        ", 0x28, "SM1" },
	{ "FAT, a long name", LABEL_VFAT, "SM1        ", 0x0f, "BEFORE" },
	{ "FAT, a file", LABEL_VFAT, "SM1        ", 0x20, "BEFORE" },
	{ "FAT, deleted", LABEL_VFAT, "\xe5M1        ", 0x08, "BEFORE" },
	{ "FAT, of blanks", LABEL_VFAT, "           ", 0x08, "" },
	{ "FAT, a path", LABEL_VFAT, "../x       ", 0x08, "-.-x" },
	{ "exfat", LABEL_EXFAT, "\x83\x03S\0M\0001\0", 0, "SM1" },
	{ "exfat, empty", LABEL_EXFAT, "\x83\0\0\0\0\0\0\0", 0, "" },
	{ "exfat, longer than may be", LABEL_EXFAT, "\x83\xffS\0M\0001\0", 0,
	    "" },
	{ "exfat, beyond ASCII", LABEL_EXFAT, "\x83\x02S\0\x42\x30\0", 0,
	    "S-" },
	{ "exfat, another entry", LABEL_EXFAT, "\x81\x03S\0M\0001\0", 0,
	    "BEFORE" },
};

static void
test_dir_read(void)
{
	for (size_t i = 0; i < sizeof(DIRS) / sizeof(*DIRS); i++) {
		const struct dir_row *r = &DIRS[i];
		char label[LABEL_LEN] = "BEFORE";
		uint8_t dir[96] = { 0 };

		dir[0] = 0x85;
		dir[11] = 0x20;
		memcpy(dir + 32, r->entry, 8);
		if (r->attribute != 0) {
			memcpy(dir + 32, r->entry, 11);
			dir[32 + 11] = r->attribute;
		}
		label_dir_read(r->fs, dir, sizeof(dir), label);
		CHECK_STR(r->name, label, r->label);
		snprintf(label, sizeof(label), "BEFORE");
		label_dir_read(r->fs, dir, 63, label);
		CHECK_STR("cut", label, "BEFORE");
		dir[0] = 0;
		label_dir_read(r->fs, dir, sizeof(dir), label);
		CHECK_STR("behind the end", label, "BEFORE");
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

/* A descriptor of 512 bytes, its tag adding up. */
static void
tagged(uint8_t *p, unsigned tag)
{
	unsigned sum = 0;

	p[0] = (uint8_t)tag;
	p[4] = 0;
	for (int i = 0; i < 16; i++)
		sum += p[i];
	p[4] = (uint8_t)sum;
}

static void
udf_name(uint8_t *p, uint8_t bits, const char *bytes, size_t len)
{
	memset(p, 0, 512);
	p[84] = bits;
	memcpy(p + 85, bytes, len);
	p[84 + 127] = (uint8_t)(len + 1);
	tagged(p, 6);
}

static void
udf(void)
{
	static uint8_t list[LABEL_DIR];
	uint8_t anchor[512] = { 0 };
	char label[LABEL_LEN] = "";

	memset(front, 0, sizeof(front));
	memcpy(front + 32769, "BEA01", 5);
	CHECK("no UDF yet",
	    label_read(front, sizeof(front), label) == LABEL_NONE);
	memcpy(front + 34817, "NSR03", 5);
	CHECK("UDF",
	    label_read(front, sizeof(front), label) == LABEL_UDF &&
		label[0] == '\0');
	CHECK("cut", label_read(front, 34820, label) == LABEL_NONE);
	CHECK("nowhere yet", label_dir_at(LABEL_UDF, front, 512) == 0);
	anchor[20] = 7;
	CHECK("no anchor", label_udf_at(0, anchor, 512) == 0);
	tagged(anchor, 2);
	CHECK("an anchor of a disc",
	    label_udf_anchor(0) == 524288 &&
		label_udf_at(0, anchor, 512) == 7 * 2048);
	CHECK("of a stick",
	    label_udf_anchor(1) == 131072 &&
		label_udf_at(1, anchor, 512) == 7 * 512);
	anchor[8] ^= 1;
	CHECK("it does not add up", label_udf_at(0, anchor, 512) == 0);
	CHECK("cut", label_udf_at(0, anchor, 511) == 0);
	udf_name(list + 1024, 8, "IN", 2);
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("a name of bytes", label, "IN");
	udf_name(list + 1024, 16, "\0O\0U\0T\x30\x42", 8);
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("of two bytes", label, "OUT-");
	udf_name(list + 1024, 9, "X", 1);
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("of neither", label, "OUT-");
	udf_name(list + 1024, 8, "../../x", 7);
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("no way up", label, "-.-..-x");
	udf_name(list + 1024, 8, "A", 1);
	list[1024 + 84 + 127] = 255;
	tagged(list + 1024, 6);
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("longer than its field", label, "A");
	for (size_t n = 0; n < 2048; n += 7)
		label_dir_read(LABEL_UDF, list, n, label);
	memset(list, 0xff, sizeof(list));
	label_dir_read(LABEL_UDF, list, sizeof(list), label);
	CHECK_STR("none", label, "A");
}

int
main(void)
{
	test_rows();
	test_dir_at();
	test_dir_read();
	test_names();
	test_image();
	udf();
	return test_end();
}
