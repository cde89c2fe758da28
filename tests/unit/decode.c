/* SPDX-License-Identifier: MIT */
/*
 * tachiai-decode: the strict filter kills whatever it should, and the
 * program itself answers one message and dies.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/decode/decode.h"
#include "appliance/world/keypair.h"
#include "appliance/world/msg.h"
#include "appliance/world/strict.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/role.h"

static int pair[2]; /* [1] is the one descriptor of a confined child */

static int
try_open(void)
{
	return (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static int
try_old_open(void)
{
	return (int)syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

static int
try_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_exec(void)
{
	char *const argv[] = { NULL };

	return execve("/bin/true", argv, argv);
}

static int
try_fork(void)
{
	return fork();
}

static int
try_clone(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
try_file_map(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, pair[1], 0) ==
	    MAP_FAILED;
}

static int
try_make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
try_other_fd(void)
{
	return (int)write(pair[0], "x", 1);
}

static int
try_dup(void)
{
	return dup(pair[1]);
}

static int
try_kill(void)
{
	return kill(getppid(), 0);
}

static int
try_ioctl(void)
{
	return (int)syscall(SYS_ioctl, pair[1], 0, 0);
}

static int
try_sendmsg(void)
{
	struct msghdr m = { .msg_name = NULL };

	return (int)sendmsg(pair[1], &m, 0);
}

static int
try_prctl(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int
try_nothing(void)
{
	char *p = malloc(1 << 20);

	if (p == NULL || write(pair[1], "x", 1) != 1)
		return 1;
	memset(p, 1, 1 << 20);
	free(p);
	return 0;
}

static const struct {
	const char *name;
	int (*try)(void);
	int signal; /* 0: ends well */
} ROWS[] = {
	{ "may answer and ask for memory", try_nothing, 0 },
	{ "openat is killed", try_open, SIGSYS },
	{ "open is killed", try_old_open, SIGSYS },
	{ "socket is killed", try_socket, SIGSYS },
	{ "execve is killed", try_exec, SIGSYS },
	{ "fork is killed", try_fork, SIGSYS },
	{ "clone is killed", try_clone, SIGSYS },
	{ "ptrace is killed", try_ptrace, SIGSYS },
	{ "mmap of code is killed", try_code, SIGSYS },
	{ "mmap of a descriptor is killed", try_file_map, SIGSYS },
	{ "mprotect to code is killed", try_make_code, SIGSYS },
	{ "write elsewhere is killed", try_other_fd, SIGSYS },
	{ "dup is killed", try_dup, SIGSYS },
	{ "kill is killed", try_kill, SIGSYS },
	{ "ioctl is killed", try_ioctl, SIGSYS },
	{ "sendmsg is killed", try_sendmsg, SIGSYS },
	{ "prctl is killed", try_prctl, SIGSYS },
};

static int
outcome(int (*try)(void))
{
	struct err e;
	pid_t pid;
	int status = 0;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (strict_filter(pair[1], &e) == -1)
			_exit(9);
		_exit(try() == 0 ? 0 : 8);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void
test_filter(void)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		abort();
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		CHECK(ROWS[i].name, outcome(ROWS[i].try) == ROWS[i].signal);
	close(pair[0]);
	close(pair[1]);
}

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
	test_filter();
	test_program(program);
	test_requests(program);
	if (secret_begin((size_t)1 << 16, &e) == -1)
		return 1;
	test_credential(program);
	test_gone(program);
	test_locked_before(program);
	test_nothing_changed();
	return test_end();
}
