/* SPDX-License-Identifier: MIT */
/* The room's plumbing: the program, its socket, objects, lines. */
#include "tests/hsm/room.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/keypair.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/statement.h"

void
room_die(struct room *r, const char *what, const struct err *e)
{
	char text[600] = "";

	if (e != NULL)
		err_describe(e, text, sizeof(text));
	printf(
	    "not ok %s: %s %s\n0 passed, 1 failed\n", what, r->refused, text);
	exit(1);
}

static int
get_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	struct room *r = arg;
	uint8_t got[SHA256_LEN];

	for (size_t i = 0; i < r->objects; i++) {
		sha256(got, r->object[i].data, r->object[i].len);
		if (memcmp(got, sha, SHA256_LEN) == 0) {
			buf_add(out, r->object[i].data, r->object[i].len);
			return 0;
		}
	}
	return err_set(e, ERR_WORLD, "test.no-object", NULL);
}

static void
make_person(struct room *r, struct room_person *p)
{
	struct err e = { 0 };

	p->sign = keypair_new(&e);
	p->share = keypair_new(&e);
	if (p->sign == NULL || p->share == NULL ||
	    keypair_certificate(p->sign, KEYPAIR_SIGN, p->id, r->now,
		&p->sign_cert, &e) == -1 ||
	    keypair_certificate(p->share, KEYPAIR_SHARE, p->id, r->now,
		&p->share_cert, &e) == -1)
		room_die(r, "people", &e);
}

void
room_init(struct room *r, const char *module)
{
	static const struct room_person PEOPLE[ROOM_PEOPLE] = {
		{ .id = "otto", .code = "SO1", .roles = { "service-owner" } },
		{ .id = "maria",
		    .code = "OM1",
		    .roles = { "operations-manager", "log-examiner" } },
		{ .id = "mats",
		    .code = "OM2",
		    .roles = { "operations-manager", "log-examiner" } },
		{ .id = "anna",
		    .code = "CA1",
		    .roles = { "ca-administrator" } },
		{ .id = "bert",
		    .code = "CA2",
		    .roles = { "ca-administrator" } },
		{ .id = "cleo",
		    .code = "CA3",
		    .roles = { "ca-administrator" } },
		{ .id = "rita", .code = "RA1", .roles = { "ra-officer" } },
		{ .id = "rolf", .code = "RA2", .roles = { "ra-officer" } },
	};
	struct object_source source = { get_object, r };

	memset(r, 0, sizeof(*r));
	r->fd = -1;
	r->mode = "rehearsal";
	r->now = 1797000000;
	memcpy(r->p, PEOPLE, sizeof(PEOPLE));
	for (size_t i = 0; i < ROOM_PEOPLE; i++)
		make_person(r, &r->p[i]);
	snprintf(r->module, sizeof(r->module), "%s", module);
	r->c = ceremony_new(&source);
	room_restart(r);
}

struct room_person *
room_person(struct room *r, const char *id)
{
	for (size_t i = 0; i < ROOM_PEOPLE; i++) {
		if (strcmp(r->p[i].id, id) == 0)
			return &r->p[i];
	}
	room_die(r, id, NULL);
}

void
room_stop(struct room *r)
{
	int status;

	if (r->fd == -1)
		return;
	close(r->fd);
	r->fd = -1;
	waitpid(r->pid, &status, 0);
}

void
room_restart(struct room *r)
{
	const char *build = getenv("BUILD");
	char path[512];
	int fd[2];

	room_stop(r);
	snprintf(path, sizeof(path), "%s/bin/tachiai-hsm",
	    build != NULL ? build : "build");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		room_die(r, "socketpair", NULL);
	r->pid = fork();
	if (r->pid == 0) {
		if (dup2(fd[1], MSG_FD) == MSG_FD)
			execl(path, path, "--module", r->module, (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	r->fd = fd[0];
	if (room_ask(r, MSG_HELLO, NULL, NULL, 0) == -1)
		room_die(r, "hello", NULL);
	snprintf(
	    r->epoch, sizeof(r->epoch), "%s", json_get_str(r->json, "epoch"));
	buf_free(&r->epoch_cert);
	json_get_b64(r->json, "cert", &r->epoch_cert);
}

void
room_fini(struct room *r)
{
	room_stop(r);
	ceremony_free(r->c);
	for (size_t i = 0; i < ROOM_PEOPLE; i++) {
		struct room_person *p = &r->p[i];

		EVP_PKEY_free(p->sign);
		EVP_PKEY_free(p->share);
		buf_free(&p->sign_cert);
		buf_free(&p->share_cert);
		buf_free(&p->log_cms);
		buf_free(&p->user_cms);
		buf_free(&p->so_cms);
	}
	for (size_t i = 0; i < r->objects; i++)
		buf_free(&r->object[i]);
	for (size_t i = 0; i < r->lines; i++)
		buf_free(&r->line[i]);
	buf_free(&r->epoch_cert);
	buf_free(&r->bytes);
	buf_free(&r->heard);
	json_free(r->json);
	buf_free(&r->log_store);
	buf_free(&r->token_store);
	buf_free(&r->made);
	memset(r, 0, sizeof(*r));
}

int
room_ask(struct room *r, enum msg_type type, struct json *j, const void *bytes,
    size_t len)
{
	struct err e = { 0 };
	struct msg m, a;

	msg_init(&m, PARTY_HSM, type, ++r->id);
	if (j != NULL) {
		json_free(m.json);
		m.json = j;
	}
	if (len != 0)
		buf_add(&m.bytes, bytes, len);
	r->refused[0] = '\0';
	buf_free(&r->bytes);
	json_free(r->json);
	r->json = NULL;
	if (msg_ask(r->fd, &m, &a, NULL, NULL, &e) == -1) {
		snprintf(r->refused, sizeof(r->refused), "%s", e.id);
		snprintf(r->why, sizeof(r->why), "%.39s",
		    err_value(&e, "why") != NULL ? err_value(&e, "why") : "");
		if (getenv("SHOW") != NULL) {
			char text[600];

			err_describe(&e, text, sizeof(text));
			printf("# %s: %s\n", msg_rule(type)->name, text);
		}
		return -1;
	}
	r->json = a.json;
	a.json = NULL;
	r->bytes = a.bytes;
	a.bytes = (struct buf)BUF_INIT;
	msg_fini(&a);
	json_encode(r->json, &r->heard);
	buf_add(&r->heard, r->bytes.data, r->bytes.len);
	return 0;
}

void
room_object(
    struct room *r, const void *p, size_t len, uint8_t sha[static SHA256_LEN])
{
	if (r->objects == ROOM_OBJECTS)
		room_die(r, "too many objects", NULL);
	buf_add(&r->object[r->objects++], p, len);
	sha256(sha, p, len);
	if (room_ask(r, MSG_OBJECT, NULL, p, len) == -1)
		room_die(r, "object", NULL);
}

void
room_command(struct command *cmd, enum event_type ev)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->event = ev;
	cmd->d = json_new_obj();
}

int
room_stream(struct room *r, const uint8_t *line, size_t len)
{
	return room_ask(r, MSG_ENTRY, NULL, line, len);
}

void
room_say(struct room *r, struct command *cmd)
{
	struct facts f = { .now = ++r->now };
	struct buf *line = &r->line[r->lines];
	struct err e = { 0 };
	const char *name = event_get(cmd->event)->name;

	f.boot_ms = r->c->sitting == SITTING_NONE
	    ? 0
	    : (r->now - r->c->opened_t) * 1000;
	RAND_bytes(f.r, sizeof(f.r));
	if (r->lines == ROOM_LINES ||
	    ceremony_decide(r->c, cmd, &f, line, &e) == -1 ||
	    ceremony_apply(r->c, line->data, line->len, &e) == -1)
		room_die(r, name, &e);
	r->lines++;
	if (room_stream(r, line->data, line->len) == -1)
		room_die(r, name, NULL);
}

void
room_statement(struct room *r, struct command *cmd, enum event_type ev,
    const char *person, const char *role, const char *signer, const char *epoch,
    const uint8_t doc[static SHA256_LEN])
{
	struct statement st = { .asked = r->c->head, .seen = { .n = -1 } };
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct err e = { 0 };

	snprintf(st.kind, sizeof(st.kind), "%s", statement_kind(ev));
	snprintf(st.origin, sizeof(st.origin), "%.159s", r->c->origin);
	snprintf(st.epoch, sizeof(st.epoch), "%s", epoch);
	snprintf(st.person, sizeof(st.person), "%s", person);
	snprintf(st.role, sizeof(st.role), "%s", role);
	memcpy(st.doc, doc, SHA256_LEN);
	statement_text(&st, &text);
	if (keypair_sign(room_person(r, signer)->sign, text.data, text.len,
		&sig, &e) == -1)
		room_die(r, "sign", &e);
	room_command(cmd, ev);
	statement_put(&st, sig.data, sig.len, cmd->d);
	cmd->by[0] = room_person(r, person)->id;
	buf_free(&text);
	buf_free(&sig);
}

void
room_state(struct room *r, enum event_type ev, const char *person,
    const char *role, const uint8_t doc[static SHA256_LEN])
{
	struct command cmd;

	room_statement(r, &cmd, ev, person, role, person, r->epoch, doc);
	room_say(r, &cmd);
}
