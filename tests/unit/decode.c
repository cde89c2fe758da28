/* SPDX-License-Identifier: MIT */
/*
 * tachiai-decode: the program is locked in before its first byte, answers one
 * message, and dies.
 */
#include "tests/unit/test.h"

#include <libgen.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/decode/decode.h"
#include "appliance/world/keypair.h"
#include "appliance/world/msg.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/role.h"

/* Start the real program with one end of a socket as its descriptor 3. */
static pid_t
start(const char *program, int *fd)
{
	int s[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(s[0]);
		if (s[1] != MSG_FD && dup2(s[1], MSG_FD) == -1)
			_exit(9);
		execl(program, program, (char *)NULL);
		_exit(9);
	}
	close(s[1]);
	*fd = s[0];
	return pid;
}

/* Ask one thing: the answer's id ("" when taken), and its bytes. */
static int
ask(const char *program, const char *type, const char *name, const char *text,
    char id[static ERR_ID], struct buf *out)
{
	struct msg m, a;
	struct err e;
	int fd, status = -1, rc;
	pid_t pid = start(program, &fd);

	msg_init(&m, PARTY_DECODE, MSG_DECODE, 7);
	json_set_str(m.json, "type", type);
	json_set_str(m.json, "name", name);
	buf_str(&m.bytes, text);
	rc = msg_ask(fd, &m, &a, NULL, NULL, &e);
	snprintf(id, ERR_ID, "%s", rc == 0 ? "" : e.id);
	if (rc == 0) {
		buf_add(out, a.bytes.data, a.bytes.len);
		msg_fini(&a);
	}
	close(fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct {
	const char *name, *type, *text, *id;
} ASKED[] = {
	{ "a plan is taken in", "plan",
	    "plan: p\nprofiles: q\nexpect: {head: none}\n", "" },
	{ "an unknown key is refused", "plan", "plam: p\n",
	    "files.unknown-key" },
	{ "a request that is none is refused", "csr", "hello", "csr.form" },
	{ "a credential that is none is refused", "credential", "hello",
	    "cred.form" },
	{ "an unknown type is refused", "shell", "hello", "decode.type" },
};

static void
test_program(const char *program)
{
	char id[ERR_ID];

	for (size_t i = 0; i < sizeof(ASKED) / sizeof(*ASKED); i++) {
		struct buf out = BUF_INIT;
		int rc = ask(
		    program, ASKED[i].type, "a-file", ASKED[i].text, id, &out);

		CHECK(ASKED[i].name, rc == 0 && strcmp(id, ASKED[i].id) == 0);
		if (i == 0)
			CHECK_STR("its canonical form", buf_cstr(&out),
			    "{\"expect\":{\"head\":\"none\"},\"plan\":\"p\","
			    "\"profiles\":\"q\"}");
		buf_free(&out);
	}
}

/* Requests under the filter: libcrypto verifies without any file. */
static void
test_requests(const char *program)
{
	static const char *const FILES[] = {
		"tests/ceremonies/requests/br-tls-int1.csr",
		"tests/ceremonies/requests/br-tls-int2.csr",
		"tests/ceremonies/requests/enterprise-int1.csr",
	};
	static char text[8192];
	char id[ERR_ID];

	for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++) {
		struct buf out = BUF_INIT;
		FILE *f = fopen(FILES[i], "r");
		size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

		text[n] = '\0';
		if (f != NULL)
			fclose(f);
		CHECK(FILES[i],
		    ask(program, "csr", "int.csr", text, id, &out) == 0 &&
			id[0] == '\0' && out.len > 0);
		buf_free(&out);
	}
}

/* Where a value of the canonical form stands in the file. */
static void
test_place(void)
{
	static const char PLAN[] =
	    "plan: p\nprofiles: q\nexpect:\n  head: none\n";
	struct json *form = json_new_obj();
	struct buf out = BUF_INIT;
	struct err e;

	json_set_str(form, "path", "expect.head");
	CHECK("a place is found",
	    decode_input("plan", "plan.yaml", (const uint8_t *)PLAN,
		sizeof(PLAN) - 1, form, &out, &e) == 0 &&
		json_get_int(form, "line", 0) == 4 &&
		json_get_int(form, "column", 0) == 9);
	json_free(form);
	form = json_new_obj();
	CHECK("nobody asked for one",
	    decode_input("plan", "plan.yaml", (const uint8_t *)PLAN,
		sizeof(PLAN) - 1, form, &out, &e) == 0 &&
		json_get(form, "line") == NULL);
	json_free(form);
	buf_free(&out);
}

static const struct {
	const char *name;
	int what; /* of damage() */
	const char *id;
} DAMAGED[] = {
	{ "a credential is taken in", 0, "" },
	{ "a byte of a certificate", 1, "cred.form" },
	{ "a certificate signed by another", 2, "cred.form" },
	{ "a cost that is not the key's", 3, "cred.form" },
	{ "a key that is not locked", 4, "cred.form" },
	{ "a share with a byte left over", 5, "cred.form" },
	{ "a note that is none", 6, "cred.note" },
};

static void
damage(struct credential *c, int what)
{
	static const uint8_t not_locked[] = { 0x30, 0x00 };

	switch (what) {
	case 1:
		c->cert[0].data[c->cert[0].len / 2] ^= 1;
		break;
	case 2: /* the signature of the other one */
		memcpy(c->cert[0].data + c->cert[0].len - 16,
		    c->cert[1].data + c->cert[1].len - 16, 16);
		break;
	case 3:
		c->cost = 16;
		break;
	case 4:
		buf_reset(&c->key[1]);
		buf_add(&c->key[1], not_locked, sizeof(not_locked));
		break;
	case 5:
		buf_byte(&c->share[0].cms, 0);
		break;
	case 6:
		buf_str(&c->note, "hello\n");
		break;
	default:
		break;
	}
}

/* Anna's, with one share that nobody can open. */
static void
make_credential(struct credential *c)
{
	static const uint8_t empty[] = { 0x30, 0x00 };
	struct secret words = SECRET_INIT;
	struct err e;

	credential_init(c);
	snprintf(c->person, sizeof(c->person), "anna");
	snprintf(c->name, sizeof(c->name), "Anna Sato");
	snprintf(c->origin, sizeof(c->origin),
	    "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal");
	c->roles = role_find("ca-administrator")->role;
	c->cost = 1;
	secret_new(&words, 8);
	secret_add(&words, "eight", 5);
	for (int i = 0; i < 2; i++) {
		EVP_PKEY *key = keypair_new(&e);

		if (key == NULL ||
		    keypair_certificate(key,
			i == 0 ? KEYPAIR_SIGN : KEYPAIR_SHARE, "anna",
			1796778780, &c->cert[i], &e) == -1 ||
		    keypair_lock(key, &words, 1, &c->key[i], &e) == -1)
			abort();
		EVP_PKEY_free(key);
	}
	secret_free(&words);
	c->n_shares = 1;
	c->share[0] = (struct credential_share){ .set = "k1",
		.token = "root-token",
		.purpose = "user-pin",
		.x = 1,
		.m = 2,
		.n = 3 };
	buf_add(&c->share[0].cms, empty, sizeof(empty));
}

static void
test_credential(const char *program)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct credential good, c;
	char id[ERR_ID];

	make_credential(&good);
	credential_format(&good, &text);
	for (size_t i = 0; i < sizeof(DAMAGED) / sizeof(*DAMAGED); i++) {
		struct buf bad = BUF_INIT;
		struct err e;
		int rc;

		if (credential_parse(buf_cstr(&text), text.len, &c, &e) == -1)
			abort();
		damage(&c, DAMAGED[i].what);
		credential_format(&c, &bad);
		rc = ask(program, "credential", "anna.tachiai.pem",
		    buf_cstr(&bad), id, &out);
		CHECK(
		    DAMAGED[i].name, rc == 0 && strcmp(id, DAMAGED[i].id) == 0);
		credential_fini(&c);
		buf_free(&bad);
	}
	CHECK("its bytes come back as they were",
	    out.len == text.len && memcmp(out.data, text.data, out.len) == 0);
	credential_fini(&good);
	buf_free(&text);
	buf_free(&out);
}

/* The other side goes away: the program ends, and says so. */
static void
test_gone(const char *program)
{
	int fd, status = 0;
	pid_t pid = start(program, &fd);

	close(fd);
	waitpid(pid, &status, 0);
	CHECK("ends when nobody asks",
	    WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

/* The text of /proc/PID/NAME, or "". */
static const char *
proc(pid_t pid, const char *name)
{
	static char text[8192];
	char path[64];
	FILE *f;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	f = fopen(path, "r");
	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

/* The line of `text` that begins with `name` has `value` behind it. */
static int
says(const char *text, const char *name, const char *value)
{
	const char *s = strstr(text, name);

	if (s == NULL)
		return 0;
	s += strlen(name);
	s += strspn(s, " \t");
	return strncmp(s, value, strlen(value)) == 0 &&
	    strchr(" \t\n", s[strlen(value)]) != NULL;
}

/* Before a byte was sent to it, the program is locked in. */
static void
test_locked_before(const char *program)
{
	static const char *const NONE[] = { "Max core file size",
		"Max open files", "Max file size" };
	int fd, status;
	pid_t pid = start(program, &fd);
	const char *text;

	while (!says(proc(pid, "status"), "Seccomp:", "2") &&
	    waitpid(pid, &status, WNOHANG) == 0)
		sched_yield();
	text = proc(pid, "status");
	CHECK("filtered before the first byte", says(text, "Seccomp:", "2"));
	CHECK("gains nothing by exec", says(text, "NoNewPrivs:", "1"));
	text = proc(pid, "limits");
	CHECK("ten seconds of the processor", says(text, "Max cpu time", "10"));
	CHECK("bounded memory", says(text, "Max address space", "536870912"));
	for (size_t i = 0; i < sizeof(NONE) / sizeof(*NONE); i++)
		CHECK(NONE[i], says(text, NONE[i], "0"));
	close(fd);
	waitpid(pid, &status, 0);
}

static void
test_nothing_changed(void)
{
	struct json *form = json_new_obj();
	struct buf out = BUF_INIT;
	struct err e;

	CHECK("a refusal leaves the form empty",
	    decode_input("plan", "p", (const uint8_t *)"x: 1\n", 5, form, &out,
		&e) == -1 &&
		json_count(form) == 0 && out.len == 0);
	json_free(form);
	buf_free(&out);
}

int
main(int argc, char **argv)
{
	char program[4096];
	struct err e;

	(void)argc;
	snprintf(program, sizeof(program), "%s/../../bin/tachiai-decode",
	    dirname(argv[0]));
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizer itself needs what the filter forbids. */
	printf("skip decode-filter: built with a sanitizer\n");
	test_nothing_changed();
	(void)program;
	(void)e;
	return test_end();
#endif
	test_program(program);
	test_place();
	test_requests(program);
	if (secret_begin((size_t)1 << 16, &e) == -1)
		return 1;
	test_credential(program);
	test_gone(program);
	test_locked_before(program);
	test_nothing_changed();
	return test_end();
}
