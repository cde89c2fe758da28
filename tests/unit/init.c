/* SPDX-License-Identifier: MIT */
/* appliance/init: what is plugged in and said of it, by made-up trees. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#include "appliance/init/init.h"
#include "appliance/init/module.h"

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

static const struct {
	const char *name, *text;
	bool good;
} RULES[] = {
	{ "no rule", "", true },
	{ "a TPM", "tpm hsm\n", true },
	{ "a device", "usb 20a0:4230 hsm\n", true },
	{ "a daemon",
	    "readers daemon\nfolder pcscd\ndaemon /usr/sbin/pcscd -f\n", true },
	{ "a line without an end", "tpm hsm", false },
	{ "an empty line", "tpm hsm\n\n", false },
	{ "a space too many", "tpm  hsm\n", false },
	{ "a space at the end", "tpm hsm \n", false },
	{ "a TPM twice", "tpm hsm\ntpm hsm\n", false },
	{ "a TPM for another", "tpm daemon\n", false },
	{ "another word", "disk hsm\n", false },
	{ "a word alone", "tpm\n", false },
	{ "capital digits", "usb 20A0:4230 hsm\n", false },
	{ "a digit too few", "usb 20a:4230 hsm\n", false },
	{ "a digit too many", "usb 20a0:42300 hsm\n", false },
	{ "for nobody", "usb 20a0:4230 root\n", false },
	{ "for a daemon that is none", "readers daemon\n", false },
	{ "a device of a daemon that is none", "usb 20a0:4230 daemon\n",
	    false },
	{ "a folder of none", "folder pcscd\n", false },
	{ "a daemon without a folder", "daemon /usr/sbin/pcscd\n", false },
	{ "two daemons", "folder x\ndaemon /x\ndaemon /y\n", false },
	{ "a daemon that is no path", "folder x\ndaemon x\n", false },
	{ "too many words", "folder x\ndaemon /x 1 2 3 4 5 6 7 8 9\n", false },
	{ "a folder above", "folder ..\ndaemon /x\n", false },
	{ "a folder below", "folder a/b\ndaemon /x\n", false },
	{ "an escape", "folder x\ndaemon /x \033\n", false },
	{ "no ASCII", "folder x\ndaemon /x \303\244\n", false },
};

static void
test_rules(void)
{
	static struct module m;
	struct buf many = BUF_INIT;

	for (size_t i = 0; i < sizeof(RULES) / sizeof(*RULES); i++)
		CHECK(RULES[i].name,
		    (module_parse(&m, RULES[i].text) == 0) == RULES[i].good);
	CHECK("the last gives nothing",
	    m.n == 0 && m.daemon[0] == NULL && m.folder[0] == '\0');
	CHECK("a daemon and its words",
	    module_parse(&m, RULES[3].text) == 0 &&
		strcmp(m.daemon[0], "/usr/sbin/pcscd") == 0 &&
		strcmp(m.daemon[1], "-f") == 0 && m.daemon[2] == NULL &&
		strcmp(m.folder, "/run/pcscd") == 0);
	for (int i = 0; i < MODULE_RULES; i++)
		buf_str(&many, "usb 20a0:4230 hsm\n");
	CHECK("as many as there are", module_parse(&m, buf_cstr(&many)) == 0);
	buf_str(&many, "usb 20a0:4230 hsm\n");
	CHECK("one more", module_parse(&m, buf_cstr(&many)) == -1);
	for (int i = 0; i < 400; i++)
		buf_str(&many, "usb 20a0:4230 hsm\n");
	CHECK("no end", module_parse(&m, buf_cstr(&many)) == -1);
	buf_free(&many);
}

static void
load_rules(const char *text)
{
	char path[64];

	put("rules", text);
	snprintf(path, sizeof(path), "%s/rules", sys);
	module_load(path);
}

/* A reader at 2-1 and a key of a maker's own class at 2-2. */
static void
test_given(const struct facts *f)
{
	struct module_usb u[4];

	plug("2-1:1.0", "0b\n");
	put("bus/usb/devices/2-1/idVendor", "04e6\n");
	put("bus/usb/devices/2-1/idProduct", "5116\n");
	put("bus/usb/devices/2-1/busnum", "2\n");
	put("bus/usb/devices/2-1/devnum", "17\n");
	plug("2-2:1.0", "ff\n");
	put("bus/usb/devices/2-2/idVendor", "20a0\n");
	put("bus/usb/devices/2-2/idProduct", "4230\n");
	put("bus/usb/devices/2-2/busnum", "2\n");
	put("bus/usb/devices/2-2/devnum", "3\n");
	load_rules("");
	CHECK("nobody's", module_devices(sys, u, 4) == 0);
	CHECK("not expected", says(f, 0, "\"USB 2-2:1.0 class ff\""));
	load_rules("usb 20a0:4230 hsm\n");
	CHECK("by its numbers",
	    module_devices(sys, u, 4) == 1 && u[0].bus == 2 &&
		u[0].number == 3 && u[0].who == MODULE_HSM);
	CHECK("expected", !says(f, 0, "2-2:1.0"));
	load_rules("readers daemon\nusb 20a0:4230 hsm\nfolder d\ndaemon /d\n");
	CHECK("each its own",
	    module_devices(sys, u, 4) == 2 && u[0].who == MODULE_DAEMON &&
		u[0].number == 17 && u[1].who == MODULE_HSM);
	CHECK("no more than asked for", module_devices(sys, u, 1) == 1);
	load_rules("readers daemon\n");
	CHECK("of bad rules none", module_devices(sys, u, 4) == 0);
	module_load("/nowhere");
	CHECK("without rules none", module_devices(sys, u, 4) == 0);
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
	test_given(&f);
	test_network(&f);
	test_screen();
	test_facts(&f);
	test_measures(&f);
	test_clock();
	test_rules();
	snprintf(clean, sizeof(clean), "rm -rf %s", sys);
	if (system(clean) != 0)
		return 2;
	return test_end();
}
