/* SPDX-License-Identifier: MIT */
/*
 * What the machine says of itself before anybody is known.  Invariant: the
 * file is whole at every moment, and says only what was found.
 *
 *   {"clock":0|1,"devices":{"cameras":N,"keyboards":N,"printers":N,
 *    "readers":N,"storage":N,"tpm":0|1,"unexpected":[TEXT]},
 *    "entropy":0|1,
 *    "image":{"medium":"sr0","percent":N,"reading":0|1,"sha256":HEX,
 *     "size":"BYTES"},
 *    "kernel":TEXT,"lockdown":TEXT,
 *    "machine":{"product":TEXT,"serial":TEXT,"vendor":TEXT},
 *    "network":[NAME],"pcrs":[HEX],
 *    "restarts":{"clock":N,"daemon":N,"keeper":N,"launcher":N,"screen":N},
 *    "version":TEXT}
 *
 * "sha256" and "size" are "" while it is being read back, so many percent of
 * it yet, and when it could not be.
 * "pcrs" are the TPM's SHA-256 registers 0 to 23 as they were at the start;
 * none without a TPM that has them all.
 * "clock" is 1 when it is not before the image was made, nor long after.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "ceremony/base/utf8.h"

#define NEW_FILE FACTS_FILE ".new"
#define VERSION  "/etc/version"

static void
set_line(struct json *j, const char *key, const char *dir, const char *file)
{
	char raw[128], text[128], path[512];

	snprintf(path, sizeof(path), "%s%s", dir, file);
	read_line(path, raw, sizeof(raw));
	utf8_printable(text, sizeof(text), raw, strlen(raw));
	json_set_str(j, key, text);
}

/* "none [integrity] confidentiality": the one in brackets. */
static void
set_lockdown(struct json *j, const char *sys)
{
	char line[128], path[512], *from, *to;

	snprintf(path, sizeof(path), "%s/kernel/security/lockdown", sys);
	read_line(path, line, sizeof(line));
	from = strchr(line, '[');
	to = from != NULL ? strchr(from, ']') : NULL;
	if (to != NULL)
		*to = '\0';
	json_set_str(j, "lockdown", to != NULL ? from + 1 : "none");
}

/* The kernel has gathered what random numbers are made of. */
static bool
is_random(void)
{
	char byte;

	return getrandom(&byte, 1, GRND_NONBLOCK) == 1;
}

void
facts_measured(struct facts *f, const char *sys)
{
	for (int i = 0; i < PCRS; i++) {
		char path[512], *hex = f->pcr[i];

		snprintf(path, sizeof(path), "%s/class/tpm/tpm0/pcr-sha256/%d",
		    sys, i);
		read_line(path, hex, sizeof(f->pcr[i]));
		for (char *p = hex; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		if (strspn(hex, "0123456789abcdef") != sizeof(f->pcr[i]) - 2)
			hex[0] = '\0';
	}
}

static struct json *
registers(const struct facts *f)
{
	struct json *a = json_new_arr();

	for (int i = 0; i < PCRS; i++)
		if (f->pcr[i][0] == '\0')
			return a;
	for (int i = 0; i < PCRS; i++)
		json_add(a, json_new_str(f->pcr[i]));
	return a;
}

struct json *
facts_describe(const struct facts *f, const char *sys, int64_t now)
{
	struct json *j = json_new_obj(), *o;
	const bool reading = atomic_load(&f->reading);
	struct utsname u;

	json_set_int(j, "clock", now >= f->made && now - f->made < IMAGE_AGE_S);
	json_set(j, "devices", devices_describe(sys));
	json_set_int(j, "entropy", is_random());
	o = json_set(j, "image", json_new_obj());
	json_set_str(o, "medium", f->medium);
	json_set_int(o, "percent", atomic_load(&f->percent));
	json_set_int(o, "reading", reading);
	json_set_str(o, "sha256", reading ? "" : f->image);
	json_set_str(o, "size", reading ? "" : f->size);
	if (uname(&u) == 0)
		json_set_str(j, "kernel", u.release);
	set_lockdown(j, sys);
	o = json_set(j, "machine", json_new_obj());
	set_line(o, "product", sys, "/class/dmi/id/product_name");
	set_line(o, "serial", sys, "/class/dmi/id/product_serial");
	set_line(o, "vendor", sys, "/class/dmi/id/sys_vendor");
	json_set(j, "network", devices_networks(sys));
	json_set(j, "pcrs", registers(f));
	o = json_set(j, "restarts", json_new_obj());
	json_set_int(o, "clock", f->clocks);
	json_set_int(o, "daemon", f->daemons);
	json_set_int(o, "keeper", f->keepers);
	json_set_int(o, "launcher", f->launchers);
	json_set_int(o, "screen", f->screens);
	set_line(j, "version", "", VERSION);
	return j;
}

static int
put(const struct buf *b)
{
	int fd = open(NEW_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = write(fd, b->data, b->len);
	close(fd);
	return n == (ssize_t)b->len ? rename(NEW_FILE, FACTS_FILE) : -1;
}

void
facts_write(const struct facts *f)
{
	static struct buf last = BUF_INIT;
	struct json *j = facts_describe(f, "/sys", time(NULL));
	struct buf b = BUF_INIT;

	json_encode(j, &b);
	json_free(j);
	if (strcmp(buf_cstr(&b), buf_cstr(&last)) != 0 && put(&b) == 0) {
		buf_free(&last);
		last = b;
	} else {
		buf_free(&b);
	}
}
