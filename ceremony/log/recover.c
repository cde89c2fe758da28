/* SPDX-License-Identifier: MIT */
/*
 * Recovery as a decision.  Invariant: no acknowledged line is ever given up
 * (a line is acknowledged when it stood whole on both media), and nothing
 * is dropped that could be one: in doubt the answer is a stop.
 */
#include "ceremony/log/recover.h"

#include <string.h>

#include "ceremony/base/codec.h"

/* One line's hash over the line before it; `line` ends with its LF. */
static bool
line_holds(const uint8_t *line, size_t len, uint8_t hash[static SHA256_LEN])
{
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct sha256_ctx *c;
	char prev[SHA256_HEX];

	if (len < SHA256_HEX + 2 || len > ENTRY_MAX ||
	    line[SHA256_HEX - 1] != ' ' ||
	    hex_decode(got, SHA256_LEN, (const char *)line, SHA256_HEX - 1) ==
		-1)
		return false;
	sha256_hex(prev, hash);
	c = sha256_begin();
	sha256_add(c, prev, SHA256_HEX - 1);
	sha256_add(c, line + SHA256_HEX - 1, len - (SHA256_HEX - 1));
	sha256_end(c, want);
	if (memcmp(want, got, SHA256_LEN) != 0)
		return false;
	memcpy(hash, got, SHA256_LEN);
	return true;
}

/* 16 hex digits, ` {"`, no control character, and `}` before the LF. */
static bool
looks_complete(const uint8_t *s, size_t len)
{
	size_t start = 0, hex = 0;

	if (len == 0 || s[len - 1] != '}')
		return false;
	for (size_t i = len; i-- > 0;)
		if (s[i] < 0x20) {
			start = i + 1;
			break;
		}
	for (size_t i = start; i + 3 <= len; i++) {
		if (hex >= 16 && memcmp(s + i, " {\"", 3) == 0)
			return true;
		if ((s[i] >= '0' && s[i] <= '9') ||
		    (s[i] >= 'a' && s[i] <= 'f'))
			hex++;
		else
			hex = 0;
	}
	return false;
}

static bool
tail_is_torn(const uint8_t *t, size_t len)
{
	size_t at = 0;

	if (len > RECOVER_TORN_MAX)
		return false;
	while (at < len) {
		const uint8_t *lf = memchr(t + at, '\n', len - at);

		if (lf == NULL)
			break;
		if (looks_complete(t + at, (size_t)(lf - (t + at))))
			return false;
		at = (size_t)(lf - t) + 1;
	}
	return true;
}

static void
look_at(const uint8_t *log, size_t len, struct recover_side *s)
{
	memset(s, 0, sizeof(*s));
	s->head.n = -1;
	s->torn = true;
	s->here = log != NULL;
	if (!s->here)
		return;
	while (s->good < len) {
		const uint8_t *line = log + s->good;
		const uint8_t *lf = memchr(line, '\n', len - s->good);

		if (lf == NULL ||
		    !line_holds(line, (size_t)(lf - line) + 1, s->head.hash))
			break;
		s->good += (size_t)(lf - line) + 1;
		s->entries++;
	}
	s->head.n = s->entries - 1;
	s->tail = len - s->good;
	s->torn = tail_is_torn(log + s->good, s->tail);
}

/* Number of the first line that differs in the first `len` bytes, or -1. */
static int64_t
first_difference(const uint8_t *a, const uint8_t *b, size_t len)
{
	int64_t n = 0;

	if (len == 0 || memcmp(a, b, len) == 0)
		return -1;
	for (size_t i = 0; a[i] == b[i]; i++)
		n += a[i] == '\n';
	return n;
}

static void
decide_one(bool accept_one, struct recovery *r)
{
	const struct recover_side *s;

	r->best = r->side[0].here ? 0 : 1;
	s = &r->side[r->best];
	if (!s->torn) {
		r->verdict = RECOVER_DAMAGED;
		r->damaged = r->best;
	} else if (!accept_one) {
		r->verdict = RECOVER_ONE;
	} else {
		r->verdict = s->tail > 0 ? RECOVER_TORN : RECOVER_CLEAN;
	}
	r->head = s->head;
}

static void
decide_two(const uint8_t *a, const uint8_t *b, struct recovery *r)
{
	struct recover_side *s = r->side;
	size_t common = s[0].good < s[1].good ? s[0].good : s[1].good;
	int other;

	r->fork_n = first_difference(a, b, common);
	if (r->fork_n != -1) {
		r->verdict = RECOVER_FORK;
		return;
	}
	r->best = s[1].good > s[0].good ? 1 : 0;
	other = 1 - r->best;
	r->head = s[r->best].head;
	r->lines = s[r->best].entries - s[other].entries;
	/* A longer prefix that extends G makes good whatever broke there. */
	if (!s[r->best].torn)
		r->damaged = r->best;
	else if (!s[other].torn && r->lines == 0)
		r->damaged = other;
	if (r->damaged != -1)
		r->verdict = RECOVER_DAMAGED;
	else if (r->lines > 0)
		r->verdict = RECOVER_MIRROR;
	else
		r->verdict =
		    s[0].tail + s[1].tail > 0 ? RECOVER_TORN : RECOVER_CLEAN;
}

void
recover_decide(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
    bool accept_one, struct recovery *r)
{
	memset(r, 0, sizeof(*r));
	r->fork_n = -1;
	r->damaged = -1;
	r->head.n = -1;
	look_at(a, a_len, &r->side[0]);
	look_at(b, b_len, &r->side[1]);
	if (a == NULL || b == NULL)
		decide_one(accept_one, r);
	else
		decide_two(a, b, r);
}

bool
recover_opens(const struct recovery *r)
{
	return r->verdict == RECOVER_CLEAN || r->verdict == RECOVER_TORN ||
	    r->verdict == RECOVER_MIRROR;
}

enum memory_verdict
recover_memory(
    const struct head *remembered, const struct head *end, const uint8_t *at)
{
	if (remembered->n > end->n || at == NULL)
		return MEMORY_BEYOND;
	if (memcmp(remembered->hash, at, SHA256_LEN) != 0)
		return MEMORY_OTHER;
	return remembered->n == end->n ? MEMORY_END : MEMORY_OLDER;
}
