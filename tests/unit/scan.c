/* SPDX-License-Identifier: MIT */
/*
 * The walk over a transcript, on lines made by hand behind a sealed one: what
 * is refused, what is reported, and what still holds when the table of
 * events has kinds that this program does not know.
 */
#include "ceremony/log/event.h"
#include "ceremony/log/scan.h"
/* sealed.h writes this one into the genesis. */
static void later_table(struct buf *out);
#define event_table later_table
#include "tests/unit/sealed.h"
#include "tests/unit/test.h"
#undef event_table

#define LATER                                                               \
	"{\"by\":[\"appliance\"],\"class\":\"A2\",\"en\":\"Visit {no}.\","  \
	"\"fields\":[{\"name\":\"no\",\"optional\":0,\"type\":\"int\"}],"    \
	"\"ja\":\"{no}\",\"name\":\"vault.visit\"}"

/* Our own table and one kind more. */
static void
later_table(struct buf *out)
{
	struct buf own = BUF_INIT;
	const char *text, *at;

	event_table(&own);
	text = buf_cstr(&own);
	at = strstr(text, "\"events\":[");
	if (at == NULL)
		sealed_die("table", NULL);
	at += strlen("\"events\":[");
	buf_add(out, text, (size_t)(at - text));
	buf_str(out, LATER ",");
	buf_str(out, at);
	buf_free(&own);
}

/* What the walk said. */
static struct {
	char id[ERR_ID], notes[200];
	int64_t at;
	struct scan_result r;
} got;

static const char *bad_object; /* what the check says; NULL: all is there */

static int
check_object(void *arg, const uint8_t sha[static SHA256_LEN], int64_t size,
    struct err *e)
{
	(void)arg;
	(void)sha;
	return bad_object == NULL || size == 0 ? 0 :
	    err_set(e, ERR_FORM, "log.object", "sha256", "-", "what",
	    bad_object, "n", "-", NULL);
}

static void
take_note(void *arg, const struct err *what)
{
	size_t n = strlen(got.notes);

	(void)arg;
	snprintf(got.notes + n, sizeof(got.notes) - n, "%s ",
	    what->id + strlen("log."));
}

/* Lines to be added by hand. */
static struct {
	struct buf file;
	struct head head;
	int64_t s, m, t;
} raw;

static void
raw_begin(size_t lines)
{
	struct buf *last = &sealed.line[lines - 1];
	struct entry en;
	struct err e;
	uint8_t prev[SHA256_LEN];

	buf_reset(&raw.file);
	for (size_t i = 0; i < lines; i++)
		buf_add(&raw.file, sealed.line[i].data, sealed.line[i].len);
	memcpy(prev, ceremony_hash(sealed.c, (int64_t)lines - 2), SHA256_LEN);
	if (entry_decode_form(last->data, last->len, prev, &en, &e) == -1)
		sealed_die("last", &e);
	raw.head.n = en.n;
	memcpy(raw.head.hash, en.hash, SHA256_LEN);
	raw.s = en.s;
	raw.m = en.m;
	raw.t = en.t;
	entry_fini(&en);
}

static void
raw_entry(const char *ev, const char *d, const char *by, enum rc rc,
    int64_t dm, int64_t dt)
{
	struct buf line = BUF_INIT;
	struct entry en;
	struct err e;

	entry_init(&en, EV_NOTE);
	en.ev = event_set_find(sealed.c->events, ev);
	json_free(en.d);
	if (json_parse(d, strlen(d), JSON_DEPTH, &en.d, &e) == -1)
		sealed_die(d, &e);
	en.n = raw.head.n + 1;
	en.s = strcmp(ev, "sitting.open") == 0 ?
	    json_get_int(en.d, "sitting", 0) : raw.s;
	en.m = raw.m + dm;
	en.t = raw.t + dt;
	en.rc = rc;
	if (by != NULL)
		entry_by(&en, by);
	if (entry_encode(&en, raw.head.hash, &line, &e) == -1)
		sealed_die(ev, &e);
	buf_add(&raw.file, line.data, line.len);
	raw.head.n = en.n;
	memcpy(raw.head.hash, en.hash, SHA256_LEN);
	raw.s = en.s;
	raw.m = en.m;
	raw.t = en.t;
	entry_fini(&en);
	buf_free(&line);
}

/* The walk over it: the id, "" when it passed. */
static const char *
walk(const char *heads, size_t piece)
{
	static const struct scan_world world = { NULL, sealed_object,
		check_object, NULL, take_note };
	struct scan *s = scan_new(&world);
	const uint8_t *p = raw.file.data;
	size_t left = raw.file.len;
	struct err e = { 0 };
	int ret = 0;

	memset(&got, 0, sizeof(got));
	if (heads != NULL)
		ret = scan_expect_lines(s, heads, strlen(heads), &e);
	while (ret == 0 && left > 0) {
		size_t n = left < piece ? left : piece;

		ret = scan_feed(s, p, n, &e);
		p += n;
		left -= n;
	}
	if (ret == 0)
		ret = scan_end(s, &got.r, &e);
	got.at = scan_at(s);
	got.r.key = NULL;
	snprintf(got.id, sizeof(got.id), "%s", ret == -1 ? e.id : "");
	scan_free(s);
	return got.id;
}

static bool
is(const char *id)
{
	bool same = strcmp(walk(NULL, SIZE_MAX), id) == 0;

	if (!same)
		printf("# got %s at %lld\n", got.id, (long long)got.at);
	return same;
}

static void
test_heads(void)
{
	static const char *const BAD[] = { "\n", "5", "5 ", "x", " 5 00",
		"0 0000\n", "-1 " , "5\t" };
	char good[400], bad[400], hex[2][SHA256_HEX];

	raw_begin(sealed.lines);
	sha256_hex(hex[0], ceremony_hash(sealed.c, 3));
	sha256_hex(hex[1], ceremony_hash(sealed.c, 9));
	snprintf(good, sizeof(good), "9 %s\n0003 %s", hex[1], hex[0]);
	CHECK("heads in any order", *walk(good, SIZE_MAX) == '\0');
	CHECK("no head at all", *walk("", SIZE_MAX) == '\0');
	snprintf(bad, sizeof(bad), "9 %s\n", hex[0]);
	CHECK("another hash", strcmp(walk(bad, 1000), "log.head") == 0 &&
	    got.at == 9);
	snprintf(bad, sizeof(bad), "9 %s\n9 %s\n", hex[1], hex[0]);
	CHECK("two stories of one number",
	    strcmp(walk(bad, 1000), "log.head") == 0 && got.at == 9);
	snprintf(bad, sizeof(bad), "99999 %s\n3 %s\n", hex[1], hex[0]);
	CHECK("beyond the end", strcmp(walk(bad, 1000), "log.head") == 0 &&
	    got.at == 99999);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
		CHECK("not a head", strcmp(walk(BAD[i], 1), "log.heads-form") ==
		    0);
	snprintf(bad, sizeof(bad), "3 %s\r\n", hex[0]);
	CHECK("CR LF", strcmp(walk(bad, 1), "log.heads-form") == 0);
	snprintf(bad, sizeof(bad), "3  %s\n", hex[0]);
	CHECK("two blanks", strcmp(walk(bad, 1), "log.heads-form") == 0);
	snprintf(bad, sizeof(bad), "0000000000000003 %s\n", hex[0]);
	CHECK("sixteen digits", strcmp(walk(bad, 1), "log.heads-form") == 0);
	hex[0][0] = 'A';
	snprintf(bad, sizeof(bad), "3 %s\n", hex[0]);
	CHECK("upper case", strcmp(walk(bad, 1), "log.heads-form") == 0);
}

static void
test_form(void)
{
	raw_begin(sealed.lines);
	buf_reset(&raw.file);
	CHECK("nothing", is("log.empty"));
	raw_begin(sealed.lines);
	buf_str(&raw.file, "0123");
	CHECK("a tail", is("log.tail"));
	for (size_t i = 0; i < ENTRY_MAX; i++)
		buf_byte(&raw.file, '0');
	CHECK("a line without an end", is("entry.long") &&
	    got.at == (int64_t)sealed.lines);
	CHECK("the same in pieces", strcmp(walk(NULL, 4096), "entry.long") ==
	    0 && strcmp(walk(NULL, 1), "entry.long") == 0);
	buf_byte(&raw.file, '\n');
	CHECK("a line that is too long", is("entry.long"));
	raw_begin(sealed.lines);
	bad_object = "size";
	CHECK("an object that is not as it was", is("log.object") &&
	    got.at == 0);
	bad_object = NULL;
}

#define OPEN(no)                                                            \
	"{\"cert\":\"" Z64 "\",\"epoch\":\"" Z32 "\",\"image\":\"" Z64 "\"," \
	"\"media\":[],\"memories\":[],\"sitting\":" no "}"
#define Z32 "00000000000000000000000000000000"
#define Z64 Z32 Z32

static void
test_order(void)
{
	raw_begin(sealed.lines);
	raw_entry("sitting.open", OPEN("2"), NULL, RC_OK, 0, 5);
	CHECK("a sitting", is("") && got.r.sealed ==
	    (int64_t)sealed.lines - 1);
	raw_entry("sitting.open", OPEN("3"), NULL, RC_OK, 0, 5);
	CHECK("the one before was not sealed", is("") &&
	    strstr(got.notes, "was-unsealed") != NULL);
	raw_entry("close.unsealed", "{\"why\":\"x\"}", "op/mina", RC_OK, 0, 5);
	raw_entry("sitting.open", OPEN("4"), NULL, RC_OK, 0, 5);
	CHECK("one that ended without a seal", is(""));
	raw_entry("sitting.open", OPEN("9"), NULL, RC_OK, 0, 5);
	CHECK("sittings are numbered", is("log.order"));

	raw_begin(sealed.lines);
	raw_entry("sitting.close", "{\"sitting\":1,\"why\":\"x\"}", "op/mina",
	    RC_OK, 0, 5);
	CHECK("a close of nothing", is("log.order"));
	raw_begin(sealed.lines);
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, -1, 5);
	CHECK("m fell", is("log.order"));
	raw_begin(sealed.lines);
	raw.s++;
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 0, 5);
	CHECK("s without a sitting", is("log.order"));
	raw_begin(sealed.lines);
	raw.head.n++;
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 0, 5);
	CHECK("a number left out", is("log.order"));
}

static void
test_time(void)
{
	raw_begin(sealed.lines);
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 0, -1);
	CHECK("behind the last entry", is("") &&
	    strstr(got.notes, "time-behind") != NULL);
	raw_begin(sealed.lines);
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 1000, 9000);
	CHECK("faster than the boot clock", is("") &&
	    strstr(got.notes, "time-drift") != NULL);
	raw_begin(sealed.lines);
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 1000, 1);
	CHECK("with it", is("") && got.notes[0] == '\0');
	raw_entry("clock.set", "{\"new\":\"2026-06-11T00:00:00Z\",\"offset\":2,"
	    "\"old\":\"2026-06-10T23:59:58Z\",\"sources\":[]}", "op/mina",
	    RC_OK, 0, 4000);
	CHECK("it may step where it is set", is("") && got.notes[0] == '\0');
}

/* The first line of a kind, and its data. */
static size_t
line_of(const char *ev, char d[static 2000])
{
	char mark[60];

	snprintf(mark, sizeof(mark), "},\"ev\":\"%s\",", ev);
	for (size_t i = 0; i < sealed.lines; i++) {
		const uint8_t *p = sealed.line[i].data;
		size_t n = sealed.line[i].len;
		const char *end = memmem(p, n, mark, strlen(mark));
		const char *at = memmem(p, n, "\"d\":", 4);

		if (end == NULL || at == NULL)
			continue;
		snprintf(d, 2000, "%.*s", (int)(end + 1 - at - 4), at + 4);
		return i;
	}
	sealed_die(ev, &(struct err){ 0 });
	return 0;
}

/* It comes before the roster's seal, and another sitting's ends it. */
static void
test_log_key(void)
{
	char key[2000], roster[2000];
	size_t at = line_of("key.enroll", key);
	size_t seal = line_of("roster.seal", roster);

	raw_begin(at + 1);
	CHECK("a transcript key", is("") && got.r.keys == 1);
	raw_entry("sitting.open", OPEN("1"), NULL, RC_OK, 0, 5);
	CHECK("it ends with its sitting", is("") && got.r.keys == 0);
	raw_entry("key.enroll", key, NULL, RC_OK, 0, 0);
	CHECK("the next one makes its own", is("") && got.r.keys == 1);
	raw_entry("key.enroll", key, NULL, RC_OK, 0, 0);
	CHECK("one in a sitting", is("log.enroll"));
	raw_begin(seal + 1);
	raw_entry("key.enroll", key, NULL, RC_OK, 0, 0);
	CHECK("none after the roster", is("log.enroll"));
	raw_begin(seal + 1);
	raw_entry("sitting.open", OPEN("1"), NULL, RC_OK, 0, 5);
	CHECK("after the roster it stays", is("") &&
	    got.r.keys == 1 + SEALED_PEOPLE);
	raw_entry("key.enroll", key, NULL, RC_OK, 0, 0);
	CHECK("and has no other", is("log.enroll"));
	raw_begin(at);
	raw_entry("roster.seal", roster, "op/mina", RC_OK, 0, 0);
	CHECK("a roster under no key", is("log.enroll"));
	raw_begin(seal);
	raw_entry("sitting.open", OPEN("1"), NULL, RC_OK, 0, 5);
	raw_entry("roster.seal", roster, "op/mina", RC_OK, 0, 0);
	CHECK("a roster under a key that ended", is("log.enroll"));
}

#define KEY(name, alg)                                                      \
	"{\"alg\":\"" alg "\",\"name\":\"" name "\",\"role\":\"log\","      \
	"\"spki\":\"" Z64 "\"}"
#define PERSON(id)                                                          \
	"{\"code\":\"X1\",\"cost\":1,\"document\":\"d\",\"name\":\"N\","    \
	"\"person\":\"" id "\",\"roles\":[\"ca-administrator\"],"           \
	"\"seen_by\":\"W\",\"share\":\"" Z64 "\",\"sign\":\"" Z64 "\","     \
	"\"stick\":\"X1\",\"trained\":\"t\"}"

static void
test_keys(void)
{
	/* In the first sitting, before anybody is enrolled. */
	raw_begin(3);
	raw_entry("custodian.enroll", PERSON("eve"), NULL, RC_OK, 0, 0);
	CHECK("a certificate that is not here", is("log.object"));
	raw_begin(3);
	raw_entry("key.enroll", KEY("log/transcript", "rsa"), NULL, RC_OK, 0,
	    0);
	CHECK("another algorithm", is("log.enroll"));
	raw_begin(3);
	raw_entry("key.enroll", KEY("log/transcript", "ed25519"), NULL, RC_OK,
	    0, 0);
	CHECK("a key that is not here", is("log.object"));
	raw_entry("note", "{\"text\":\"x\"}", "op/mina", RC_OK, 0, 0);
	raw_begin(3);
	raw_entry("key.enroll", KEY("log/transcript", "ed25519"), NULL,
	    RC_FAIL, 0, 0);
	CHECK("an attempt that failed enrols nothing", is(""));
	raw_begin(3);
	raw_entry("key.enroll", KEY("op/eve", "ecdsa-p256"), NULL, RC_OK, 0,
	    0);
	CHECK("the key of a stranger", is("log.enroll"));
	raw_begin(sealed.lines);
	raw_entry("custodian.enroll", PERSON("eve"), NULL, RC_OK, 0, 0);
	CHECK("after the roster", is("log.enroll"));
	raw_begin(sealed.lines);
	raw_entry("key.enroll", KEY("log/transcript", "ed25519"), NULL, RC_OK,
	    0, 0);
	CHECK("a transcript key of a later day", is("log.enroll"));
	raw_begin(sealed.lines);
	raw_entry("key.enroll", KEY("op/anna", "ecdsa-p256"), NULL, RC_OK, 0,
	    0);
	CHECK("another key of a custodian", is("log.enroll"));
	raw_begin(sealed.lines);
	raw_entry("checkpoint.sign", "{\"alg\":\"ed25519\",\"name\":\"op/eve\","
	    "\"root\":\"AAAA\",\"sig\":\"AAAA\",\"size\":1,\"time\":1}", "op/eve",
	    RC_OK, 0, 0);
	CHECK("a checkpoint of a stranger", is("log.checkpoint"));
	raw_begin(sealed.lines);
	raw_entry("checkpoint.sign", "{\"alg\":\"ecdsa-p256\",\"name\":"
	    "\"op/anna\",\"root\":\"AAAA\",\"sig\":\"AAAA\",\"size\":1,\"time\":1}",
	    "op/anna", RC_OK, 0, 0);
	CHECK("a cosignature after the seal", is("log.checkpoint"));
}

/* A statement of `who`, by the key of another if `key` says so. */
static void
raw_statement(const char *ev, size_t who, size_t key, const char *role,
    const char *epoch)
{
	struct statement st = { .asked = sealed.c->head, .seen = { .n = -1 } };
	struct json *d = json_new_obj();
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	char by[40];
	size_t n;

	snprintf(st.kind, sizeof(st.kind), "%s",
	    statement_kind(event_find(ev)->type));
	snprintf(st.origin, sizeof(st.origin), "%s", SEALED_ORIGIN);
	snprintf(st.epoch, sizeof(st.epoch), "%s", epoch);
	snprintf(st.person, sizeof(st.person), "%s", SEALED_WHO[who].id);
	snprintf(st.role, sizeof(st.role), "%s", role);
	statement_text(&st, &text);
	n = sealed_sign_low(sealed.key[key], &text, sig);
	statement_put(&st, sig, n, d);
	buf_reset(&text);
	json_encode(d, &text);
	snprintf(by, sizeof(by), "op/%s", SEALED_WHO[who].id);
	raw_entry(ev, buf_cstr(&text), by, RC_OK, 0, 0);
	json_free(d);
	buf_free(&text);
}

/*
 * An insider writes one entry of a kind that the table has and the program
 * does not know: the fold ends there, and signatures are checked all the
 * same.
 */
static void
test_later(void)
{
	static const char *const CA = "ca-administrator";

	raw_begin(sealed.lines);
	raw_entry("vault.visit", "{\"no\":7}", NULL, RC_OK, 0, 0);
	CHECK("a kind of a later version", is("") &&
	    strstr(got.notes, "other-table") != NULL);
	raw_entry("vault.visit", "{\"no\":8}", NULL, RC_OK, 0, 0);
	raw_entry("sitting.open", OPEN("2"), NULL, RC_OK, 0, 5);
	raw_statement("consent", 3, 3, CA, Z32);
	CHECK("what people signed then still counts", is(""));
	raw_statement("consent", 3, 4, CA, Z32);
	CHECK("signed by another", is("statement.signature"));

	raw_begin(sealed.lines);
	raw_entry("vault.visit", "{\"no\":7}", NULL, RC_OK, 0, 0);
	raw_entry("sitting.open", OPEN("2"), NULL, RC_OK, 0, 5);
	raw_statement("consent", 3, 3, CA, "1" "0000000000000000000000000000000");
	CHECK("signed in another epoch", is("statement.epoch"));

	raw_begin(sealed.lines);
	raw_entry("vault.visit", "{\"no\":7}", NULL, RC_OK, 0, 0);
	raw_entry("sitting.open", OPEN("2"), NULL, RC_OK, 0, 5);
	raw_statement("consent", 5, 5, CA, Z32);
	CHECK("in a role that is not held", is("log.enroll"));
}

int
main(void)
{
	sealed_make();
	test_heads();
	test_form();
	test_order();
	test_time();
	test_keys();
	test_log_key();
	test_later();
	for (size_t i = 0; i < sealed.lines; i++)
		buf_free(&sealed.line[i]);
	for (size_t i = 0; i < sealed.objects; i++)
		buf_free(&sealed.object[i]);
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		EVP_PKEY_free(sealed.key[i]);
	EVP_PKEY_free(sealed.log);
	ceremony_free(sealed.c);
	buf_free(&raw.file);
	return test_end();
}
