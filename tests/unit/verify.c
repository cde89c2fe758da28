/* SPDX-License-Identifier: MIT */
/*
 * The walk over a sealed transcript, and everything an adversary without
 * keys may do to it.  `verify all` tries every bit; `verify write DIR STEP`
 * makes the volume's files and every STEP-th forgery, for both verifiers.
 */
#include <sys/stat.h>

#include "ceremony/log/scan.h"
#include "tests/unit/sealed.h"
#include "tests/unit/test.h"

static struct buf file;
static struct scan_result good;
static int64_t last_at;
static char last_id[ERR_ID];
static int notes;

static void
count_note(void *arg, const struct err *what)
{
	(void)arg;
	(void)what;
	notes++;
}

/* 0 and *r, or -1. */
static int
walk(const uint8_t *p, size_t len, size_t piece, const struct head *expect,
    struct scan_result *r)
{
	static const struct scan_world world = { NULL, sealed_object, NULL,
		NULL, count_note };
	struct scan *s = scan_new(&world);
	struct err e;
	int ret = 0;

	e.id[0] = '\0';
	if (expect != NULL)
		scan_expect(s, expect);
	while (ret == 0 && len > 0) {
		size_t n = len < piece ? len : piece;

		ret = scan_feed(s, p, n, &e);
		p += n;
		len -= n;
	}
	if (ret == 0)
		ret = scan_end(s, r, &e);
	last_at = scan_at(s);
	snprintf(last_id, sizeof(last_id), "%s", ret == -1 ? e.id : "");
	r->key = NULL;
	r->origin = NULL;
	scan_free(s);
	return ret;
}

static bool
caught(const struct buf *b)
{
	struct scan_result r;

	return walk(b->data, b->len, SIZE_MAX, NULL, &r) == -1;
}

static void
test_whole(void)
{
	struct head h;
	bool same = true;

	CHECK("good", walk(file.data, file.len, SIZE_MAX, NULL, &good) == 0);
	CHECK("entries", good.entries == (int64_t)sealed.lines);
	CHECK("sealed at its end", good.sealed == good.entries - 1 &&
	    good.sealed == sealed.c->sealed);
	CHECK("head", memcmp(good.head.hash, sealed.c->head.hash,
	    SHA256_LEN) == 0);
	CHECK("nothing to report", notes == 0);
	for (size_t piece = 1; piece < 700; piece += 97) {
		struct scan_result r;

		same &= walk(file.data, file.len, piece, NULL, &r) == 0 &&
		    r.sealed == good.sealed;
	}
	CHECK("in pieces of any size", same);
	h = good.head;
	CHECK("the head is known", walk(file.data, file.len, SIZE_MAX, &h,
	    &good) == 0);
	h.n--;
	CHECK("another story", walk(file.data, file.len, SIZE_MAX, &h,
	    &good) == -1 && strcmp(last_id, "log.head") == 0 &&
	    last_at == h.n);
	CHECK("not a transcript", walk((const uint8_t *)"", 0, 1, NULL,
	    &good) == -1 && strcmp(last_id, "log.empty") == 0);
	walk(file.data, file.len, SIZE_MAX, NULL, &good);
}

/* Every cut: refused, or told as another end; refused to who remembers. */
static void
test_cuts(size_t stride)
{
	size_t told = 0, refused = 0, tried = 0;

	for (size_t len = 0; len < file.len; len += len % 97 == 0 ? 1 :
	    stride) {
		struct scan_result r;

		tried++;
		refused += walk(file.data, len, SIZE_MAX, &good.head, &r) ==
		    -1;
		told += walk(file.data, len, SIZE_MAX, NULL, &r) == -1 ||
		    r.entries < good.entries;
	}
	printf("# cuts: %zu\n", tried);
	CHECK("every cut is told", told == tried);
	CHECK("every cut is refused to who remembers", refused == tried);
}

static void
test_bytes(size_t stride)
{
	struct buf b = BUF_INIT;
	size_t flips = 0, bad = 0;

	buf_add(&b, file.data, file.len);
	for (size_t i = 0; i < file.len * 8; i += stride, flips++) {
		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
		bad += !caught(&b);
		b.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	printf("# bit flips: %zu\n", flips);
	CHECK("every bit", bad == 0);
	for (size_t i = bad = 0; i < file.len; i += stride) {
		static const char INSERT[] = { '\n', ' ', '0', '\0' };

		buf_reset(&b);
		buf_add(&b, file.data, i);
		buf_add(&b, file.data + i + 1, file.len - i - 1);
		bad += !caught(&b);
		for (size_t k = 0; k < sizeof(INSERT); k++) {
			buf_reset(&b);
			buf_add(&b, file.data, i);
			buf_byte(&b, (uint8_t)INSERT[k]);
			buf_add(&b, file.data + i, file.len - i);
			bad += !caught(&b);
		}
	}
	CHECK("every byte gone or added", bad == 0);
	buf_free(&b);
}

/* Lines as trees, so that an adversary can change and chain them anew. */
static struct json *tree[SEALED_MAX];

static void
chain(struct json *const *t, size_t n, bool renumber, bool text,
    struct buf *out)
{
	uint8_t h[SHA256_LEN] = { 0 };

	buf_reset(out);
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_INIT, txt = BUF_INIT;
		const struct event *ev;
		char hex[SHA256_HEX];

		if (renumber)
			json_set_int(t[i], "n", (int64_t)i);
		ev = json_get_str(t[i], "ev") != NULL ?
		    event_find(json_get_str(t[i], "ev")) : NULL;
		if (text && ev != NULL && json_get(t[i], "d") != NULL) {
			event_text(ev, LANG_EN, json_get(t[i], "d"), &txt);
			json_set_str(t[i], "txt", buf_cstr(&txt));
		}
		sha256_hex(hex, h);
		buf_fmt(&b, "%s ", hex);
		json_encode(t[i], &b);
		buf_byte(&b, '\n');
		sha256(h, b.data, b.len);
		sha256_hex(hex, h);
		buf_fmt(out, "%s ", hex);
		buf_add(out, b.data + SHA256_HEX, b.len - SHA256_HEX);
		buf_free(&b);
		buf_free(&txt);
	}
}

static long tried, missed;
static const char *dump; /* folder for what is tried, or NULL */
static long dump_step = 1;

static void
judge(size_t n, bool renumber, const char *what, size_t at)
{
	struct json *copy[SEALED_MAX + 1];
	struct buf out = BUF_INIT;

	for (int text = 0; text < 2; text++) {
		for (size_t i = 0; i < n; i++)
			copy[i] = json_copy(tree[i]);
		chain(copy, n, renumber, text != 0, &out);
		for (size_t i = 0; i < n; i++)
			json_free(copy[i]);
		if (out.len == file.len &&
		    memcmp(out.data, file.data, file.len) == 0)
			continue; /* the sentence was put right again */
		if (dump != NULL && tried++ % dump_step != 0)
			continue;
		if (dump != NULL) {
			char path[256];
			FILE *f;

			snprintf(path, sizeof(path), "%s/%05ld", dump,
			    tried - 1);
			f = fopen(path, "w");
			if (f == NULL)
				exit(3);
			fwrite(out.data, 1, out.len, f);
			fclose(f);
			continue;
		}
		tried++;
		if (!caught(&out)) {
			missed++;
			printf("# entry %zu: %s passed\n", at, what);
		}
	}
	buf_free(&out);
}

/* A value that is like the old one and another. */
static struct json *
other_value(const struct json *v)
{
	int64_t n;
	char *s;
	struct json *j;
	size_t len;

	if (json_int(v, &n) == 0)
		return json_new_int(n + 1);
	if (json_str(v) == NULL) {
		j = json_copy(v);
		if (json_type(v) == JSON_ARR)
			json_add(j, json_new_str("op/eve"));
		else
			json_set_str(j, "zz", "x");
		return j;
	}
	s = xstrdup(json_str(v));
	len = strlen(s);
	if (len == 0 || (s[len - 1] & 0x80) != 0) {
		free(s);
		return json_new_str("x");
	}
	/* base64 padding stays; the character before it changes. */
	while (len > 1 && s[len - 1] == '=')
		len--;
	s[len - 1] = s[len - 1] == '1' ? '2' : '1';
	if (s[len] == '=') /* canonical: the bits left over are zero */
		s[len - 1] = s[len - 1] == 'A' ? 'Q' : 'A';
	j = json_new_str(s);
	free(s);
	return j;
}

/* Object `o` without its member `key`. */
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

static void
edit_entry(size_t i)
{
	struct json *old = tree[i];
	const struct json *d = json_get(old, "d");
	char what[64];

	for (size_t k = 0; k < json_count(old); k++) {
		const char *key = json_key(old, k);

		snprintf(what, sizeof(what), "%s", key);
		tree[i] = json_copy(old);
		json_set(tree[i], key, other_value(json_get(old, key)));
		judge(sealed.lines, false, what, i);
		json_free(tree[i]);
		tree[i] = without(old, key);
		judge(sealed.lines, false, what, i);
		json_free(tree[i]);
	}
	for (size_t k = 0; k < json_count(d); k++) {
		const char *key = json_key(d, k);
		struct json *nd = json_copy(d);

		snprintf(what, sizeof(what), "d.%s", key);
		tree[i] = json_copy(old);
		json_set(nd, key, other_value(json_get(d, key)));
		json_set(tree[i], "d", nd);
		judge(sealed.lines, false, what, i);
		json_set(tree[i], "d", without(d, key));
		judge(sealed.lines, false, what, i);
		json_free(tree[i]);
	}
	tree[i] = json_copy(old);
	json_add(json_set(tree[i], "said", json_new_arr()),
	    json_new_str("EVE"));
	judge(sealed.lines, false, "said", i);
	json_set_int(tree[i], "zz", 1);
	judge(sealed.lines, false, "a member more", i);
	json_free(tree[i]);
	tree[i] = old;
}

static void
move_lines(size_t i)
{
	struct json *keep[SEALED_MAX];
	size_t n = sealed.lines;

	memcpy(keep, tree, sizeof(keep));
	for (int renumber = 0; renumber < 2; renumber++) {
		/* The last line gone is a cut: told, not refused. */
		if (i + 1 < n) {
			memmove(&tree[i], &tree[i + 1],
			    (n - i - 1) * sizeof(*tree));
			judge(n - 1, renumber != 0, "gone", i);
			memcpy(tree, keep, sizeof(keep));
			tree[i] = keep[i + 1];
			tree[i + 1] = keep[i];
			judge(n, renumber != 0, "swapped", i);
			memcpy(tree, keep, sizeof(keep));
		}
		memmove(&tree[i + 1], &tree[i], (n - i) * sizeof(*tree));
		judge(n + 1, renumber != 0, "twice", i);
		memcpy(tree, keep, sizeof(keep));
	}
}

static void
test_chained_anew(size_t stride)
{
	struct buf again = BUF_INIT;
	struct err e;

	for (size_t i = 0; i < sealed.lines; i++)
		if (json_parse((const char *)sealed.line[i].data + SHA256_HEX,
		    sealed.line[i].len - SHA256_HEX - 1, JSON_DEPTH,
		    &tree[i], &e) == -1)
			sealed_die("parse", &e);
	chain(tree, sealed.lines, false, false, &again);
	CHECK("chaining makes the same file", again.len == file.len &&
	    memcmp(again.data, file.data, file.len) == 0);
	for (size_t i = 0; i < sealed.lines; i += i + stride <
	    sealed.lines ? stride : 1) {
		edit_entry(i);
		move_lines(i);
	}
	printf("# chained anew without keys: %ld\n", tried);
	CHECK("every forgery is caught", missed == 0 && tried > 200);
	buf_free(&again);
}

/* Entries behind the seal wait for the next one, and may not be anything. */
static void
test_coda(void)
{
	struct command cmd = { .event = EV_AUTH_LOGOUT, .d = json_new_obj() };
	struct scan_result r;
	struct buf b = BUF_INIT;

	json_set_str(cmd.d, "person", "anna");
	json_set_str(cmd.d, "why", "stick");
	sealed_do(&cmd);
	sealed_file(&b);
	CHECK("coda", walk(b.data, b.len, SIZE_MAX, NULL, &r) == 0 &&
	    r.sealed == good.sealed && r.entries == good.entries + 1);
	sealed.lines--;
	buf_free(&b);
}

/* One administrator does not seal, nor do two over different checkpoints. */
static void
test_quorum(void)
{
	struct command cmd = { .event = EV_SITTING_CLOSE,
		.d = json_new_obj(), .by = { "mina" } };
	struct scan_result r;
	struct buf b = BUF_INIT;

	sealed.lines++; /* the coda */
	sealed_open(2);
	sealed_statement(EV_AUTH_LOGIN, 1, NULL);
	sealed_statement(EV_AUTH_LOGIN, 3, NULL);
	sealed_statement(EV_AUTH_LOGIN, 4, NULL);
	json_set_int(cmd.d, "sitting", 2);
	json_set_str(cmd.d, "why", "done");
	sealed_do(&cmd);
	sealed_log_checkpoint();
	sealed_cosign(3);
	sealed_cosign(1);
	sealed_log_checkpoint();
	sealed_cosign(4);
	sealed_log_checkpoint();
	sealed_file(&b);
	CHECK("no quorum, no seal", walk(b.data, b.len, SIZE_MAX, NULL, &r) ==
	    0 && r.sealed == good.sealed &&
	    sealed.c->sealed == good.sealed);
	sealed_cosign(3);
	sealed_cosign(4);
	sealed_cosign(1);
	sealed_log_checkpoint();
	buf_reset(&b);
	sealed_file(&b);
	CHECK("a quorum seals", walk(b.data, b.len, SIZE_MAX, NULL, &r) ==
	    0 && r.sealed == r.entries - 1 && sealed.c->sealed == r.sealed);
	buf_free(&b);
}

static int
put(const char *dir, const char *name, const struct buf *b)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fwrite(b->data, 1, b->len, f) != b->len ||
	    fclose(f) != 0)
		return 3;
	return 0;
}

/* transcript.log and objects/ in `dir`; some forgeries in `dir`/forged. */
static int
write_all(const char *dir)
{
	char path[256], forged[256], hex[SHA256_HEX];
	uint8_t sha[SHA256_LEN];

	snprintf(path, sizeof(path), "%s/objects", dir);
	snprintf(forged, sizeof(forged), "%s/forged", dir);
	if (mkdir(path, 0755) == -1 || mkdir(forged, 0755) == -1)
		return 3;
	for (size_t i = 0; i < sealed.objects; i++) {
		sha256(sha, sealed.object[i].data, sealed.object[i].len);
		sha256_hex(hex, sha);
		if (put(path, hex, &sealed.object[i]) != 0)
			return 3;
	}
	if (put(dir, "transcript.log", &file) != 0)
		return 3;
	dump = forged;
	test_chained_anew(1);
	return 0;
}

int
main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;

	sealed_make();
	sealed_file(&file);
	if (argc == 4 && strcmp(argv[1], "write") == 0) {
		dump_step = atol(argv[3]) > 0 ? atol(argv[3]) : 1;
		return write_all(argv[2]);
	}
	printf("# %zu entries, %zu bytes\n", sealed.lines, file.len);
	test_whole();
	test_cuts(all ? 1 : 509);
	test_bytes(all ? 1 : 601);
	test_chained_anew(all ? 1 : 7);
	test_coda();
	test_quorum();
	return test_end();
}
