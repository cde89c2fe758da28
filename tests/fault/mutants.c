/* SPDX-License-Identifier: MIT */
/*
 * mutants VOLUME HEADS [all]: every small change of a sealed transcript, and
 * everything that somebody without keys can chain anew, before the walk of
 * tachiai-verify.  What a mutation leaves untouched before its own line is
 * walked once only: the walk is copied there, and goes on with the mutant.
 * `all' tries every one; else each kind at a stride.
 */
#include <stdlib.h>

#include "ceremony/base/json.h"
#include "ceremony/log/event.h"
#include "ceremony/log/scan_part.h"
#include "tests/unit/test.h"

#define LINES      4096
#define INSERTIONS 8

static const char *volume;
static struct buf file, heads;
static size_t start[LINES + 1], lines;
static int64_t sealed_at;
static struct json *tree[LINES + 2];
static struct scan walked; /* over the lines before the one in question */
static bool all;

static long tried, found, alone, alone_tried;

static void
die(const char *what)
{
	printf("not ok %s\n0 passed, 1 failed\n", what);
	exit(1);
}

static void
slurp(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	uint8_t piece[4096];
	size_t n;

	if (f == NULL)
		die(path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

/* An object as it lies on the volume, or as a test has damaged it. */
static const struct buf *damaged;

static int
object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	char hex[SHA256_HEX], path[4096];
	FILE *f;

	(void)arg;
	sha256_hex(hex, sha);
	snprintf(path, sizeof(path), "%s/objects/%s", volume, hex);
	f = fopen(path, "rb");
	if (f == NULL)
		return err_set(e, ERR_FORM, "log.object", NULL);
	fclose(f);
	slurp(path, out);
	return 0;
}

static int
check(void *arg, const uint8_t sha[static SHA256_LEN], int64_t size,
    struct err *e)
{
	struct buf b = BUF_INIT;
	uint8_t got[SHA256_LEN];
	int ret = 0;

	if (damaged != NULL)
		buf_add(&b, damaged->data, damaged->len);
	else if (object(arg, sha, &b, e) == -1)
		return -1;
	sha256(got, b.data, b.len);
	if ((int64_t)b.len != size || memcmp(got, sha, SHA256_LEN) != 0)
		ret = err_set(e, ERR_FORM, "log.object", NULL);
	buf_free(&b);
	return ret;
}

static const struct scan_world WORLD = { NULL, object, NULL, NULL, NULL };

/*
 * Does the walk, from where it stands, take these bytes to their end, and
 * say of them what it says of the true ones?
 */
static bool
takes(const uint8_t *p, size_t len, bool remembering)
{
	struct scan s = walked;
	struct scan_result r;
	struct err e;
	bool good;

	memset(&s.part, 0, sizeof(s.part));
	if (!remembering)
		s.expects = s.met = 0;
	good = scan_feed(&s, p, len, &e) == 0 &&
	    scan_end(&s, &r, &e) == 0 && r.sealed == sealed_at;
	buf_free(&s.part);
	return good;
}

static void
judge(const uint8_t *p, size_t len, const char *what, size_t line)
{
	tried++;
	if (!takes(p, len, true))
		found++;
	else
		printf("# line %zu: %s passed\n", line, what);
}

/* `of` as the file's length makes it; 0: as many as its entries made. */
static void
told(const char *what, size_t of)
{
	printf("# %s: %ld of %zu found\n", what, found,
	    of != 0 ? of : (size_t)tried);
	CHECK(what, tried > 0 && found == tried &&
	    (of == 0 || (size_t)tried == of));
	tried = found = 0;
}

/* Call fn at every line with `walked` standing before it. */
static void
at_every_line(void (*fn)(size_t line, size_t stride), size_t stride)
{
	struct scan *s = scan_new(&WORLD);
	struct err e;

	if (scan_expect_lines(s, buf_cstr(&heads), heads.len, &e) == -1)
		die("heads");
	for (size_t i = 0; i < lines; i++) {
		walked = *s;
		fn(i, stride);
		if (scan_feed(s, file.data + start[i],
		    start[i + 1] - start[i], &e) == -1)
			die(e.id);
	}
	scan_free(s);
}

/* ---------------------------------------------------- changes of bytes */

static void
flips(size_t line, size_t stride)
{
	size_t from = start[line], to = start[line + 1] * 8;
	size_t first = (from * 8 + stride - 1) / stride * stride;

	for (size_t i = first; i < to; i += stride) {
		file.data[i / 8] ^= (uint8_t)(1 << i % 8);
		judge(file.data + from, file.len - from, "a bit", line);
		file.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void
deletions(size_t line, size_t stride)
{
	size_t from = start[line], to = start[line + 1];
	struct buf b = BUF_INIT;

	for (size_t i = (from + stride - 1) / stride * stride; i < to;
	    i += stride) {
		buf_reset(&b);
		buf_add(&b, file.data + from, i - from);
		buf_add(&b, file.data + i + 1, file.len - i - 1);
		judge(b.data, b.len, "a byte gone", line);
	}
	buf_free(&b);
}

/* Bytes that mean something to the form, and some that never stand. */
static void
insertions(size_t line, size_t stride)
{
	static const uint8_t KIND[INSERTIONS] = { '\n', ' ', '0', 'a', '"', '}', 0,
		0x80 };
	size_t from = start[line], to = start[line + 1];
	struct buf b = BUF_INIT;

	for (size_t i = (from + stride - 1) / stride * stride; i < to;
	    i += stride)
		for (size_t k = 0; k < INSERTIONS; k++) {
			buf_reset(&b);
			buf_add(&b, file.data + from, i - from);
			buf_byte(&b, KIND[k]);
			buf_add(&b, file.data + i, file.len - i);
			judge(b.data, b.len, "a byte more", line);
		}
	buf_free(&b);
}

static void
cuts(size_t line, size_t stride)
{
	size_t from = start[line], to = start[line + 1];

	for (size_t i = (from + stride - 1) / stride * stride; i < to;
	    i += stride)
		judge(file.data + from, i - from, "a cut", line);
}

static void
objects(size_t line, size_t stride)
{
	const struct json *att = json_get(tree[line], "att");
	struct buf b = BUF_INIT, whole = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;

	(void)stride;
	walked.world.check = check;
	for (size_t k = 0; k < json_count(att); k++) {
		if (json_get_hex(json_at(att, k), "sha256", sha,
		    SHA256_LEN) == -1 || object(NULL, sha, &whole, &e) == -1)
			die("object");
		damaged = &b;
		for (int way = 0; way < 4; way++) {
			buf_reset(&b);
			if (way == 0)
				buf_add(&b, whole.data, whole.len - 1);
			else if (way < 3)
				buf_add(&b, whole.data, whole.len);
			if (way == 1)
				buf_byte(&b, '\n');
			if (way == 2)
				b.data[whole.len / 2] ^= 1;
			judge(file.data + start[line],
			    file.len - start[line], "an object", line);
		}
		damaged = NULL;
		buf_reset(&whole);
	}
	buf_free(&b);
	buf_free(&whole);
}

/* ------------------------------------------- chained anew, without keys */

static void
chain(size_t from, size_t n, bool renumber, struct buf *out)
{
	uint8_t h[SHA256_LEN] = { 0 };

	buf_reset(out);
	if (from > 0)
		memcpy(h, walked.head.hash, SHA256_LEN);
	for (size_t i = from; i < n; i++) {
		struct buf b = BUF_INIT;
		char hex[SHA256_HEX];

		if (renumber)
			json_set_int(tree[i], "n", (int64_t)i);
		sha256_hex(hex, h);
		buf_fmt(&b, "%s ", hex);
		json_encode(tree[i], &b);
		buf_byte(&b, '\n');
		sha256(h, b.data, b.len);
		sha256_hex(hex, h);
		buf_fmt(out, "%s ", hex);
		buf_add(out, b.data + SHA256_HEX, b.len - SHA256_HEX);
		buf_free(&b);
	}
}

/*
 * Found by who remembers the heads; and, where the seal covers the line, by
 * who remembers nothing, from the file alone.
 */
static void
judge_chained(size_t line, size_t n, bool renumber, const char *what)
{
	struct buf out = BUF_INIT;

	chain(line, n, renumber, &out);
	if (out.len == file.len - start[line] &&
	    memcmp(out.data, file.data + start[line], out.len) == 0)
		goto out;
	judge(out.data, out.len, what, line);
	if ((int64_t)line > sealed_at)
		goto out;
	alone_tried++;
	if (!takes(out.data, out.len, false))
		alone++;
	else
		printf("# line %zu: %s passed without heads\n", line, what);
out:
	buf_free(&out);
}

/* With the old sentence, and with the one that its data now make. */
static void
judge_entry(size_t line, struct json *changed, const char *what)
{
	struct json *old = tree[line];
	const char *name = json_get_str(changed, "ev");
	const struct event *ev = name != NULL ? event_find(name) : NULL;
	struct buf txt = BUF_INIT;

	tree[line] = changed;
	judge_chained(line, lines, false, what);
	if (ev != NULL && json_get(changed, "txt") != NULL) {
		event_text(ev, LANG_EN, json_get(changed, "d"), &txt);
		if (strcmp(buf_cstr(&txt), json_get_str(changed, "txt") !=
		    NULL ? json_get_str(changed, "txt") : "") != 0) {
			json_set_str(changed, "txt", buf_cstr(&txt));
			judge_chained(line, lines, false, what);
		}
	}
	tree[line] = old;
	json_free(changed);
	buf_free(&txt);
}

/* A value of the same form and another meaning. */
static struct json *
other_value(const struct json *v)
{
	struct json *j;
	const char *s = json_str(v);
	int64_t n;
	char *t;
	size_t len;

	if (json_int(v, &n) == 0)
		return json_new_int(n + 1);
	if (s == NULL) {
		j = json_copy(v);
		if (json_type(v) == JSON_ARR)
			json_add(j, json_new_str("op/eve"));
		else
			json_set_str(j, "zz", "x");
		return j;
	}
	len = strlen(s);
	t = xstrdup(s);
	for (size_t i = 0; i < len; i++)
		if ((t[i] >= '0' && t[i] < '9') || (t[i] >= 'a' &&
		    t[i] < 'f')) {
			t[i]++;
			break;
		}
	j = json_new_str(strcmp(s, t) != 0 ? t : "x");
	free(t);
	return j;
}

static struct json *
without(const struct json *o, const char *key)
{
	struct json *j = json_new_obj();

	for (size_t i = 0; i < json_count(o); i++)
		if (strcmp(json_key(o, i), key) != 0)
			json_set(j, json_key(o, i),
			    json_copy(json_value(o, i)));
	return j;
}

/* Member `key` of the entry, or of its data, changed, gone, of a type. */
static void
member(size_t line, const char *key, bool in_data)
{
	const struct json *o = in_data ? json_get(tree[line], "d") :
	    tree[line];
	const struct json *v = json_get(o, key);
	struct json *way[4] = { NULL };
	int64_t n;

	if (v != NULL) {
		way[0] = json_copy(o);
		json_set(way[0], key, other_value(v));
		way[1] = without(o, key);
	}
	way[2] = json_copy(o);
	json_set(way[2], key, v != NULL && json_int(v, &n) == 0 ?
	    json_new_str("x") : json_new_int(7));
	way[3] = json_copy(o);
	json_set(way[3], key, v != NULL && json_str(v) != NULL ?
	    json_new_str("") : json_new_str("2026-01-01T00:00:00Z"));
	for (int i = 0; i < 4; i++) {
		struct json *e = way[i];

		if (e == NULL)
			continue;
		if (in_data) {
			e = json_copy(tree[line]);
			json_set(e, "d", way[i]);
		}
		judge_entry(line, e, key);
	}
}

static void
rewrite(size_t line, size_t stride)
{
	static const char *const MEMBERS[] = { "att", "by", "d", "ev", "m",
		"n", "r", "rc", "s", "said", "t", "txt", "zz", NULL };
	const struct event *ev = event_find(json_get_str(tree[line], "ev"));
	const char *p = ev != NULL ? ev->fields : "";
	struct json *a, *b;

	if (line % stride != 0)
		return;
	for (int i = 0; MEMBERS[i] != NULL; i++)
		member(line, MEMBERS[i], false);
	/* "name:type name:type? ...": what the table has, there or not. */
	while (*p != '\0') {
		char key[64];
		size_t n = strcspn(p, ":, ");

		snprintf(key, sizeof(key), "%.*s", (int)n, p);
		p += strcspn(p, " ");
		p += strspn(p, " ");
		if (key[0] != '\0' && json_get(tree[line], "d") != NULL)
			member(line, key, true);
	}
	/* Lines: gone, twice, in another order; renumbered or not. */
	for (int renumber = 0; renumber < 2; renumber++) {
		struct json *keep[LINES + 2], *was = tree[line];

		memcpy(keep, tree, sizeof(keep));
		for (size_t i = line; i < lines; i++)
			tree[i] = json_copy(keep[i]);
		a = tree[line];
		if (line + 1 < lines) {
			b = tree[line + 1];
			tree[line] = b;
			tree[line + 1] = a;
			judge_chained(line, lines, renumber != 0, "swapped");
			tree[line] = a;
			tree[line + 1] = b;
		}
		memmove(&tree[line + 1], &tree[line],
		    (lines - line) * sizeof(*tree));
		tree[line] = json_copy(was);
		/* Behind the last head anybody may write a line: a coda. */
		if (line + 1 < lines || renumber == 0)
			judge_chained(line, lines + 1, renumber != 0,
			    "twice");
		json_free(tree[line]);
		memmove(&tree[line], &tree[line + 1],
		    (lines - line) * sizeof(*tree));
		if (line + 1 < lines) {
			json_free(tree[line]);
			memmove(&tree[line], &tree[line + 1],
			    (lines - line - 1) * sizeof(*tree));
			judge_chained(line, lines - 1, renumber != 0, "gone");
			for (size_t i = line; i < lines - 1; i++)
				json_free(tree[i]);
		} else {
			json_free(tree[line]);
		}
		memcpy(tree, keep, sizeof(keep));
	}
}

static void
load(const char *dir, const char *known)
{
	struct scan *s = scan_new(&WORLD);
	struct scan_result r;
	struct err e;
	char path[4096];

	volume = dir;
	snprintf(path, sizeof(path), "%s/transcript.log", dir);
	slurp(path, &file);
	slurp(known, &heads);
	for (size_t i = 0; i < file.len; i++) {
		if (file.data[i] != '\n')
			continue;
		if (json_parse((const char *)file.data + start[lines] + 65,
		    i - start[lines] - 65, JSON_DEPTH, &tree[lines], &e) ==
		    -1 || lines + 1 == LINES)
			die("a line");
		start[++lines] = i + 1;
	}
	s->world.check = check;
	if (scan_expect_lines(s, buf_cstr(&heads), heads.len, &e) == -1 ||
	    scan_feed(s, file.data, file.len, &e) == -1 ||
	    scan_end(s, &r, &e) == -1)
		die(e.id);
	sealed_at = r.sealed;
	CHECK("untouched, it passes", r.entries == (int64_t)lines &&
	    sealed_at > 0);
	scan_free(s);
}

int
main(int argc, char **argv)
{
	size_t stride;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: mutants VOLUME HEADS [all]\n");
		return 2;
	}
	all = argc == 4;
	load(argv[1], argv[2]);
	printf("# %zu entries, %zu bytes, sealed at %lld\n", lines, file.len,
	    (long long)sealed_at);
	stride = all ? 1 : 7;
	at_every_line(flips, stride);
	told("bits turned", (file.len * 8 + stride - 1) / stride);
	at_every_line(insertions, stride);
	told("bytes more", (file.len + stride - 1) / stride * INSERTIONS);
	stride = all ? 1 : 3;
	at_every_line(deletions, stride);
	told("bytes gone", (file.len + stride - 1) / stride);
	at_every_line(cuts, stride);
	told("cuts", (file.len + stride - 1) / stride);
	at_every_line(objects, 1);
	told("objects damaged", 0);
	at_every_line(rewrite, all ? 1 : 9);
	told("chained anew without keys", 0);
	printf("# of these under the seal, without any head: %ld of %ld\n",
	    alone, alone_tried);
	CHECK("the seal alone finds them", alone_tried > 0 &&
	    alone == alone_tried);
	return test_end();
}
