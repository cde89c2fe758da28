/* SPDX-License-Identifier: MIT */
/*
 * Tests of tachiai-key play the console and tachiai-hsm on its socket, and
 * a custodian at its pseudo-terminal: start(), wait_for(), type(), finish(),
 * with what the others know and were told in `world`.
 */
#ifndef TACHIAI_KEY_PLAY_H
#define TACHIAI_KEY_PLAY_H

#include <fcntl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/world/envelope.h"
#include "appliance/world/keypair.h"
#include "appliance/world/msg.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "ceremony/base/words.h"
#include "ceremony/log/checkpoint.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/oprec.h"
#include "ceremony/people/share.h"
#include "ceremony/people/statement.h"
#include "ceremony/x509/x509.h"
#include "tests/unit/test.h"
#include "tui/width.h"

#define ORIGIN  "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal"
#define EPOCH   "00112233445566778899aabbccddeeff"
#define ROWS    24
#define COLS    80
#define WAIT_MS 30000 /* a machine that is very busy; nothing waits so long */

/* The screen, as the custodian sees it. */
static char screen[ROWS][COLS + 1];
static char seen[1 << 20]; /* every byte that came */
static size_t seen_len;

static struct {
	pid_t pid;
	int tty, slave, sock, clock;
	struct buf in; /* of the socket */
	int code;      /* exit code, -1 while it runs */
} key;

/* What the console and tachiai-hsm know, and were told. */
static struct {
	struct json *due;
	struct buf credential; /* on the stick */
	struct buf blocks;     /* PEM of new shares */
	struct buf object[8];
	size_t objects;
	bool lies; /* gives other bytes for an object */
	EVP_PKEY *epoch_key;
	struct buf epoch_cert;
	const char *epoch;
	char tried[8][40];
	size_t tries;
	struct json *statement[8];
	size_t statements;
	struct share share[8]; /* as tachiai-hsm opened them */
	size_t shares;
	size_t enrolled, done, written, shared;
	const char *refuse_share; /* id */
} world;

static inline void
put(size_t *row, size_t *col, uint32_t cp)
{
	if (*row < ROWS && *col < COLS)
		screen[*row][*col] = cp < 0x80 ? (char)cp : '?';
	*col += (size_t)width_char(cp);
}

/* CSI ... final byte: only what ansi_paint() uses. */
static inline size_t
control(const char *s, size_t len, size_t *row, size_t *col)
{
	unsigned n[2] = { 0, 0 }, k = 0;
	size_t i = 2;

	for (; i < len && (s[i] < '@' || s[i] > '~'); i++) {
		if (s[i] == ';')
			k = 1;
		else if (s[i] >= '0' && s[i] <= '9')
			n[k] = n[k] * 10 + (unsigned)(s[i] - '0');
	}
	if (i == len)
		return 0;
	if (s[i] == 'H') {
		*row = n[0] > 0 ? n[0] - 1 : 0;
		*col = n[1] > 0 ? n[1] - 1 : 0;
	} else if (s[i] == 'J') {
		for (size_t r = 0; r < ROWS; r++)
			memset(screen[r], ' ', COLS);
	}
	return i + 1;
}

/* Paint all that came so far, from the beginning. */
static inline void
look(void)
{
	size_t row = 0, col = 0, i = 0;

	while (i < seen_len) {
		uint32_t cp;
		size_t n;

		if (seen[i] == '\033') {
			n = i + 1 < seen_len
			    ? control(seen + i, seen_len - i, &row, &col)
			    : 0;
			if (n == 0)
				return;
			i += n;
			continue;
		}
		n = utf8_decode(seen + i, seen_len - i, &cp);
		if (n == 0)
			return;
		put(&row, &col, cp);
		i += n;
	}
}

static inline bool
on_screen(const char *text)
{
	for (size_t r = 0; r < ROWS; r++)
		if (strstr(screen[r], text) != NULL)
			return true;
	return false;
}

static inline void
dump(void)
{
	for (size_t r = 0; r < ROWS; r++)
		printf("# %s\n", screen[r]);
}

static inline void
start(void)
{
	struct winsize ws = { ROWS, COLS, 0, 0 };
	char path[4096];
	int pair[2];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);

	path[n > 0 ? n : 0] = '\0';
	/* .../tests/unit/key -> .../bin/tachiai-key */
	for (int i = 0; i < 3; i++) {
		char *slash = strrchr(path, '/');

		if (slash != NULL)
			*slash = '\0';
	}
	memcpy(path + strlen(path), "/bin/tachiai-key", 17);
	if (openpty(&key.tty, &key.slave, NULL, NULL, &ws) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		exit(3);
	memset(screen, ' ', sizeof(screen));
	for (size_t r = 0; r < ROWS; r++)
		screen[r][COLS] = '\0';
	seen_len = 0;
	buf_reset(&key.in);
	key.code = -1;
	fflush(stdout);
	if (key.clock > 0)
		close(key.clock);
	/* Far from the numbers that the other program has. */
	key.clock = fcntl(
	    timerfd_create(CLOCK_BOOTTIME, 0), F_DUPFD_CLOEXEC, 50);
	key.pid = fork();
	if (key.pid == 0) {
		setsid();
		ioctl(key.slave, TIOCSCTTY, 0);
		dup2(pair[1], MSG_FD);
		dup2(key.slave, 0);
		dup2(key.slave, 1);
		dup2(key.clock, CLOCK_FD);
		closefrom(CLOCK_FD + 1);
		/* Who cannot be traced cannot look for its own leaks. */
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		execl(path, "tachiai-key", (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	key.sock = pair[0];
}

static inline void
answer_fetch(const struct msg *m, struct err *e)
{
	uint8_t want[SHA256_LEN], got[SHA256_LEN];

	if (json_get_str(m->json, "credential") != NULL) {
		msg_answer(key.sock, m, NULL, world.credential.data,
		    world.credential.len, e);
		return;
	}
	if (json_get_str(m->json, "blocks") != NULL) {
		msg_answer(
		    key.sock, m, NULL, world.blocks.data, world.blocks.len, e);
		return;
	}
	json_get_hex(m->json, "sha256", want, SHA256_LEN);
	for (size_t i = 0; i < world.objects; i++) {
		const struct buf *o = &world.object[i];

		sha256(got, o->data, o->len);
		if (memcmp(got, want, SHA256_LEN) == 0) {
			msg_answer(key.sock, m, NULL, o->data,
			    world.lies ? o->len - 1 : o->len, e);
			return;
		}
	}
	err_set(e, ERR_REFUSED, "test.no-object", NULL);
	msg_refuse(key.sock, m, e, e);
}

static inline void
answer_epoch(const struct msg *m, struct err *e)
{
	struct json *j = json_new_obj();

	json_set_str(j, "epoch", world.epoch);
	json_set_b64(j, "cert", world.epoch_cert.data, world.epoch_cert.len);
	msg_answer(key.sock, m, j, NULL, 0, e);
}

static inline void
answer_share(const struct msg *m, struct err *e)
{
	struct secret plain = SECRET_INIT;

	if (world.refuse_share != NULL) {
		err_set(
		    e, ERR_REFUSED, world.refuse_share, "person", "Anna", NULL);
		msg_refuse(key.sock, m, e, e);
		return;
	}
	if (envelope_open(m->bytes.data, m->bytes.len, world.epoch_key,
		world.epoch_cert.data, world.epoch_cert.len, &plain, e) == 0 &&
	    share_decode(
		plain.data, plain.len, &world.share[world.shares], e) == 0)
		world.shares++;
	secret_free(&plain);
	msg_answer(key.sock, m, NULL, NULL, 0, e);
}

static inline void
take(const struct msg *m)
{
	struct err e;

	switch (m->type) {
	case MSG_DUE:
		msg_answer(key.sock, m, json_copy(world.due), NULL, 0, &e);
		return;
	case MSG_FETCH:
		answer_fetch(m, &e);
		return;
	case MSG_EPOCH:
		answer_epoch(m, &e);
		return;
	case MSG_SHARE:
		answer_share(m, &e);
		return;
	case MSG_TRIED:
		snprintf(world.tried[world.tries++ % 8], 40, "%s",
		    json_get_str(m->json, "id"));
		return;
	case MSG_STATEMENT:
		world.statement[world.statements++] = json_copy(m->json);
		break;
	case MSG_ENROLLED:
	case MSG_CREDENTIAL:
		buf_reset(&world.credential);
		buf_add(&world.credential, m->bytes.data, m->bytes.len);
		world.enrolled += m->type == MSG_ENROLLED;
		world.written += m->type == MSG_CREDENTIAL;
		break;
	case MSG_ENROLL_DONE:
		world.done++;
		break;
	case MSG_SHARED:
		world.shared++;
		break;
	default:
		printf("# unexpected message %d\n", (int)m->type);
		break;
	}
	msg_answer(key.sock, m, NULL, NULL, 0, &e);
}

static inline void
serve(void)
{
	uint8_t chunk[65536];
	ssize_t n = recv(key.sock, chunk, sizeof(chunk), MSG_DONTWAIT);
	struct msg m;
	struct err e;
	size_t used;

	if (n > 0)
		buf_add(&key.in, chunk, (size_t)n);
	while (msg_decode(key.in.data, key.in.len, &used, &m, &e) == 1) {
		memmove(key.in.data, key.in.data + used, key.in.len - used);
		key.in.len -= used;
		take(&m);
		msg_fini(&m);
	}
}

/* One round of whatever happens next; false when nothing did in time. */
static inline bool
turn(void)
{
	struct pollfd p[2] = { { key.tty, POLLIN, 0 },
		{ key.sock, POLLIN, 0 } };
	ssize_t n;
	int status;

	if (poll(p, 2, WAIT_MS) <= 0)
		return false;
	if (p[0].revents != 0) {
		n = read(key.tty, seen + seen_len, sizeof(seen) - seen_len);
		if (n > 0)
			seen_len += (size_t)n;
		look();
	}
	if (p[1].revents != 0)
		serve();
	if ((p[1].revents & POLLHUP) != 0 &&
	    waitpid(key.pid, &status, 0) == key.pid)
		key.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	return true;
}

/* Until the text stands on the screen, which is painted to its corner. */
static inline bool
wait_for(const char *text)
{
	while (!on_screen(text) || screen[ROWS - 1][COLS - 1] != '#')
		if (key.code != -1 || !turn()) {
			printf("# waited for: %s\n", text);
			dump();
			return false;
		}
	return true;
}

static inline void
type(const char *keys)
{
	if (write(key.tty, keys, strlen(keys)) == -1)
		printf("# nobody reads the keys\n");
}

/* Until it has ended; its exit code.  What was typed is taken with it. */
static inline int
finish(void)
{
	struct termios now;
	int flags;

	while (key.code == -1)
		if (!turn()) {
			printf("# did not end\n");
			dump();
			kill(key.pid, SIGKILL);
			waitpid(key.pid, NULL, 0);
			key.code = 129;
		}
	tcgetattr(key.slave, &now);
	if ((now.c_lflag & (ICANON | ECHO)) != (ICANON | ECHO)) {
		printf("# the terminal was left raw\n");
		key.code = 130;
	}
	flags = fcntl(key.tty, F_GETFL);
	fcntl(key.tty, F_SETFL, flags | O_NONBLOCK);
	close(key.slave);
	close(key.tty);
	close(key.sock);
	return key.code;
}

/* What is due. */
static inline struct json *
due(const char *kind)
{
	static const uint8_t head[SHA256_LEN] = { 7 };
	struct json *j = json_new_obj(), *roles;

	json_set_str(j, "kind", kind);
	json_set_str(j, "origin", ORIGIN);
	json_set_str(j, "mode", "rehearsal");
	json_set_str(j, "lang", "en");
	json_set_str(j, "clock", "10:27 JST");
	json_set_int(j, "now", 1796000000);
	json_set_str(j, "epoch", EPOCH);
	json_set_int(j, "head_n", 262);
	json_set_hex(j, "head", head, SHA256_LEN);
	json_set_str(j, "person", "anna");
	json_set_str(j, "name", "Custodian 2");
	json_set_str(j, "code", "CA2");
	json_set_str(j, "role", "ca-administrator");
	roles = json_set(j, "roles", json_new_arr());
	json_add(roles, json_new_str("ca-administrator"));
	json_set_str(j, "stick", "CUST-2");
	json_set_int(j, "cost", 1);
	return j;
}

static inline void
add_statement(struct json *d, const char *kind, const char *shown,
    const uint8_t doc[static SHA256_LEN])
{
	struct json *a, *o = json_new_obj(), *type;

	if (json_get(d, "statements") == NULL)
		json_set(d, "statements", json_new_arr());
	/* json_get() is for readers: take the array out and put it back. */
	a = json_copy(json_get(d, "statements"));
	json_set_str(o, "kind", kind);
	json_set_str(o, "role", "ca-administrator");
	json_set_hex(o, "doc", doc, SHA256_LEN);
	type = json_set(o, "shown", json_new_obj());
	json_set_str(type, "type", shown);
	json_add(a, o);
	json_set(d, "statements", a);
}

static inline void
add_share(struct json *d, const char *set, const char *purpose)
{
	struct json *a = json_new_arr(), *o = json_add(a, json_new_obj());

	json_set_str(o, "set", set);
	json_set_str(o, "token", "root-token");
	json_set_str(o, "purpose", purpose);
	json_set_int(o, "m", 2);
	json_set_int(o, "n", 3);
	json_set(d, "shares", a);
}

static inline void
fresh(struct json *d)
{
	json_free(world.due);
	world.due = d;
	world.tries = 0;
	world.shares = 0;
	for (size_t i = 0; i < world.statements; i++)
		json_free(world.statement[i]);
	world.statements = 0;
	world.lies = false;
	world.refuse_share = NULL;
	world.epoch = EPOCH;
}

#endif
