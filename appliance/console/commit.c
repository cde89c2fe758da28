/* SPDX-License-Identifier: MIT */
/*
 * Entries.  Invariant: decide, write to every medium, sync, fold, tell
 * tachiai-hsm, in this order; what the state shows has been written.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "appliance/console/console.h"

static int64_t
clock_ms(clockid_t which)
{
	struct timespec ts;

	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

void
console_start_clock(struct console *k)
{
	k->ahead_ms = clock_ms(CLOCK_REALTIME) - boot_ms();
}

int64_t
console_now(const struct console *k)
{
	return (boot_ms() + k->ahead_ms) / 1000;
}

int64_t
console_lead(const struct console *k)
{
	int64_t ms = boot_ms() + k->ahead_ms - clock_ms(CLOCK_REALTIME);

	return (ms + (ms < 0 ? -500 : 500)) / 1000;
}

int
random_bytes(struct console *k, uint8_t *out, size_t len, struct err *e)
{
	struct json *j;
	struct msg a;

	if (k->random_left < len) {
		j = json_new_obj();
		json_set_int(j, "count", sizeof(k->random));
		if (ask(k, PARTY_HSM, MSG_RANDOM, j, NULL, 0, &a, e) == -1)
			return -1;
		if (a.bytes.len != sizeof(k->random)) {
			msg_fini(&a);
			return err_set(e, ERR_WORLD, "hsm.silent", "token",
			    "-", NULL);
		}
		memcpy(k->random, a.bytes.data, sizeof(k->random));
		k->random_left = sizeof(k->random);
		msg_fini(&a);
	}
	k->random_left -= len;
	memcpy(out, k->random + k->random_left, len);
	return 0;
}

static int
tell_hsm_object(struct console *k, const void *p, size_t len, struct err *e)
{
	struct msg a;

	if (ask(k, PARTY_HSM, MSG_OBJECT, NULL, p, len, &a, e) == -1)
		return -1;
	msg_fini(&a);
	return 0;
}

static int
tell_hsm_line(struct console *k, const void *p, size_t len, struct err *e)
{
	struct msg a;

	if (ask(k, PARTY_HSM, MSG_ENTRY, NULL, p, len, &a, e) == -1)
		return -1;
	msg_fini(&a);
	return 0;
}

int
object_put(struct console *k, const void *p, size_t len,
    uint8_t sha[static SHA256_LEN], struct err *e)
{
	if (journal_object_put(k->j, p, len, sha, e) == -1)
		return -1;
	if (k->hsm_here && tell_hsm_object(k, p, len, e) == -1 &&
	    !k->hsm_lost)
		return -1;
	return 0;
}

int
object_get(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	struct console *k = arg;

	return journal_object_get(k->j, sha, out, e);
}

void
attach(struct command *cmd, const char *name, const char *type,
    const uint8_t sha[static SHA256_LEN], size_t size)
{
	struct attachment *a = &cmd->att[cmd->atts++];

	a->name = name;
	a->type = type;
	memcpy(a->sha256, sha, SHA256_LEN);
	a->size = (int64_t)size;
}

/* A medium failed: the other has the entry, and now says so. */
static int
retire(struct console *k, struct err *e)
{
	for (int i = 0; i < journal_media(k->j); i++) {
		struct command cmd = { .event = EV_MEDIA_RETIRE };
		struct medium_info mi = journal_medium(k->j, i);

		if (mi.state != MEDIUM_RETIRED || k->told_retired[i])
			continue;
		k->told_retired[i] = true;
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "medium", mi.label);
		json_set_str(cmd.d, "why", "write");
		ui_result(k, "told.retired", "medium", mi.label, NULL);
		if (commit(k, &cmd, e) == -1)
			return -1;
	}
	return 0;
}

int
commit(struct console *k, struct command *cmd, struct err *e)
{
	struct facts f;
	struct buf line = BUF_INIT;
	int ret = -1;

	memset(&f, 0, sizeof(f));
	if (cmd->event == EV_SITTING_OPEN)
		k->boot_ms = boot_ms();
	f.now = console_now(k);
	if (cmd->now != 0)
		f.now = cmd->now;
	/* Before it opened a sitting this program knows no beginning. */
	f.boot_ms = k->boot_ms != 0 ? boot_ms() - k->boot_ms : -1;
	if (random_bytes(k, f.r, sizeof(f.r), e) == -1 ||
	    ceremony_decide(k->c, cmd, &f, &line, e) == -1)
		goto out;
	if (journal_append(k->j, line.data, line.len, e) == -1)
		goto out;
	if (ceremony_apply(k->c, line.data, line.len, e) == -1)
		abort(); /* it was decided against this very state */
	k->changed = true;
	/* A tachiai-hsm that died hears all of it when it is back. */
	if (k->hsm_here && tell_hsm_line(k, line.data, line.len, e) == -1 &&
	    !k->hsm_lost)
		goto out;
	ret = retire(k, e);
out:
	json_free(cmd->d);
	cmd->d = NULL;
	buf_free(&line);
	return ret;
}

int
commit_shown(struct console *k, struct command *cmd)
{
	struct err e;

	if (commit(k, cmd, &e) == 0)
		return 0;
	ui_refuse(k, &e);
	return -1;
}

int
log_checkpoint(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_CHECKPOINT_SIGN };
	struct msg a;

	if (ask(k, PARTY_HSM, MSG_LOG_SIGN, NULL, NULL, 0, &a, e) == -1)
		return -1;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "alg", json_get_str(a.json, "alg"));
	json_set_str(cmd.d, "name", "log/transcript");
	json_set_str(cmd.d, "root", json_get_str(a.json, "root"));
	json_set_str(cmd.d, "sig", json_get_str(a.json, "sig"));
	json_set_int(cmd.d, "size", json_get_int(a.json, "size", -1));
	json_set_int(cmd.d, "time", 0);
	msg_fini(&a);
	return commit(k, &cmd, e);
}

/* One line of the journal, with the objects it names, to tachiai-hsm. */
static int
replay_line(struct console *k, const uint8_t *line, size_t len,
    struct err *e)
{
	struct json *j = NULL;
	const struct json *att;
	int ret = -1;

	if (json_parse((const char *)line + 65, len - 66, JSON_DEPTH, &j,
	    e) == -1)
		return -1;
	att = json_get(j, "att");
	for (size_t i = 0; i < json_count(att); i++) {
		struct buf b = BUF_INIT;
		uint8_t sha[SHA256_LEN];
		int bad;

		bad = json_get_hex(json_at(att, i), "sha256", sha,
		    SHA256_LEN);
		if (bad == 0)
			bad = journal_object_get(k->j, sha, &b, e);
		if (bad == 0)
			bad = tell_hsm_object(k, b.data, b.len, e);
		buf_free(&b);
		if (bad != 0)
			goto out;
	}
	ret = tell_hsm_line(k, line, len, e);
out:
	json_free(j);
	return ret;
}

int
replay_to_hsm(struct console *k, struct err *e)
{
	size_t len;
	const uint8_t *log = journal_log(k->j, &len);

	while (len > 0) {
		const uint8_t *nl = memchr(log, '\n', len);
		size_t n;

		if (nl == NULL)
			return err_set(e, ERR_FORM, "json.form", NULL);
		n = (size_t)(nl - log) + 1;
		if (replay_line(k, log, n, e) == -1)
			return -1;
		log += n;
		len -= n;
	}
	return 0;
}
