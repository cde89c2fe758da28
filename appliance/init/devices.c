/* SPDX-License-Identifier: MIT */
/*
 * What is plugged in.  Invariant: this only looks; a device that nobody
 * needs has no driver in this kernel, and is said by its place and class.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/init/module.h"

static const struct {
	unsigned usb_class;
	const char *count; /* under which it is counted; NULL: not at all */
} EXPECTED[] = {
	{ 0x03, "keyboards" }, /* human interface */
	{ 0x07, "printers" }, { 0x08, "storage" }, { 0x09, NULL }, /* hub */
	{ 0x0b, "readers" }, /* smart card */
	{ 0x0e, "cameras" }, /* video */
};

void
read_line(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd != -1 ? read(fd, out, size - 1) : 0;

	if (fd != -1)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

bool
devices_expected(unsigned usb_class)
{
	for (size_t i = 0; i < sizeof(EXPECTED) / sizeof(*EXPECTED); i++)
		if (EXPECTED[i].usb_class == usb_class)
			return true;
	return false;
}

/*
 * A camera's own microphone, and the door by which its maker mends it: this
 * kernel has no driver for either, and cameras without them are rare.
 */
static bool
beside_camera(const char *sys, const char *name, unsigned usb_class)
{
	size_t n = strcspn(name, ":");
	const struct dirent *de;
	bool found = false;
	DIR *d;
	char path[512], class[8];

	if (usb_class != 0x01 && usb_class != 0xfe)
		return false;
	snprintf(path, sizeof(path), "%s/bus/usb/devices", sys);
	d = opendir(path);
	while (d != NULL && !found && (de = readdir(d)) != NULL) {
		if (strncmp(de->d_name, name, n + 1) != 0)
			continue;
		snprintf(path, sizeof(path),
		    "%s/bus/usb/devices/%.64s/bInterfaceClass", sys,
		    de->d_name);
		read_line(path, class, sizeof(class));
		found = strtoul(class, NULL, 16) == 0x0e;
	}
	if (d != NULL)
		closedir(d);
	return found;
}

/* What the production module is given, whatever it is. */
static bool
of_module(const char *sys, const char *name)
{
	char device[64];

	snprintf(device, sizeof(device), "%.*s", (int)strcspn(name, ":"), name);
	return module_device(sys, device) != MODULE_NOBODY;
}

static void
count(struct json *j, unsigned usb_class)
{
	for (size_t i = 0; i < sizeof(EXPECTED) / sizeof(*EXPECTED); i++) {
		const char *name = EXPECTED[i].count;

		if (EXPECTED[i].usb_class == usb_class && name != NULL)
			json_set_int(j, name, json_get_int(j, name, 0) + 1);
	}
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* One interface of a device, "1-2:1.0". */
static void
interface(
    struct json *j, struct json *unexpected, const char *sys, const char *name)
{
	char path[512], class[8], what[64];
	unsigned usb_class;

	snprintf(path, sizeof(path), "%s/bus/usb/devices/%s/bInterfaceClass",
	    sys, name);
	read_line(path, class, sizeof(class));
	usb_class = (unsigned)strtoul(class, NULL, 16);
	if (class[0] != '\0' && devices_expected(usb_class)) {
		snprintf(path, sizeof(path),
		    "%s/bus/usb/devices/%s/bInterfaceSubClass", sys, name);
		read_line(path, class, sizeof(class));
		/* A camera's streams beside its control are the same camera. */
		if (usb_class != 0x0e || strcmp(class, "02") != 0)
			count(j, usb_class);
		return;
	}
	if (class[0] != '\0' &&
	    (beside_camera(sys, name, usb_class) || of_module(sys, name)))
		return;
	snprintf(what, sizeof(what), "USB %.20s class %.2s", name,
	    class[0] != '\0' ? class : "??");
	json_add(unexpected, json_new_str(what));
}

struct json *
devices_describe(const char *sys)
{
	struct json *j = json_new_obj(), *unexpected;
	struct dirent **list = NULL;
	char path[512];
	int n;

	unexpected = json_set(j, "unexpected", json_new_arr());
	snprintf(path, sizeof(path), "%s/bus/usb/devices", sys);
	n = scandir(path, &list, NULL, by_name);
	for (int i = 0; i < n; i++) {
		if (strchr(list[i]->d_name, ':') != NULL)
			interface(j, unexpected, sys, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	/* The keyboard of a PC that is no USB device. */
	snprintf(path, sizeof(path), "%s/bus/serio/drivers/atkbd/serio0", sys);
	if (access(path, F_OK) == 0)
		json_set_int(
		    j, "keyboards", json_get_int(j, "keyboards", 0) + 1);
	snprintf(path, sizeof(path), "%s/class/printer/lp0", sys);
	if (access(path, F_OK) == 0)
		json_set_int(j, "printers", json_get_int(j, "printers", 0) + 1);
	snprintf(path, sizeof(path), "%s/class/tpm/tpm0", sys);
	json_set_int(j, "tpm", access(path, F_OK) == 0);
	return j;
}

bool
devices_screen(const char *sys)
{
	char path[512], class[16];
	const struct dirent *de;
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "%s/bus/pci/devices", sys);
	d = opendir(path);
	while (d != NULL && !found && (de = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/bus/pci/devices/%.64s/class",
		    sys, de->d_name);
		read_line(path, class, sizeof(class));
		found = strncmp(class, "0x03", 4) == 0;
	}
	if (d != NULL)
		closedir(d);
	return found;
}

struct json *
devices_networks(const char *sys)
{
	struct json *names = json_new_arr();
	struct dirent **list = NULL;
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s/class/net", sys);
	n = scandir(path, &list, NULL, by_name);
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.' &&
		    strcmp(list[i]->d_name, "lo") != 0)
			json_add(names, json_new_str(list[i]->d_name));
		free(list[i]);
	}
	free(list);
	return names;
}
