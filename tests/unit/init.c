/* SPDX-License-Identifier: MIT */
/* appliance/init: what is plugged in and said of it, by made-up trees. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "appliance/init/init.h"

static char sys[] = "/tmp/init.XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", sys, name);
	for (char *p = path + strlen(sys) + 1; (p = strchr(p, '/')) != NULL;
	     p++) {
		*p = '\0';
		(void)mkdir(path, 0755);
		*p = '/';
	}
	f = fopen(path, "w");
	if (f == NULL)
		exit(2);
	fputs(text, f);
	fclose(f);
}

static void
plug(const char *name, const char *usb_class)
{
	char path[256];

	snprintf(
	    path, sizeof(path), "bus/usb/devices/%s/bInterfaceClass", name);
	put(path, usb_class);
}

/* The facts as text; a moment in the image's own life. */
static const char *
said(const struct facts *f, int64_t now)
{
	static struct buf b = BUF_INIT;
	struct json *j = facts_describe(f, sys, now);

	buf_free(&b);
	json_encode(j, &b);
	json_free(j);
	return buf_cstr(&b);
}

static bool
says(const struct facts *f, int64_t now, const char *what)
{
	return strstr(said(f, now), what) != NULL;
}

static void
test_empty(void)
{
	struct json *net = devices_networks(sys);

	CHECK("no network", json_count(net) == 0);
	json_free(net);
	CHECK("no screen", !devices_screen(sys));
}

static const struct {
	unsigned usb_class;
	bool expected;
} CLASSES[] = {
	{ 0x01, false }, /* sound */
	{ 0x02, false }, /* communications: a network */
	{ 0x03, true },
	{ 0x07, true },
	{ 0x08, true },
	{ 0x09, true },
	{ 0x0a, false }, /* its data */
	{ 0x0b, true },
	{ 0x0e, true },
	{ 0xe0, false }, /* radio */
	{ 0xef, false },
	{ 0xff, false }, /* its maker's own */
	{ 0x103, false },
};

static void
test_classes(void)
{
	for (size_t i = 0; i < sizeof(CLASSES) / sizeof(*CLASSES); i++) {
		char name[32];

		snprintf(name, sizeof(name), "class %#x", CLASSES[i].usb_class);
		CHECK(name,
		    devices_expected(CLASSES[i].usb_class) ==
			CLASSES[i].expected);
	}
}

static void
test_devices(const struct facts *f)
{
	CHECK("nothing plugged in",
	    says(f, 0, "\"devices\":{\"tpm\":0,\"unexpected\":[]}"));
	plug("1-0:1.0", "09\n");
	plug("1-1:1.0", "03\n");
	plug("1-2:1.0", "08\n");
	plug("1-3:1.0", "08\n");
	put("bus/usb/devices/1-3/bDeviceClass", "00\n");
	put("bus/serio/drivers/atkbd/serio0/name", "");
	put("class/printer/lp0/dev", "");
	put("class/tpm/tpm0/dev", "");
	CHECK("each is counted",
	    says(f, 0,
		"\"devices\":{\"keyboards\":2,\"printers\":1,\"storage\":2,"
		"\"tpm\":1,\"unexpected\":[]}"));
	/* A keyboard that is a network as well. */
	plug("1-4:1.0", "03\n");
	plug("1-4:1.1", "02\n");
	plug("1-4:1.2", "");
	CHECK("the network within a keyboard",
	    says(f, 0,
		"\"unexpected\":[\"USB 1-4:1.1 class 02\","
		"\"USB 1-4:1.2 class ??\"]"));
}

/* A camera has a control, a stream, a microphone. */
static void
test_camera(const struct facts *f)
{
	plug("1-5:1.0", "0e\n");
	put("bus/usb/devices/1-5:1.0/bInterfaceSubClass", "01\n");
	plug("1-5:1.1", "0e\n");
	put("bus/usb/devices/1-5:1.1/bInterfaceSubClass", "02\n");
	plug("1-5:1.2", "01\n");
	plug("1-5:1.3", "fe\n");
	CHECK("one camera", says(f, 0, "\"cameras\":1,"));
	CHECK("its microphone is passed over", !says(f, 0, "1-5:1"));
	plug("1-5:1.4", "02\n");
	CHECK("a network in it is not", says(f, 0, "USB 1-5:1.4 class 02"));
	plug("1-51:1.0", "01\n");
	CHECK("nor another's microphone", says(f, 0, "USB 1-51:1.0 class 01"));
}

static void
test_network(const struct facts *f)
{
	put("class/net/lo/type", "772\n");
	CHECK("lo is none", says(f, 0, "\"network\":[]"));
	put("class/net/eth0/type", "1\n");
	CHECK("eth0 is one", says(f, 0, "\"network\":[\"eth0\"]"));
}

static void
test_screen(void)
{
	put("bus/pci/devices/0000:00:00.0/class", "0x060000\n");
	CHECK("a bridge is no screen", !devices_screen(sys));
	put("bus/pci/devices/0000:00:02.0/class", "0x030000\n");
	CHECK("a screen", devices_screen(sys));
}

static void
test_facts(struct facts *f)
{
	CHECK("no lockdown", says(f, 0, "\"lockdown\":\"none\""));
	put("kernel/security/lockdown", "none integrity [confidentiality]\n");
	CHECK("lockdown", says(f, 0, "\"lockdown\":\"confidentiality\""));
	put("kernel/security/lockdown", "[none] integrity confidentiality\n");
	CHECK("lockdown left off", says(f, 0, "\"lockdown\":\"none\""));
	put("class/dmi/id/sys_vendor", "Maker\x1b[2J & Co\n");
	CHECK("a machine's name holds no escape",
	    says(f, 0, "Maker") && !says(f, 0, "\x1b") &&
		!says(f, 0, "\\u001b"));
	CHECK("no TPM", says(f, 0, "\"pcrs\":[]"));
	for (int i = 0; i < PCRS; i++) {
		char file[64], hex[70];

		snprintf(file, sizeof(file), "class/tpm/tpm0/pcr-sha256/%d", i);
		snprintf(hex, sizeof(hex), "%062X%02X\n", 0xab, i);
		put(file, hex);
	}
	facts_measured(f, sys);
	CHECK("a TPM's registers",
	    says(f, 0, "ab00\",\"0") && says(f, 0, "ab17\"]"));
	put("class/tpm/tpm0/pcr-sha256/9", "00\n");
	facts_measured(f, sys);
	CHECK("one of another length: none", says(f, 0, "\"pcrs\":[]"));
	f->made = 1000000;
	CHECK("a clock before the image", says(f, 999999, "\"clock\":0"));
	CHECK("as the image was made", says(f, 1000000, "\"clock\":1"));
	CHECK("long after", says(f, INT64_C(1) << 32, "\"clock\":0"));
	f->launchers = 2;
	f->keepers = 1;
	f->screens = 3;
	f->clocks = 4;
	f->daemons = 5;
	CHECK("what was started again",
	    says(f, 0,
		"\"restarts\":{\"clock\":4,\"daemon\":5,\"keeper\":1,"
		"\"launcher\":2,"
		"\"screen\":3}"));
	memset(f->image, 'a', 64);
	CHECK("the image", says(f, 0, "\"sha256\":\"aaaa"));
	f->image[0] = '\0';
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
hear(struct facts *f, int to, const char *what)
{
	if (write(to, what, strlen(what)) != (ssize_t)strlen(what))
		exit(2);
	measure_look(f);
}

/* A program that reads the image back, and how it ends. */
static void
test_measure(struct facts *f, const char *says_it, int status)
{
	int p[2];

	if (pipe2(p, O_NONBLOCK) == -1)
		exit(2);
	measure_from(f, p[0]);
	CHECK("it is being read",
	    says(f, 0, "\"percent\":0,\"reading\":1,\"sha256\":\"\""));
	hear(f, p[1], "25 1");
	CHECK("no half line", says(f, 0, "\"percent\":0,"));
	hear(f, p[1], "00\n101 100\n1 0\n\n-1 -1\nnonsense\n");
	CHECK("a quarter of it", says(f, 0, "\"percent\":25,"));
	for (int i = 0; i < 40; i++)
		hear(f, p[1], "long without an end ");
	hear(f, p[1], says_it);
	CHECK("no hash before its end",
	    says(f, 0, "\"sha256\":\"\",\"size\":\"\""));
	close(p[1]);
	measure_end(f, status);
	CHECK("read", says(f, 0, "\"reading\":0,"));
}

static void
test_measures(struct facts *f)
{
	test_measure(f, "\n" HASH " 100\n", 256);
	CHECK(
	    "a bad end: no hash", says(f, 0, "\"sha256\":\"\",\"size\":\"\""));
	f->percent = 0;
	test_measure(f, "\n" HASH " 100", 0);
	CHECK("half a line: no hash",
	    says(f, 0, "\"sha256\":\"\",\"size\":\"\""));
	f->percent = 0;
	test_measure(f, "\n" HASH " 100\n", 0);
	CHECK("the hash and the size",
	    says(f, 0, "\"sha256\":\"" HASH "\",\"size\":\"100\""));
	measure_from(f, -1);
	CHECK("nobody reads", says(f, 0, "\"reading\":0,"));
}

/* The clock at 1000000 s, set to 900000 before, of an image of 800000. */
static void
test_clock(void)
{
	static const struct {
		const char *name;
		int64_t by, last;
		bool taken;
	} ROWS[] = {
		{ "as it is", 0, 0, true },
		{ "forward", 420, 999990, true },
		{ "half a day forward", 43200, 0, true },
		{ "more", 43201, 0, false },
		{ "half a day back", -43200, 0, true },
		{ "more back", -43201, 0, false },
		{ "to the last entry", -10, 999990, true },
		{ "behind it", -11, 999990, false },
		{ "a last entry far ahead", 420, 2000000, false },
		{ "the least there is", INT64_MIN, 0, false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct clock_ask ask = { ROWS[i].by, ROWS[i].last };

		CHECK(ROWS[i].name,
		    clock_judge(1000000, 900000, 800000, &ask) ==
			(ROWS[i].taken ? 0 : ERANGE));
	}
	CHECK("behind what it was set to",
	    clock_judge(1000000, 999990, 0, &(struct clock_ask){ -11, 0 }) ==
		ERANGE);
	CHECK("before the image",
	    clock_judge(1000000, 0, 999990, &(struct clock_ask){ -11, 0 }) ==
		ERANGE);
	CHECK("a lifetime after it",
	    clock_judge(INT64_C(1) << 32, 0, 1, &(struct clock_ask){ 1, 0 }) ==
		ERANGE);
}

int
main(void)
{
	struct facts f = { .image = "" };
	char clean[64];

	if (mkdtemp(sys) == NULL)
		return 2;
	test_empty();
	test_classes();
	test_devices(&f);
	test_camera(&f);
	test_network(&f);
	test_screen();
	test_facts(&f);
	test_measures(&f);
	test_clock();
	snprintf(clean, sizeof(clean), "rm -rf %s", sys);
	if (system(clean) != 0)
		return 2;
	return test_end();
}
