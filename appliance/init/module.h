/* SPDX-License-Identifier: MIT */
/*
 * What the image's production module may have of the machine: the file that
 * iso/module.sh writes when the image is made, one rule a line, and the
 * devices that it speaks of.
 *
 *   usb VVVV:PPPP WHO       the USB device of that vendor and product
 *   readers WHO             every USB device that is a reader of cards
 *   tpm hsm                 the TPM, behind the kernel's resource manager
 *   folder NAME             /run/NAME, where the daemon has its socket
 *   daemon PATH WORD...     a program of the module's
 *
 * WHO is hsm, tachiai-hsm's user, or daemon, that program's.
 */
#ifndef TACHIAI_MODULE_H
#define TACHIAI_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#define MODULE_FILE  "/etc/module"
#define MODULE_TEXT  4096 /* bytes of it, at most */
#define MODULE_RULES 32
#define MODULE_WORDS 8

enum module_who { MODULE_NOBODY, MODULE_HSM, MODULE_DAEMON };

struct module {
	struct {
		unsigned vendor, product;
		enum module_who who;
	} usb[MODULE_RULES];
	size_t n;
	enum module_who readers;
	bool tpm;
	char folder[24];
	char *daemon[MODULE_WORDS + 1]; /* into `text`; the first NULL: none */
	char text[MODULE_TEXT];
};

/* 0, or -1: it is none, and *m gives nothing to anybody. */
int module_parse(struct module *m, const char *text);

/* The image's own; without its file, or with a bad one, no rule. */
void module_load(const char *path);
const struct module *module_get(void);

/* Whose a USB device is: `name` of /sys/bus/usb/devices, below a /sys. */
enum module_who module_device(const char *sys, const char *name);

/* A device of USB that is somebody's: its node is /dev/bus/usb/BUS/NUMBER. */
struct module_usb {
	unsigned bus, number;
	enum module_who who;
};

/* Those that are plugged in, in the order of their names; how many. */
size_t module_devices(const char *sys, struct module_usb *out, size_t max);

#endif
