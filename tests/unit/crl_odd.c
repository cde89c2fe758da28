/* SPDX-License-Identifier: MIT */
/*
 * Lists as others may write them: what a review says of their entries and
 * of their point, which is hex where it is none; and when a list ends.
 */
#include "tests/unit/lint_world.h"
#include "tests/unit/shown.h"
#include "tests/unit/test.h"

/* A list by hand: one entry's extensions and the list's own, as hex. */
static void
list_of(const char *entry_exts, const char *exts, struct buf *tbs)
{
	struct buf body = BUF_INIT, seq = BUF_INIT, one = BUF_INIT;
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct cert c;
	struct err e;

	if (cert_parse(span_of(&w.root), CERT_WHOLE, &c, &e) != 0)
		abort();
	unhex("020101", &body);
	buf_add(&body, a->der.p, a->der.len);
	buf_add(&body, c.subject.der.p, c.subject.der.len);
	der_put_time(&body, SOFT_NOW);
	der_put_time(&body, SOFT_NOW + 86400);
	unhex("02021122", &one);
	der_put_time(&one, SOFT_NOW);
	unhex(entry_exts, &one);
	der_put_buf(&seq, DER_SEQ, &one);
	der_put_buf(&body, DER_SEQ, &seq);
	unhex(exts, &body);
	buf_reset(tbs);
	der_put_buf(tbs, DER_SEQ, &body);
	buf_free(&one);
	buf_free(&seq);
	buf_free(&body);
}

#define NUMBER "300a0603551d140403020107"

static void
odd_lists(void)
{
	static const struct {
		const char *name, *entry, *exts, *text;
	} CASES[] = {
		{ "a reason that nobody gave a name",
		    "300c300a0603551d1504030a0107", "a00e300c" NUMBER,
		    "1122\n2026-12-09T01:13:00Z 7" },
		{ "an entry that says more",
		    "300c300a0603551d1804030a0107", "a00e300c" NUMBER, "" },
	};
	struct buf tbs = BUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct review v = REVIEW_INIT;

		list_of(CASES[i].entry, CASES[i].exts, &tbs);
		CHECK(CASES[i].name, crl_view(LANG_EN, span_of(&tbs), CERT_TBS,
		    &v, &e) == 0 && shown(&v, *CASES[i].text != '\0' ?
		    CASES[i].text : text_get(LANG_EN, "view.entry-more")));
		review_free(&v);
	}
	buf_free(&tbs);
}

/* What a review says of issuingDistributionPoint; raw hex if it is none. */
static void
points(void)
{
	static const struct {
		const char *name, *idp, *id; /* text that is said; NULL: hex */
	} CASES[] = {
		{ "for users alone", "30038101ff", "view.idp.user" },
		{ "for CAs alone", "30038201ff", "view.idp.ca" },
		{ "for others' certificates", "30038401ff",
		    "view.idp.indirect" },
		{ "for attributes alone", "30038501ff", "view.idp.attr" },
		{ "a flag that is false", "3003820100", NULL },
		{ "a flag of two octets", "30048202ffff", NULL },
		{ "an unknown flag", "30038601ff", NULL },
		{ "reasons alone", "30038301ff", NULL },
		{ "a flag of another class", "30030201ff", NULL },
		{ "nothing in it", "3000", NULL },
		{ "no sequence", "040100", NULL },
		{ "a point without a name", "3004a0028100", NULL },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct buf tbs = BUF_INIT, value = BUF_INIT, ext = BUF_INIT,
			   list = BUF_INIT, all = BUF_INIT, hex = BUF_INIT;
		struct review v = REVIEW_INIT;
		struct err e;
		int ret;

		unhex(CASES[i].idp, &value);
		unhex("0603551d1c0101ff", &ext);
		der_put_buf(&ext, DER_OCTETS, &value);
		unhex(NUMBER, &list);
		der_put_buf(&list, DER_SEQ, &ext);
		der_put_buf(&all, DER_SEQ, &list);
		buf_reset(&list);
		der_put_buf(&list, DER_CTXC(0), &all);
		hex_encode(&hex, list.data, list.len);
		list_of("", buf_cstr(&hex), &tbs);
		ret = crl_view(LANG_EN, span_of(&tbs), CERT_TBS, &v, &e);
		CHECK(CASES[i].name, ret == 0 && (CASES[i].id != NULL ?
		    shown(&v, text_get(LANG_EN, CASES[i].id)) :
		    shown_hex(&v, CASES[i].idp)));
		review_free(&v);
		buf_free(&tbs);
		buf_free(&value);
		buf_free(&ext);
		buf_free(&list);
		buf_free(&all);
		buf_free(&hex);
	}
}

/* A list ends no later than its CA. */
static void
list_dates(void)
{
	struct json *p = soft_json("{\"next_update_days\":10}"),
		    *none = soft_json("{}");
	struct err e = { 0 };
	int64_t next = 0;

	CHECK("ten days", crl_dates(p, SOFT_NOW, CERT_NO_TIME, &next, &e) ==
	    0 && next == SOFT_NOW + 864000);
	CHECK("cut to the CA's end", crl_dates(p, SOFT_NOW, SOFT_NOW + 5,
	    &next, &e) == 0 && next == SOFT_NOW + 5);
	CHECK("a CA that has ended", crl_dates(p, SOFT_NOW, SOFT_NOW, &next,
	    &e) == -1 && strcmp(e.id, "profile.issuer-ended") == 0 &&
	    next == SOFT_NOW + 5);
	CHECK("no days", crl_dates(none, SOFT_NOW, CERT_NO_TIME, &next, &e) ==
	    -1 && strcmp(e.id, "profile.field") == 0);
	json_free(p);
	json_free(none);
}

int
main(void)
{
	world_begin();
	odd_lists();
	points();
	list_dates();
	world_end();
	return test_end();
}
