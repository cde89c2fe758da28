/* SPDX-License-Identifier: MIT */
/*
 * File systems by their magic numbers.  Invariant: no byte behind len is
 * read, and a label never holds more than its field.
 *
 *   vfat     0x55aa at 510; "FAT32   " at 82 (label at 71) or "FAT1" at 54
 *            (label at 43); 11 bytes
 *            root directory: FAT32 at cluster (44), FAT1x behind the FATs;
 *            its label is the entry with attribute 8, 11 bytes
 *   exfat    "EXFAT   " at 3; label in the root directory (cluster at 96):
 *            the entry 0x83, its length, UTF-16LE
 *   ext4     0xef53, little-endian, at 1080; label of 16 bytes at 1144
 *   iso9660  "CD001" at 32769; label of 32 bytes at 32808
 *   udf      "BEA01" at 32769 and "NSR0" at 34817; block 256, of 2048 or 512
 *            bytes, is the anchor (tag 2): the descriptors' block at 20; of
 *            those the one with tag 6 has a label of 128 bytes at 84: 8 or
 *            16 for bits a letter, the letters, and at 127 how many bytes
 *   GPT      "EFI PART" at 512; the other header's block, 8 bytes, at 544
 */
#include "appliance/world/label.h"

#include <stdbool.h>
#include <string.h>

#define SECTOR  512
#define ENTRY   32 /* bytes of one in a directory, FAT and exFAT alike */
#define FAT_DIR ((size_t)4 << 10) /* of a root directory */
#define FAR     (UINT64_C(1) << 40)

/* UDF: sizes of a block, its anchor's block, tags. */
static const uint32_t UDF_BLOCK[] = { 2048, 512 };
#define UDF_ANCHOR  256
#define TAG_ANCHOR  2
#define TAG_LOGICAL 6

static uint32_t
le(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

const char *
label_fs_name(enum label_fs fs)
{
	static const char *const NAMES[] = {
		[LABEL_NONE] = NULL,
		[LABEL_VFAT] = "vfat",
		[LABEL_EXFAT] = "exfat",
		[LABEL_EXT4] = "ext4",
		[LABEL_ISO9660] = "iso9660",
		[LABEL_UDF] = "udf",
	};

	return NAMES[fs];
}

static bool
stands(const uint8_t *front, size_t len, size_t at, const char *magic, size_t n)
{
	return len >= at + n && memcmp(front + at, magic, n) == 0;
}

static bool
plain(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* The field without the blanks at its end; other bytes become '-'. */
static void
take(const uint8_t *field, size_t size, char label[static LABEL_LEN])
{
	size_t n = 0;

	while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	for (; n < size && n + 1 < LABEL_LEN && field[n] != '\0'; n++)
		label[n] = plain(field[n]) ? (char)field[n] : '-';
	label[n] = '\0';
	if (label[0] == '.')
		label[0] = '-';
}

enum label_fs
label_read(const uint8_t *front, size_t len, char label[static LABEL_LEN])
{
	label[0] = '\0';
	if (stands(front, len, 32769, "CD001", 5) && len >= 32808 + 32) {
		take(front + 32808, 32, label);
		return LABEL_ISO9660;
	}
	if (stands(front, len, 32769, "BEA01", 5) &&
	    stands(front, len, 34817, "NSR0", 4))
		return LABEL_UDF;
	if (stands(front, len, 1080, "\x53\xef", 2) && len >= 1144 + 16) {
		take(front + 1144, 16, label);
		return LABEL_EXT4;
	}
	if (!stands(front, len, 510, "\x55\xaa", 2))
		return LABEL_NONE;
	if (stands(front, len, 3, "EXFAT   ", 8))
		return LABEL_EXFAT;
	if (stands(front, len, 82, "FAT32   ", 8)) {
		take(front + 71, 11, label);
	} else if (stands(front, len, 54, "FAT1", 4)) {
		take(front + 43, 11, label);
	} else {
		return LABEL_NONE;
	}
	if (strcmp(label, "NO-NAME") == 0)
		label[0] = '\0';
	return LABEL_VFAT;
}

static uint64_t
fat_dir_at(const uint8_t *front)
{
	uint64_t bytes = le(front + 11, 2), cluster = front[13];
	uint64_t fats = front[16], size = le(front + 22, 2);
	uint64_t at = le(front + 14, 2);

	if (size != 0)
		return (at + fats * size) * bytes;
	if (le(front + 44, 4) < 2)
		return 0;
	at += fats * le(front + 36, 4);
	return (at + (le(front + 44, 4) - 2) * cluster) * bytes;
}

static uint64_t
exfat_dir_at(const uint8_t *front)
{
	uint32_t first = le(front + 96, 4);
	unsigned sector = front[108], cluster = front[109];

	if (first < 2 || sector < 9 || sector > 12 || cluster > 25 - sector)
		return 0;
	return (le(front + 88, 4) + ((uint64_t)(first - 2) << cluster))
	    << sector;
}

uint64_t
label_dir_at(enum label_fs fs, const uint8_t *front, size_t len)
{
	uint64_t at = 0;

	if (len < SECTOR)
		return 0;
	if (fs == LABEL_VFAT)
		at = fat_dir_at(front);
	else if (fs == LABEL_EXFAT)
		at = exfat_dir_at(front);
	return at < FAR ? at : 0;
}

/* A descriptor of that tag, whose 16 bytes add up as they must. */
static bool
is_tagged(const uint8_t *p, unsigned tag)
{
	unsigned sum = 0;

	for (int i = 0; i < 16; i++)
		sum += i == 4 ? 0 : p[i];
	return le(p, 2) == tag && (sum & 0xff) == p[4];
}

uint64_t
label_udf_anchor(int i)
{
	return (uint64_t)UDF_ANCHOR * UDF_BLOCK[i];
}

uint64_t
label_udf_at(int i, const uint8_t *anchor, size_t len)
{
	if (len < LABEL_ANCHOR || !is_tagged(anchor, TAG_ANCHOR))
		return 0;
	return (uint64_t)le(anchor + 20, 4) * UDF_BLOCK[i];
}

static void
udf_label(const uint8_t *p, size_t len, char label[static LABEL_LEN])
{
	uint8_t field[LABEL_LEN];
	const uint8_t *at = p + 84;
	size_t step, used, n = 0;

	for (; len >= SECTOR && !is_tagged(p, TAG_LOGICAL); len -= SECTOR) {
		p += SECTOR;
		at += SECTOR;
	}
	if (len < SECTOR || (at[0] != 8 && at[0] != 16))
		return;
	step = at[0] / 8;
	used = at[127] < 127 ? at[127] : 127;
	for (size_t i = 1; i + step <= used && n < sizeof(field); i += step)
		field[n++] = step == 1 ? at[i]
		    : at[i] == 0       ? at[i + 1]
				       : (uint8_t)'-';
	take(field, n, label);
}

static void
exfat_label(const uint8_t *entry, char label[static LABEL_LEN])
{
	uint8_t field[11];
	size_t n = entry[1] <= sizeof(field) ? entry[1] : 0;

	for (size_t i = 0; i < n; i++)
		field[i] =
		    entry[3 + 2 * i] == 0 ? entry[2 + 2 * i] : (uint8_t)'-';
	take(field, n, label);
}

void
label_dir_read(enum label_fs fs, const uint8_t *dir, size_t len,
    char label[static LABEL_LEN])
{
	if (fs == LABEL_UDF) {
		udf_label(dir, len, label);
		return;
	}
	if (len > FAT_DIR)
		len = FAT_DIR;
	for (size_t at = 0; at + ENTRY <= len && dir[at] != 0; at += ENTRY) {
		const uint8_t *entry = dir + at;

		if (fs == LABEL_EXFAT && entry[0] == 0x83) {
			exfat_label(entry, label);
			return;
		}
		/* 8 alone: 0x0f is a part of a long name. */
		if (fs == LABEL_VFAT && entry[0] != 0xe5 &&
		    (entry[11] & 0x1f) == 0x08) {
			take(entry, 11, label);
			return;
		}
	}
}

uint64_t
label_image_size(const uint8_t *front, size_t len)
{
	uint64_t block = 0;

	if (!stands(front, len, SECTOR, "EFI PART", 8) || len < SECTOR + 40)
		return 0;
	for (int i = 7; i >= 0; i--)
		block = block << 8 | front[SECTOR + 32 + i];
	/* A medium of 8 EiB is none. */
	return block < UINT64_MAX / SECTOR - 1 ? (block + 1) * SECTOR : 0;
}
