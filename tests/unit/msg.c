/* SPDX-License-Identifier: MIT */
/* appliance/world/msg: frames, their bounds, answers and refusals. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/msg.h"

/* One good frame: a READ from the console to the courier. */
static void
sample(struct buf *out)
{
	struct msg m;

	msg_init(&m, PARTY_COURIER, MSG_READ, 7);
	json_set_str(m.json, "file", "a.csr");
	json_set_str(m.json, "stick", "IN");
	buf_str(&m.bytes, "xyz");
	msg_encode(&m, out);
	msg_fini(&m);
}

static const struct {
	const char *name;
	size_t at;
	uint8_t byte;
} BAD_BYTES[] = {
	{ "over the bound", 0, 0x7f },
	{ "from is nobody", 4, PARTY_COUNT },
	{ "from another party", 4, PARTY_KEY },
	{ "to is nobody", 5, PARTY_COUNT },
	{ "to another party", 5, PARTY_HSM },
	{ "to oneself", 5, PARTY_CONSOLE },
	{ "type unknown", 7, MSG_COUNT },
	{ "type of another row", 7, MSG_STICKS + 100 },
	{ "json longer than all", 13, 1 },
	{ "json of no length", 15, 0 },
	{ "json ends early", 15, 5 },
	{ "json runs into bytes", 15, 30 },
	{ "json not strict", 17, ' ' },
};

static void
frames(void)
{
	struct buf good = BUF_INIT;
	struct msg m;
	struct err e;
	size_t used = 0;
	int whole = 0;

	sample(&good);
	CHECK("frame decodes",
	    msg_decode(good.data, good.len, &used, &m, &e) == 1 &&
		used == good.len && m.id == 7 && m.type == MSG_READ &&
		m.from == PARTY_CONSOLE && m.to == PARTY_COURIER &&
		m.bytes.len == 3);
	CHECK_STR("frame's json", json_get_str(m.json, "file"), "a.csr");
	msg_fini(&m);
	for (size_t n = 0; n < good.len; n++)
		whole += msg_decode(good.data, n, &used, &m, &e) != 0;
	CHECK("every prefix is not yet whole", whole == 0);
	for (size_t i = 0; i < sizeof(BAD_BYTES) / sizeof(*BAD_BYTES); i++) {
		uint8_t was = good.data[BAD_BYTES[i].at];
		int r;

		good.data[BAD_BYTES[i].at] = BAD_BYTES[i].byte;
		r = msg_decode(good.data, good.len, &used, &m, &e);
		CHECK(BAD_BYTES[i].name,
		    r == -1 && strcmp(e.id, "msg.form") == 0);
		good.data[BAD_BYTES[i].at] = was;
	}
	buf_free(&good);
}

static void
rules(void)
{
	int bad = 0;

	for (int t = 1; t < MSG_COUNT; t++) {
		const struct msg_rule *r = msg_rule((enum msg_type)t);

		bad += r == NULL || r->type != (enum msg_type)t ||
		    r->from == r->to;
	}
	CHECK("rows stand at their types", bad == 0);
	CHECK("an answer has no row", msg_rule(MSG_ANSWER) == NULL);
	CHECK("no row behind the last", msg_rule(MSG_COUNT) == NULL);
	CHECK_STR("party", party_name(PARTY_HSM), "tachiai-hsm");
}

/* The other side of talk(): answers, refuses, sends something of its own. */
static _Noreturn void
courier(int fd)
{
	struct msg m, died;
	struct err e, why;

	if (msg_read(fd, &m, &e) != 1)
		_exit(1);
	msg_answer(fd, &m, NULL, "bytes", 5, &e);
	msg_fini(&m);
	if (msg_read(fd, &m, &e) != 1)
		_exit(1);
	msg_init(&died, PARTY_CONSOLE, MSG_DIED, 0);
	msg_write(fd, &died, &e);
	msg_fini(&died);
	err_set(&why, ERR_REFUSED, "media.wrong", "label", "A", "no-key", "x",
	    NULL);
	msg_refuse(fd, &m, &why, &e);
	msg_fini(&m);
	if (msg_read(fd, &m, &e) != 1)
		_exit(1);
	(void)!write(fd, "\0\0\0", 3);
	_exit(0);
}

static void
count(void *arg, struct msg *m)
{
	*(int *)arg += m->type == MSG_DIED;
}

static void
talk(void)
{
	struct msg m, answer;
	struct err e;
	int sv[2], others = 0, r, status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(sv[0]);
		courier(sv[1]);
	}
	close(sv[1]);
	msg_init(&m, PARTY_COURIER, MSG_STICKS, 1);
	r = msg_ask(sv[0], &m, &answer, NULL, NULL, &e);
	CHECK("asked and answered",
	    r == 0 && answer.bytes.len == 5 &&
		memcmp(answer.bytes.data, "bytes", 5) == 0);
	msg_fini(&answer);
	msg_init(&m, PARTY_COURIER, MSG_STICKS, 2);
	r = msg_ask(sv[0], &m, &answer, count, &others, &e);
	CHECK("refused", r == -1 && strcmp(e.id, "media.wrong") == 0);
	CHECK_STR("with its values", err_value(&e, "label"), "A");
	CHECK("a name that is no key is left out", e.n == 1);
	CHECK("others were handed on", others == 1);
	CHECK("nothing is left of a refusal", answer.json == NULL);
	msg_init(&m, PARTY_COURIER, MSG_STICKS, 3);
	r = msg_ask(sv[0], &m, &answer, NULL, NULL, &e);
	CHECK("cut short", r == -1 && strcmp(e.id, "msg.form") == 0);
	CHECK("gone", msg_read(sv[0], &m, &e) == 0);
	waitpid(pid, &status, 0);
	msg_init(&m, PARTY_COURIER, MSG_STICKS, 4);
	r = msg_write(sv[0], &m, &e);
	CHECK("nobody there", r == -1 && strcmp(e.id, "msg.gone") == 0);
	msg_fini(&m);
	close(sv[0]);
}

int
main(void)
{
	frames();
	rules();
	talk();
	return test_end();
}
