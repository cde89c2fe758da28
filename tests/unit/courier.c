/* SPDX-License-Identifier: MIT */
/* appliance/courier: sticks as folders, and the program that serves them. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/courier/stick.h"
#include "appliance/world/msg.h"

static char root[64];
static struct stick stick = { .name = "A", .dir = root };

static const char *
at(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static int
put(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(at(name), "w");

	if (f == NULL || fwrite(bytes, 1, len, f) != len)
		abort();
	return fclose(f);
}

static void
names(void)
{
	static const struct {
		const char *name;
		bool good;
	} ROWS[] = {
		{ "a", true },
		{ "root.pem", true },
		{ "A-b_c.1", true },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ ".stick", false },
		{ "a/b", false },
		{ "a b", false },
		{ "a\n", false },
		{ "\xe9\x8d\xb5", false },
	};
	char n64[66];

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		CHECK("a name", stick_name_ok(ROWS[i].name) == ROWS[i].good);
	memset(n64, 'a', 65);
	n64[65] = '\0';
	CHECK("65 letters", !stick_name_ok(n64));
	n64[64] = '\0';
	CHECK("64 letters", stick_name_ok(n64));
}

static void
reading(void)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	struct err e;

	put("a.csr", "bytes", 5);
	put(".hidden", "x", 1);
	mkdir(at("folder"), 0755);
	CHECK("listed",
	    stick_files(&stick, &j, &e) == 0 && json_count(j) == 1 &&
		json_get_int(json_at(j, 0), "size", 0) == 5);
	json_free(j);
	CHECK("read",
	    stick_read(&stick, "a.csr", 5, &b, &e) == 0 && b.len == 5 &&
		memcmp(b.data, "bytes", 5) == 0);
	CHECK("a byte too big",
	    stick_read(&stick, "a.csr", 4, &b, &e) == -1 &&
		strcmp(e.id, "media.contents") == 0);
	CHECK("nothing was added", b.len == 5);
	CHECK("not there",
	    stick_read(&stick, "b.csr", 9, &b, &e) == -1 &&
		strcmp(e.id, "media.no-file") == 0);
	CHECK("no way up",
	    stick_read(&stick, "../x", 9, &b, &e) == -1 &&
		strcmp(e.id, "media.contents") == 0);
	CHECK("a folder",
	    stick_read(&stick, "folder", 9, &b, &e) == -1 &&
		strcmp(e.id, "media.contents") == 0);
	CHECK("hidden", stick_read(&stick, ".hidden", 9, &b, &e) == -1);
	rmdir(at("folder"));
	unlink(at(".hidden"));
	buf_free(&b);
}

/* What is no plain file is refused by name and stops the listing. */
static void
strangers(void)
{
	static const char *const WHAT[] = { "link", "pipe", "socket", "name" };
	struct buf b = BUF_INIT;

	for (int i = 0; i < 4; i++) {
		const char *file = i == 3 ? "two words" : "odd";
		struct json *j = NULL;
		struct err e;
		int r = -1;

		if (i == 0)
			r = symlink("a.csr", at(file));
		else if (i == 1)
			r = mkfifo(at(file), 0644);
		else if (i == 2)
			r = mknod(at(file), S_IFSOCK | 0644, 0);
		else
			r = put(file, "x", 1);
		CHECK("made", r == 0);
		CHECK(WHAT[i],
		    stick_read(&stick, file, 99, &b, &e) == -1 && b.len == 0);
		CHECK("and no list",
		    stick_files(&stick, &j, &e) == -1 && j == NULL &&
			strcmp(e.id, "media.contents") == 0);
		if (i < 3)
			CHECK("nor a target",
			    stick_write(&stick, file, "x", 1, &e) == -1);
		unlink(at(file));
	}
	buf_free(&b);
}

static void
writing(void)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	struct err e;
	struct stat st;

	CHECK("written", stick_write(&stick, "out.pem", "first", 5, &e) == 0);
	CHECK("over the old",
	    stick_write(&stick, "out.pem", "second", 6, &e) == 0);
	CHECK("read back",
	    stick_read(&stick, "out.pem", 99, &b, &e) == 0 && b.len == 6 &&
		memcmp(b.data, "second", 6) == 0);
	CHECK("no temporary left", stat(at(".new-out.pem"), &st) == -1);
	CHECK("a hidden name", stick_write(&stick, ".x", "x", 1, &e) == -1);
	CHECK("empty",
	    stick_write(&stick, "empty", "", 0, &e) == 0 &&
		stat(at("empty"), &st) == 0 && st.st_size == 0);
	chmod(root, 0555);
	CHECK("its switch",
	    stick_write(&stick, "out.pem", "third", 5, &e) == -1 &&
		strcmp(e.id, "media.read-only") == 0);
	j = stick_describe(&stick);
	CHECK("and it says so", json_get_int(j, "writable", 1) == 0);
	json_free(j);
	chmod(root, 0755);
	buf_reset(&b);
	CHECK("as it was",
	    stick_read(&stick, "out.pem", 99, &b, &e) == 0 && b.len == 6);
	CHECK("released", stick_release(&stick, &e) == 0);
	unlink(at("out.pem"));
	unlink(at("empty"));
	buf_free(&b);
}

static void
coming_and_going(void)
{
	char away[80];
	struct buf b = BUF_INIT;
	struct json *j;
	struct err e;

	put(".stick", "label CUST-2\nserial 4C53-0002\n", 30);
	j = stick_describe(&stick);
	CHECK("here",
	    json_get_int(j, "here", 0) == 1 &&
		json_get_int(j, "writable", 0) == 1 &&
		json_get_int(j, "free", 0) > 0);
	CHECK_STR("label", json_get_str(j, "label"), "CUST-2");
	CHECK_STR("serial", json_get_str(j, "serial"), "4C53-0002");
	json_free(j);
	snprintf(away, sizeof(away), "%s.away", root);
	if (rename(root, away) == -1)
		abort();
	j = stick_describe(&stick);
	CHECK("gone", json_get_int(j, "here", 1) == 0);
	json_free(j);
	CHECK("no reading",
	    stick_read(&stick, "a.csr", 9, &b, &e) == -1 &&
		strcmp(e.id, "media.absent") == 0);
	CHECK("no writing",
	    stick_write(&stick, "a.csr", "x", 1, &e) == -1 &&
		strcmp(e.id, "media.absent") == 0);
	CHECK("no release", stick_release(&stick, &e) == -1);
	CHECK("a link is no stick",
	    symlink(away, root) == 0 &&
		stick_read(&stick, "a.csr", 9, &b, &e) == -1);
	unlink(root);
	if (rename(away, root) == -1)
		abort();
	CHECK("again", stick_read(&stick, "a.csr", 9, &b, &e) == 0);
	unlink(at(".stick"));
	buf_free(&b);
}

static void
many(void)
{
	struct json *j = NULL;
	char name[16];
	struct err e;

	for (int i = 0; i < STICK_FILES_MAX; i++) {
		snprintf(name, sizeof(name), "f%02d", i);
		put(name, "", 0);
	}
	CHECK("too many files",
	    stick_files(&stick, &j, &e) == -1 &&
		strcmp(e.id, "media.contents") == 0);
	unlink(at("a.csr"));
	CHECK("just not too many",
	    stick_files(&stick, &j, &e) == 0 &&
		json_count(j) == STICK_FILES_MAX);
	CHECK_STR("in order", json_get_str(json_at(j, 1), "name"), "f01");
	json_free(j);
	for (int i = 0; i < STICK_FILES_MAX; i++) {
		snprintf(name, sizeof(name), "f%02d", i);
		unlink(at(name));
	}
}

/* tachiai-courier itself, from the same build. */
static pid_t
program(int *fd)
{
	char path[4096], sticks[128], file[128];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);
	int sv[2];
	pid_t pid;

	if (n <= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
		abort();
	path[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
	strcat(path, "/bin/tachiai-courier");
	snprintf(sticks, sizeof(sticks), "IN=%s", root);
	snprintf(file, sizeof(file), "plan=%s", at("my plan"));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(sv[0]);
		if (sv[1] != MSG_FD)
			dup2(sv[1], MSG_FD);
		/* A search for leaks would trace, and a confined program dies.
		 */
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		execl(path, path, "--stick", sticks, "--file", file,
		    (char *)NULL);
		_exit(127);
	}
	close(sv[1]);
	*fd = sv[0];
	return pid;
}

static int
ask(int fd, enum msg_type type, const char *s, const char *f,
    struct msg *answer, struct err *e)
{
	static uint32_t id;
	struct msg m;

	msg_init(&m, PARTY_COURIER, type, ++id);
	if (s != NULL)
		json_set_str(m.json, "stick", s);
	if (f != NULL)
		json_set_str(m.json, "file", f);
	if (type == MSG_WRITE)
		buf_str(&m.bytes, "written");
	return msg_ask(fd, &m, answer, NULL, NULL, e);
}

static void
served(void)
{
	struct msg m;
	struct err e;
	int fd, status;
	pid_t pid;

	put("my plan", "plan: x", 7);
	pid = program(&fd);
	CHECK("sticks",
	    ask(fd, MSG_STICKS, NULL, NULL, &m, &e) == 0 &&
		json_count(json_get(m.json, "sticks")) == 1);
	msg_fini(&m);
	CHECK("a file of the command line",
	    ask(fd, MSG_READ, "IN", "plan.yaml", &m, &e) == 0 &&
		m.bytes.len == 7);
	msg_fini(&m);
	CHECK("is not written",
	    ask(fd, MSG_WRITE, "IN", "plan.yaml", &m, &e) == -1);
	CHECK("write", ask(fd, MSG_WRITE, "IN", "new", &m, &e) == 0);
	msg_fini(&m);
	CHECK("read",
	    ask(fd, MSG_READ, "IN", "new", &m, &e) == 0 && m.bytes.len == 7);
	msg_fini(&m);
	unlink(at("my plan"));
	CHECK("a list that misses one",
	    ask(fd, MSG_FILES, "IN", NULL, &m, &e) == -1 &&
		strcmp(e.id, "media.no-file") == 0);
	CHECK("no such stick",
	    ask(fd, MSG_FILES, "B", NULL, &m, &e) == -1 &&
		strcmp(e.id, "media.absent") == 0);
	CHECK("no name of a file", ask(fd, MSG_READ, "IN", NULL, &m, &e) == -1);
	CHECK("release", ask(fd, MSG_RELEASE, "IN", NULL, &m, &e) == 0);
	msg_fini(&m);
	close(fd);
	CHECK("it ends with its socket",
	    waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		WEXITSTATUS(status) == 0);
	unlink(at("new"));
}

/* What only a hostile hand puts on a stick. */
static void
hostile(void)
{
	static const char *const NAMES[] = { "\x1b[2J\x1b]0;x\a", "a\nb",
		"\xff\xfe",
		("\xe2\x80\xae"
		 "fdp.csr") };
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	char name[24];
	struct err e;

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++) {
		const char *what;

		put(NAMES[i], "x", 1);
		CHECK("a name to harm",
		    stick_files(&stick, &j, &e) == -1 &&
			strcmp(e.id, "media.contents") == 0);
		what = err_value(&e, "what");
		CHECK("is said without harm",
		    what != NULL && strpbrk(what, "\x1b\a\n\xff") == NULL &&
			strstr(what, "\xe2\x80\xae") == NULL);
		unlink(at(NAMES[i]));
	}
	put("big.csr", "", 0);
	CHECK("ten thousand million bytes that are not there",
	    truncate(at("big.csr"), (off_t)10 << 30) == 0 &&
		stick_read(&stick, "big.csr", STICK_IMPORT_MAX, &b, &e) == -1 &&
		b.len == 0 && strcmp(e.id, "media.contents") == 0);
	unlink(at("big.csr"));
	if (geteuid() == 0 && mknod(at("tty"), S_IFCHR | 0600, 5 << 8) == 0) {
		CHECK("a device",
		    stick_read(&stick, "tty", 9, &b, &e) == -1 && b.len == 0 &&
			stick_files(&stick, &j, &e) == -1);
		unlink(at("tty"));
	}
	/* Folders and hidden files are passed over, and counted. */
	for (int i = 0; i < STICK_LOOK_MAX; i++) {
		snprintf(name, sizeof(name), ".h%d", i);
		put(name, "", 0);
	}
	CHECK("more things than are looked at",
	    stick_files(&stick, &j, &e) == -1 &&
		strcmp(e.id, "media.contents") == 0);
	for (int i = 0; i < STICK_LOOK_MAX; i++) {
		snprintf(name, sizeof(name), ".h%d", i);
		unlink(at(name));
	}
	buf_free(&b);
}

/* As the kernel answers for a device that wears out. */
static bool
fails(int call)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	return f != NULL &&
	    seccomp_rule_add(f, SCMP_ACT_ERRNO(EIO), call, 0) == 0 &&
	    seccomp_load(f) == 0;
}

static void
dying(void)
{
	static const int CALL[] = { SCMP_SYS(fdatasync), SCMP_SYS(fsync),
		SCMP_SYS(pread64), SCMP_SYS(read) };
	static const char *const WHAT[] = { "dying while written",
		"dying while its folder is", "nothing of ours is",
		"dying while read" };

	put("a.csr", "abc", 3);
	for (int i = 0; i < 4; i++) {
		struct buf b = BUF_INIT;
		int status = 0;
		struct err e;
		pid_t p = fork();

		if (p == 0) {
			if (!fails(CALL[i]))
				_exit(9);
			status = i < 3
			    ? stick_write(&stick, "w.pem", "xyz", 3, &e)
			    : stick_read(&stick, "a.csr", 9, &b, &e);
			_exit(status == 0                           ? 0
				: strcmp(e.id, "media.broken") == 0 ? 1
								    : 2);
		}
		(void)waitpid(p, &status, 0);
		CHECK(WHAT[i],
		    WIFEXITED(status) &&
			WEXITSTATUS(status) == (i == 2 ? 0 : 1));
	}
	unlink(at("w.pem"));
	unlink(at("a.csr"));
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%.40s/stick-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(root) == NULL || chmod(root, 0755) == -1)
		abort();
	names();
	reading();
	strangers();
	writing();
	coming_and_going();
	many();
	hostile();
	dying();
	served();
	CHECK("nothing is left over", rmdir(root) == 0);
	return test_end();
}
