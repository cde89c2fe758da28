/* SPDX-License-Identifier: MIT */
/*
 * The rules of the production module.  Invariant: a file that is not wholly
 * of its form gives nobody anything.
 */
#include "appliance/init/module.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/init/init.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define HEX     "0123456789abcdef"
#define READER  0x0b /* the class of an interface */

static struct module mine;

static enum module_who
who_is(const char *word)
{
	if (word == NULL)
		return MODULE_NOBODY;
	if (strcmp(word, "hsm") == 0)
		return MODULE_HSM;
	return strcmp(word, "daemon") == 0 ? MODULE_DAEMON : MODULE_NOBODY;
}

static int
take_usb(struct module *m, char *const *word, size_t n)
{
	const char *id = word[1];

	if (n != 3 || m->n == MODULE_RULES || strlen(id) != 9 ||
	    strspn(id, HEX) != 4 || id[4] != ':' || strspn(id + 5, HEX) != 4)
		return -1;
	m->usb[m->n].vendor = (unsigned)strtoul(id, NULL, 16);
	m->usb[m->n].product = (unsigned)strtoul(id + 5, NULL, 16);
	m->usb[m->n].who = who_is(word[2]);
	return m->usb[m->n++].who != MODULE_NOBODY ? 0 : -1;
}

static int
take_daemon(struct module *m, char *const *word, size_t n)
{
	if (n < 2 || n > MODULE_WORDS + 1 || m->daemon[0] != NULL ||
	    word[1][0] != '/')
		return -1;
	for (size_t i = 1; i < n; i++)
		m->daemon[i - 1] = word[i];
	return 0;
}

static int
take_folder(struct module *m, char *const *word, size_t n)
{
	if (n != 2 || m->folder[0] != '\0' ||
	    strchr(LETTERS, word[1][0]) == NULL ||
	    word[1][strspn(word[1], LETTERS "0123456789-")] != '\0' ||
	    strlen(word[1]) > 16)
		return -1;
	snprintf(m->folder, sizeof(m->folder), "/run/%.16s", word[1]);
	return 0;
}

static int
take(struct module *m, char *const *word, size_t n)
{
	if (strcmp(word[0], "usb") == 0)
		return take_usb(m, word, n);
	if (strcmp(word[0], "daemon") == 0)
		return take_daemon(m, word, n);
	if (strcmp(word[0], "folder") == 0)
		return take_folder(m, word, n);
	if (strcmp(word[0], "readers") == 0 && n == 2 &&
	    m->readers == MODULE_NOBODY) {
		m->readers = who_is(word[1]);
		return m->readers != MODULE_NOBODY ? 0 : -1;
	}
	if (strcmp(word[0], "tpm") == 0 && n == 2 && !m->tpm &&
	    who_is(word[1]) == MODULE_HSM) {
		m->tpm = true;
		return 0;
	}
	return -1;
}

/* One line, its words ended where spaces were. */
static int
take_line(struct module *m, char *line)
{
	char *word[MODULE_WORDS + 2];
	size_t n = 0;

	for (char *p = line; p != NULL;) {
		char *end = strchr(p, ' ');

		if (n == sizeof(word) / sizeof(*word))
			return -1;
		word[n++] = p;
		if (end != NULL)
			*end++ = '\0';
		if (p[0] == '\0')
			return -1;
		p = end;
	}
	return n < 2 ? -1 : take(m, word, n);
}

/* What speaks of a daemon has one; a daemon has a folder. */
static bool
is_whole(const struct module *m)
{
	bool daemon = m->readers == MODULE_DAEMON;

	for (size_t i = 0; i < m->n; i++)
		daemon = daemon || m->usb[i].who == MODULE_DAEMON;
	if (m->daemon[0] == NULL)
		return !daemon && m->folder[0] == '\0';
	return m->folder[0] != '\0';
}

int
module_parse(struct module *m, const char *text)
{
	size_t len = strlen(text);
	char *p = m->text, *end;
	bool good = len < sizeof(m->text);

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; good && i < len; i++)
		good = text[i] == '\n' ||
		    (isascii((unsigned char)text[i]) &&
			isprint((unsigned char)text[i]));
	if (good)
		memcpy(m->text, text, len);
	while (good && p[0] != '\0') {
		end = strchr(p, '\n');
		good = end != NULL;
		if (good) {
			*end = '\0';
			good = take_line(m, p) == 0;
			p = end + 1;
		}
	}
	if (good && is_whole(m))
		return 0;
	memset(m, 0, sizeof(*m));
	return -1;
}

void
module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[MODULE_TEXT + 1] = "";
	ssize_t n = fd != -1 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	(void)module_parse(&mine, text);
}

const struct module *
module_get(void)
{
	return &mine;
}

static unsigned
number(const char *sys, const char *name, const char *file, int base)
{
	char path[512], line[16];

	snprintf(
	    path, sizeof(path), "%s/bus/usb/devices/%.64s/%s", sys, name, file);
	read_line(path, line, sizeof(line));
	return (unsigned)strtoul(line, NULL, base);
}

/* One of its interfaces, "1-2:1.0", is of this class. */
static bool
has_class(const char *sys, const char *name, unsigned class)
{
	const struct dirent *de;
	size_t len = strlen(name);
	bool found = false;
	char path[512];
	DIR *d;

	snprintf(path, sizeof(path), "%s/bus/usb/devices", sys);
	d = opendir(path);
	while (d != NULL && !found && (de = readdir(d)) != NULL)
		found = strncmp(de->d_name, name, len) == 0 &&
		    de->d_name[len] == ':' &&
		    number(sys, de->d_name, "bInterfaceClass", 16) == class;
	if (d != NULL)
		closedir(d);
	return found;
}

enum module_who
module_device(const char *sys, const char *name)
{
	unsigned vendor, product;

	if (mine.n == 0 && mine.readers == MODULE_NOBODY)
		return MODULE_NOBODY;
	vendor = number(sys, name, "idVendor", 16);
	product = number(sys, name, "idProduct", 16);
	for (size_t i = 0; i < mine.n; i++)
		if (mine.usb[i].vendor == vendor &&
		    mine.usb[i].product == product)
			return mine.usb[i].who;
	return mine.readers != MODULE_NOBODY && has_class(sys, name, READER)
	    ? mine.readers
	    : MODULE_NOBODY;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

size_t
module_devices(const char *sys, struct module_usb *out, size_t max)
{
	struct dirent **list = NULL;
	char path[512];
	size_t found = 0;
	int n;

	snprintf(path, sizeof(path), "%s/bus/usb/devices", sys);
	n = scandir(path, &list, NULL, by_name);
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		enum module_who who = MODULE_NOBODY;

		if (name[0] != '.' && strchr(name, ':') == NULL)
			who = module_device(sys, name);
		if (who != MODULE_NOBODY && found < max) {
			out[found].bus = number(sys, name, "busnum", 10);
			out[found].number = number(sys, name, "devnum", 10);
			out[found++].who = who;
		}
		free(list[i]);
	}
	free(list);
	return found;
}
