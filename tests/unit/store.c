/* SPDX-License-Identifier: MIT */
/* Archives of token files: one encoding, refused at every cut and flip. */
#include "appliance/world/store.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tests/unit/test.h"

static const struct name_row {
	const char *name;
	bool good;
} NAMES[] = {
	{ "token.object", true },
	{ "c1bb9b7a-2ac5-0b25-9c05-e3e4f8ac1b6d/token.object", true },
	{ "", false },
	{ "/x", false },
	{ "x/", false },
	{ "a/b/c", false },
	{ "../x", false },
	{ "a/..", false },
	{ ".hidden", false },
	{ "a b", false },
	{ "a\n", false },
	{ "caf\xc3\xa9", false },
};

static void
names(void)
{
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		struct store s = STORE_INIT;
		struct err e = { 0 };
		int r = store_add(&s, NAMES[i].name, "x", 1, &e);

		CHECK(NAMES[i].name, (r == 0) == NAMES[i].good);
		CHECK("nothing is kept of a bad one", s.n == NAMES[i].good);
		store_free(&s);
	}
}

/* Of every cut and every turned bit: refused, or another archive. */
static void
damage(const struct buf *a)
{
	size_t cut = 0, flip = 0;

	for (size_t i = 0; i < a->len; i++) {
		struct store s = STORE_INIT;
		struct buf again = BUF_INIT;
		struct err e = { 0 };

		/* The empty archive is one, too. */
		if (store_unpack(a->data, i, &s, &e) == -1)
			cut++;
		else if (s.n < 3)
			cut++;
		store_free(&s);
		a->data[i] ^= 0x10;
		if (store_unpack(a->data, a->len, &s, &e) == -1) {
			flip++;
		} else {
			store_pack(&s, &again);
			flip += again.len == a->len &&
			    memcmp(again.data, a->data, a->len) == 0;
		}
		store_free(&s);
		buf_free(&again);
		a->data[i] ^= 0x10;
	}
	CHECK("no cut passes as the whole", cut == a->len);
	CHECK("what is taken is written the same", flip == a->len);
}

int
main(void)
{
	struct store s = STORE_INIT, t = STORE_INIT;
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct err e = { 0 };

	names();
	CHECK("c", store_add(&s, "c", "three", 5, &e) == 0);
	CHECK("a", store_add(&s, "a", "", 0, &e) == 0);
	CHECK("b", store_add(&s, "b/x", "two", 3, &e) == 0);
	CHECK("twice", store_add(&s, "a", "y", 1, &e) == -1);
	CHECK_STR("twice, id", e.id, "store.form");
	CHECK("in order",
	    s.n == 3 && strcmp(s.file[0].name, "a") == 0 &&
		strcmp(s.file[2].name, "c") == 0);
	store_pack(&s, &a);
	CHECK("unpack", store_unpack(a.data, a.len, &t, &e) == 0);
	store_pack(&t, &b);
	CHECK("one encoding",
	    a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	CHECK("found",
	    store_find(&t, "c") != NULL &&
		strcmp(buf_cstr(&store_find(&t, "c")->bytes), "three") == 0);
	CHECK("not found", store_find(&t, "d") == NULL);
	damage(&a);
	buf_byte(&a, 0);
	store_free(&t);
	CHECK("a byte left over",
	    store_unpack(a.data, a.len, &t, &e) == -1 && t.n == 0);
	store_free(&s);
	store_free(&t);
	buf_free(&a);
	buf_free(&b);
	return test_end();
}
