/* SPDX-License-Identifier: MIT */
/*
 * Walking over a transcript.  Invariant: an entry is handed on only after
 * everything before it and in it has passed; memory does not grow with the
 * length.
 */
#include "ceremony/log/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/log/scan_part.h"

struct scan *
scan_new(const struct scan_world *w)
{
	struct scan *s = xcalloc(1, sizeof(*s));

	s->world = *w;
	s->sealed = -1;
	s->sitting = -1;
	s->quorum = 2;
	return s;
}

void
scan_free(struct scan *s)
{
	if (s == NULL)
		return;
	event_set_free(s->events);
	event_set_free(s->next_events);
	buf_free(&s->part);
	free(s->expect);
	free(s);
}

int64_t
scan_at(const struct scan *s)
{
	return s->at;
}

void
scan_expect(struct scan *s, const struct head *h)
{
	size_t i = s->expects++;

	s->expect = xreallocarray(s->expect, s->expects, sizeof(*s->expect));
	for (; i > 0 && s->expect[i - 1].n > h->n; i--)
		s->expect[i] = s->expect[i - 1];
	s->expect[i] = *h;
}

int
scan_expect_lines(struct scan *s, const char *text, size_t len, struct err *e)
{
	size_t at = 0;
	long long line = 0;

	while (at < len) {
		const char *lf = memchr(text + at, '\n', len - at);
		size_t end = lf != NULL ? (size_t)(lf - text) : len;
		struct head h = { .n = 0 };
		size_t i = at;

		line++;
		while (
		    i < end && i - at < 15 && text[i] >= '0' && text[i] <= '9')
			h.n = h.n * 10 + (text[i++] - '0');
		if (i == at || i + 1 + 64 != end || text[i] != ' ' ||
		    hex_decode(h.hash, SHA256_LEN, text + i + 1, 64) == -1) {
			err_set(e, ERR_FORM, "log.heads-form", NULL);
			err_arg_int(e, "line", line);
			return -1;
		}
		scan_expect(s, &h);
		at = end + 1;
	}
	return 0;
}

int
scan_order(const struct scan *s, const char *what, struct err *e)
{
	err_set(e, ERR_FORM, "log.order", NULL);
	err_arg_int(e, "n", s->at);
	err_arg(e, "what", what);
	return -1;
}

/* n, s and m; where sittings begin. */
static int
check_order(struct scan *s, const struct entry *en, struct err *e)
{
	bool opens = en->ev != NULL && en->ev->type == EV_SITTING_OPEN;
	int64_t want = s->last_s;

	if (en->n != s->at)
		return scan_order(s, "n", e);
	if ((en->n == 0) != (en->ev != NULL && en->ev->type == EV_GENESIS))
		return scan_order(s, "genesis", e);
	if (opens)
		want = s->sitting + 1;
	if (en->s != want ||
	    (opens && json_get_int(en->d, "sitting", -1) != want))
		return scan_order(s, "s", e);
	if (!opens && en->m < s->last_m)
		return scan_order(s, "m", e);
	return 0;
}

static void
report(const struct scan *s, const char *id, const char *name, long long value)
{
	struct err what;

	if (s->world.anomaly == NULL)
		return;
	err_set(&what, ERR_NONE, id, NULL);
	err_arg_int(&what, "n", s->at);
	if (name != NULL)
		err_arg_int(&what, name, value);
	s->world.anomaly(s->world.arg, &what);
}

/* Time never decides: it is reported (section 4 of the format). */
static void
watch_time(struct scan *s, const struct entry *en)
{
	bool set = en->ev != NULL &&
	    (en->ev->type == EV_SITTING_OPEN || en->ev->type == EV_CLOCK_SET);
	/* A program came back that has not counted since the last entry. */
	bool back = en->ev != NULL && en->ev->type == EV_RECOVERY;
	int64_t drift;

	if (en->n > 0 && en->t < s->last_t &&
	    !(set && en->ev->type == EV_CLOCK_SET))
		report(s, "log.time-behind", NULL, 0);
	if (set || back || en->n == 0) {
		s->base_t = en->t;
		s->base_m = en->m;
		return;
	}
	drift = (en->t - s->base_t) - (en->m - s->base_m) / 1000;
	if (drift > 2 || drift < -2) {
		report(s, "log.time-drift", "seconds", (long long)drift);
		s->base_t = en->t;
		s->base_m = en->m;
	}
}

static int
take_genesis(struct scan *s, const struct entry *en, struct err *e)
{
	const char *origin = json_get_str(en->d, "origin");

	if (en->rc != RC_OK || origin == NULL ||
	    strlen(origin) >= sizeof(s->origin))
		return scan_order(s, "genesis", e);
	memcpy(s->origin, origin, strlen(origin) + 1);
	return 0;
}

static int
take_sitting(struct scan *s, const struct entry *en, struct err *e)
{
	switch (en->ev->type) {
	case EV_SITTING_OPEN:
		if (s->state == SCAN_OPEN || s->state == SCAN_CLOSING)
			report(s, "log.was-unsealed", NULL, 0);
		s->sitting++;
		scan_forget_log_key(s);
		s->state = SCAN_OPEN;
		(void)snprintf(s->epoch, sizeof(s->epoch), "%s",
		    json_get_str(en->d, "epoch"));
		break;
	case EV_SITTING_CLOSE:
		if (s->state != SCAN_OPEN)
			return scan_order(s, "sitting.close", e);
		s->state = SCAN_CLOSING;
		break;
	default:
		s->state = SCAN_SHUT; /* close.unsealed */
		break;
	}
	scan_forget_cosigners(s);
	s->checkpoint_size = 0;
	return 0;
}

/* The rules of single kinds.  Attempts that failed change nothing. */
static int
take_kind(struct scan *s, const struct entry *en, const uint8_t *line,
    size_t len, struct err *e)
{
	const char *purpose;
	int64_t m;

	if (en->rc != RC_OK)
		return 0;
	/* Where nobody can fold any more, what people signed is held here. */
	if (s->unknown && event_is_statement(en->ev) &&
	    scan_statement(s, en, e) == -1)
		return -1;
	switch (en->ev->type) {
	case EV_GENESIS:
		return take_genesis(s, en, e);
	case EV_SITTING_OPEN:
	case EV_SITTING_CLOSE:
	case EV_CLOSE_UNSEALED:
		return take_sitting(s, en, e);
	case EV_CUSTODIAN_ENROLL:
		return scan_custodian(s, en, e);
	case EV_KEY_ENROLL:
		return scan_enroll(s, en, e);
	case EV_ROSTER_SEAL:
		return scan_roster(s, e);
	case EV_TOKEN_DEAL:
		purpose = json_get_str(en->d, "purpose");
		m = json_get_int(en->d, "m", 0);
		if (purpose != NULL && strcmp(purpose, "user-pin") == 0 &&
		    m > s->quorum)
			s->quorum = m;
		return 0;
	case EV_CHECKPOINT_SIGN:
		return scan_checkpoint(s, en, line, len, e);
	case EV_FORMAT_UPGRADE:
		return event_set_load(
		    en->d, s->world.object, s->world.arg, &s->next_events, e);
	case EV_COUNT:
		if (!s->unknown)
			report(s, "log.other-table", NULL, 0);
		s->unknown = true;
		return 0;
	default:
		return 0;
	}
}

static int
check_objects(struct scan *s, const struct entry *en, struct err *e)
{
	for (size_t i = 0; i < json_count(en->att); i++) {
		const struct json *a = json_at(en->att, i);
		uint8_t sha[SHA256_LEN];

		if (s->world.check == NULL ||
		    json_get_hex(a, "sha256", sha, SHA256_LEN) == -1)
			continue;
		if (s->world.check(s->world.arg, sha,
			json_get_int(a, "size", -1), e) == -1) {
			err_arg_int(e, "n", s->at);
			return -1;
		}
	}
	return 0;
}

/* Remembered heads stand in ascending order. */
static int
check_heads(struct scan *s, const struct entry *en, struct err *e)
{
	while (s->met < s->expects && s->expect[s->met].n == en->n) {
		if (memcmp(s->expect[s->met].hash, en->hash, SHA256_LEN) != 0) {
			err_set(e, ERR_REFUSED, "log.head", NULL);
			err_arg_int(e, "n", en->n);
			return -1;
		}
		s->met++;
	}
	return 0;
}

/* The first line says by which table it is to be read. */
static int
genesis_table(struct scan *s, const uint8_t *line, size_t len, struct err *e)
{
	struct entry en;
	int ret;

	if (entry_decode_form(line, len, s->head.hash, &en, e) == -1)
		return -1;
	ret =
	    event_set_load(en.d, s->world.object, s->world.arg, &s->events, e);
	entry_fini(&en);
	return ret;
}

/* A new table is in force from the next line on. */
static void
switch_table(struct scan *s, const struct entry *en)
{
	if (en->ev->type != EV_FORMAT_UPGRADE || en->rc != RC_OK)
		return;
	event_set_free(s->events);
	s->events = s->next_events;
	s->next_events = NULL;
}

static int
take_line(struct scan *s, const uint8_t *line, size_t len, struct err *e)
{
	struct entry en;
	int ret = -1;

	if (s->at == 0 && genesis_table(s, line, len, e) == -1)
		return -1;
	if (entry_decode_by(s->events, line, len, s->head.hash, &en, e) == -1)
		return -1;
	/* A kind that the table in force does not have. */
	if (en.ev == NULL) {
		err_set(e, ERR_FORM, "entry.unknown", "ev", en.evname, NULL);
		goto out;
	}
	if (check_order(s, &en, e) == -1 || check_heads(s, &en, e) == -1 ||
	    take_kind(s, &en, line, len, e) == -1 ||
	    check_objects(s, &en, e) == -1 ||
	    (s->world.entry != NULL &&
		s->world.entry(s->world.arg, &en, line, len, e) == -1))
		goto out;
	watch_time(s, &en);
	s->last_t = en.t;
	s->last_m = en.m;
	s->last_s = en.s;
	memcpy(s->head.hash, en.hash, SHA256_LEN);
	s->head.n = en.n;
	merkle_add(&s->merkle, line, len);
	s->at++;
	switch_table(s, &en);
	ret = 0;
out:
	entry_fini(&en);
	return ret;
}

static int
too_long(struct err *e)
{
	return err_set(e, ERR_LIMIT, "entry.long", "ev", "-", NULL);
}

int
scan_feed(struct scan *s, const uint8_t *p, size_t len, struct err *e)
{
	while (len > 0) {
		const uint8_t *lf = memchr(p, '\n', len);
		size_t n = lf != NULL ? (size_t)(lf - p) + 1 : len;
		int ret;

		if (s->part.len + n > ENTRY_MAX)
			return too_long(e);
		if (lf == NULL) {
			buf_add(&s->part, p, n);
			return 0;
		}
		if (s->part.len == 0) {
			ret = take_line(s, p, n, e);
		} else {
			buf_add(&s->part, p, n);
			ret = take_line(s, s->part.data, s->part.len, e);
			buf_reset(&s->part);
		}
		if (ret == -1)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

int
scan_end(struct scan *s, struct scan_result *out, struct err *e)
{
	if (s->part.len > 0) {
		err_set(e, ERR_FORM, "log.tail", NULL);
		err_arg_int(e, "bytes", (long long)s->part.len);
		return -1;
	}
	if (s->at == 0)
		return err_set(e, ERR_FORM, "log.empty", NULL);
	if (s->met < s->expects) {
		s->at = s->expect[s->met].n;
		err_set(e, ERR_REFUSED, "log.head", NULL);
		err_arg_int(e, "n", s->at);
		return -1;
	}
	out->entries = s->at;
	out->sealed = s->sealed;
	out->head = s->head;
	out->origin = s->origin;
	out->key = s->key;
	out->keys = s->keys;
	return 0;
}
