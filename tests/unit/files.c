/* SPDX-License-Identifier: MIT */
/*
 * ceremony/files: the parser and the checker against the shipped ceremonies
 * and the bad files, each of which names in its first line what must be
 * found where: '# KIND ID LINE:COLUMN [KIND of the file it stands in]'.
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdlib.h>

#include "ceremony/files/check.h"

#define BAD  "tests/ceremonies/bad/"
#define BASE BAD "base/"

static const char *const BASE_FILE[FILES_KINDS] = {
	[FILES_PROFILES] = BASE "profiles.yaml",
	[FILES_PLAN] = BASE "plan.yaml",
	[FILES_SCRIPT] = BASE "script.yaml",
};

/* The whole file, or an empty buffer. */
static struct buf
read_file(const char *path)
{
	static char block[65536];
	struct buf b = BUF_INIT;
	FILE *f = fopen(path, "rb");
	size_t n;

	while (f != NULL && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&b, block, n);
	if (f != NULL)
		fclose(f);
	return b;
}

/* Check three files, one of them replaced. */
static struct check *
check_paths(const char *const path[FILES_KINDS])
{
	struct files_input in[FILES_KINDS];
	struct buf b[FILES_KINDS];
	struct check *c;

	for (size_t k = 0; k < FILES_KINDS; k++) {
		b[k] = read_file(path[k]);
		in[k].name = path[k];
		in[k].yaml = b[k].data;
		in[k].len = b[k].len;
	}
	c = files_check(in);
	for (size_t k = 0; k < FILES_KINDS; k++)
		buf_free(&b[k]);
	return c;
}

struct wanted {
	char kind[32], id[40], in[32];
	int line, column;
};

/* The finding that the first line names is there, at its place. */
static int
found(const struct check *c, const struct wanted *w)
{
	for (size_t i = 0; i < check_count(c); i++) {
		const struct finding *f = check_at(c, i);

		if (strcmp(f->e.id, w->id) == 0 && f->line == w->line &&
		    f->column == w->column &&
		    strcmp(files_kind_name(f->file), w->in) == 0 &&
		    f->refused == (strstr(w->id, ".warn-") == NULL))
			return 1;
	}
	return 0;
}

static void
test_bad_file(const char *name)
{
	const char *path[FILES_KINDS];
	struct wanted w = { .line = 0 };
	struct check *c;
	enum files_kind kind;
	char full[512], first[256];
	struct buf b;
	int n;

	snprintf(full, sizeof(full), BAD "%s", name);
	b = read_file(full);
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(buf_cstr(&b), "\n"),
	    buf_cstr(&b));
	n = sscanf(first, "# %31s %39s %d:%d %31s", w.kind, w.id, &w.line,
	    &w.column, w.in);
	if (n < 4 || files_kind_parse(w.kind, &kind) == -1) {
		CHECK(name, n == 4); /* its first line */
		buf_free(&b);
		return;
	}
	if (n == 4)
		memcpy(w.in, w.kind, sizeof(w.in));
	memcpy(path, BASE_FILE, sizeof(path));
	path[kind] = full;
	c = check_paths(path);
	CHECK(name, found(c, &w));
	check_free(c);
	buf_free(&b);
}

static int
only_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".yaml") == 0;
}

static void
bad_files(void)
{
	struct dirent **list = NULL;
	int n = scandir(BAD, &list, only_yaml, alphasort);

	CHECK("the bad files are here", n > 100);
	for (int i = 0; i < n; i++) {
		test_bad_file(list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

/* One override, of this very value, and one RA officer is enough. */
static void
loosened(void)
{
	static const char MORE[] =
	    "roles:\n  ra-officer: {of: 1}\noverrides:\n"
	    "  - {rule: roles.ra-officer.of, value: \"1\","
	    " because: one is ill, cp-clause: \"5.2\"}\n";
	struct files_input in[FILES_KINDS];
	struct buf b[FILES_KINDS];
	struct check *c;
	size_t loose = 0;

	for (size_t k = 0; k < FILES_KINDS; k++) {
		b[k] = read_file(BASE_FILE[k]);
		if (k == FILES_PROFILES)
			buf_add(&b[k], MORE, strlen(MORE));
		in[k].name = BASE_FILE[k];
		in[k].yaml = b[k].data;
		in[k].len = b[k].len;
	}
	c = files_check(in);
	/* The pin, which names the set as it was, is all that is wrong. */
	for (size_t i = 0; i < check_count(c); i++)
		loose += strcmp(check_at(c, i)->e.id, "files.pin-hash") != 0;
	CHECK("an override of its own value is taken",
	    check_refused(c) == 1 && loose == 0);
	check_free(c);
	for (size_t k = 0; k < FILES_KINDS; k++)
		buf_free(&b[k]);
}

static const struct {
	const char *name, *dir;
	int minutes;
	size_t warned;
} GOOD[] = {
	{ "br-tls is good", "docs/ceremonies/br-tls", 178, 2 },
	{ "enterprise is good", "docs/ceremonies/enterprise", 178, 2 },
	{ "a later day is good", "tests/ceremonies/next", 46, 2 },
	{ "the base of the bad files is good", "tests/ceremonies/bad/base", 156,
	    0 },
};

static void
good_files(void)
{
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(*GOOD); i++) {
		char path[FILES_KINDS][256];
		const char *p[FILES_KINDS] = { path[0], path[1], path[2] };
		struct check *c;

		snprintf(
		    path[FILES_PROFILES], 256, "%s/profiles.yaml", GOOD[i].dir);
		snprintf(path[FILES_PLAN], 256, "%s/plan.yaml", GOOD[i].dir);
		snprintf(
		    path[FILES_SCRIPT], 256, "%s/script.yaml", GOOD[i].dir);
		c = check_paths(p);
		CHECK(GOOD[i].name,
		    check_refused(c) == 0 && check_count(c) == GOOD[i].warned &&
			check_minutes(c) == GOOD[i].minutes);
		check_free(c);
	}
}

/* The console checks forms, without positions: the same findings. */
static void
test_forms(void)
{
	const struct json *form[FILES_KINDS] = { NULL };
	struct json *own[FILES_KINDS] = { NULL };
	const char *sha256[FILES_KINDS] = { NULL };
	struct buf text = BUF_INIT;
	struct check *c;
	struct json *j;
	struct finding at;
	struct err e;

	for (size_t k = 0; k < FILES_KINDS; k++) {
		struct buf b = read_file(
		    k == FILES_SCRIPT ? BAD "no-consent.yaml" : BASE_FILE[k]);

		CHECK("form parses",
		    files_parse((enum files_kind)k, "f", b.data, b.len, &own[k],
			&e) == 0);
		form[k] = own[k];
		buf_free(&b);
	}
	c = files_check_forms(form, sha256);
	CHECK(
	    "forms: one refusal", check_refused(c) == 1 && check_count(c) == 1);
	CHECK_STR("forms: its id", check_at(c, 0)->e.id, "files.no-consent");
	CHECK_STR("forms: its step", check_at(c, 0)->step, "3.5");
	CHECK("forms: no place", check_at(c, 0)->line == 0);
	j = check_json(c, LANG_EN);
	json_encode(j, &text);
	CHECK_STR("forms: as JSON", buf_cstr(&text),
	    "{\"findings\":[{\"column\":0,\"file\":\"script\","
	    "\"id\":\"files.no-consent\",\"line\":0,\"refused\":1,"
	    "\"step\":\"3.5\",\"text\":\"Step 3.5 moves a key without "
	    "consents (CPS 6.2.2): add 'consent: quorum'.\"}],"
	    "\"minutes\":156,\"refused\":1}");
	json_free(j);
	buf_free(&text);
	CHECK("the day is refused",
	    files_check_day(form, sha256, &at, &e) == -1 &&
		strcmp(e.id, "files.no-consent") == 0 &&
		at.file == FILES_SCRIPT);
	CHECK_STR("and where", at.path, "acts[2].steps[4].consent");
	check_free(c);
	for (size_t k = 0; k < FILES_KINDS; k++)
		json_free(own[k]);
}

/* A refusal in bytes, and the id it must have. */
static void
refuse(const char *name, const void *p, size_t len, const char *id)
{
	struct json *j = NULL;
	struct err e;

	CHECK(name,
	    files_parse(FILES_PLAN, "f", p, len, &j, &e) == -1 && j == NULL &&
		strcmp(e.id, id) == 0);
}

static void
test_bounds(void)
{
	static uint8_t big[FILES_MAX + 1];
	struct buf b = BUF_INIT;

	memset(big, '#', sizeof(big));
	refuse("one byte over a MiB", big, sizeof(big), "files.size");
	refuse("a MiB of comment says nothing", big, FILES_MAX, "files.empty");
	refuse("latin-1", "plan: \xe9\n", 8, "files.utf8");
	refuse("a surrogate", "plan: \xed\xa0\x80\n", 10, "files.utf8");
	refuse("UTF-16", "\xff\xfep\0l\0", 6, "files.utf8");
	refuse("a byte order mark", "\xef\xbb\xbfplan: p\n", 11, "files.bytes");
	refuse("a NUL", "plan: p\0\n", 9, "files.bytes");
	refuse("C1 next line", "plan: p\xc2\x85\n", 10, "files.bytes");
	refuse("nothing", "", 0, "files.empty");
	refuse("not even memory", NULL, 0, "files.empty");
	for (int i = 0; i < 600; i++)
		buf_fmt(&b, "k%d: 1\n", i);
	refuse("too many keys", b.data, b.len, "files.many");
	buf_reset(&b);
	buf_str(&b, "keys: [");
	for (int i = 0; i < 65; i++)
		buf_str(&b, "{id: k, profile: p, token: t},");
	buf_str(&b, "]\n");
	refuse("too many elements", b.data, b.len, "files.many");
	buf_free(&b);
	memset(big, '[', FILES_MAX);
	refuse("a MiB of brackets", big, FILES_MAX, "files.depth");
	memset(big, ' ', FILES_MAX);
	memcpy(big, "? ? ? ? ? ?", 11);
	memset(big + 11, '?', 1000);
	refuse("complex keys", big, FILES_MAX, "files.key");
}

/* One value has one canonical form; a form is a form of the profile. */
static void
test_canonical(void)
{
	static const char YAML[] =
	    "plan: p\r\nprofiles: \"q\"\nexpect: {head: none}\n"
	    "crls:\n  - id: l\n    issuer: c\n    profile: a\n"
	    "    series: {count: 4, every: 1 day}\n";
	struct buf out = BUF_INIT;
	struct json *j = NULL, *again = NULL;
	struct err e;

	CHECK("parses",
	    files_parse(FILES_PLAN, "f", (const uint8_t *)YAML,
		sizeof(YAML) - 1, &j, &e) == 0);
	json_encode(j, &out);
	CHECK_STR("canonical", buf_cstr(&out),
	    "{\"crls\":[{\"id\":\"l\",\"issuer\":\"c\",\"profile\":\"a\","
	    "\"series\":{\"count\":4,\"every_days\":1}}],"
	    "\"expect\":{\"head\":\"none\"},\"plan\":\"p\","
	    "\"profiles\":\"q\"}");
	CHECK("reads as strict JSON",
	    json_parse(buf_cstr(&out), out.len, JSON_DEPTH_MAX, &again, &e) ==
		    0 &&
		json_equal(j, again));
	json_free(j);
	json_free(again);
	buf_free(&out);
}

/* Every prefix of a good file is refused or parses; nothing is left. */
static void
test_truncated(void)
{
	struct buf b = read_file(BASE_FILE[FILES_SCRIPT]);
	size_t parsed = 0;
	struct err e;

	for (size_t n = 0; n < b.len; n += 7) {
		struct json *j = NULL;

		if (files_parse(FILES_SCRIPT, "f", b.data, n, &j, &e) == 0)
			parsed++;
		else if (j != NULL || err_value(&e, "line") == NULL)
			parsed += b.len;
		json_free(j);
	}
	CHECK("truncations", parsed < b.len / 7);
	buf_free(&b);
}

int
main(void)
{
	good_files();
	loosened();
	bad_files();
	test_forms();
	test_bounds();
	test_canonical();
	test_truncated();
	return test_end();
}
