/* SPDX-License-Identifier: MIT */
/* CQ1: what the receiver makes of frames, of PEM, and of texts of both. */
#include "tests/unit/frames.h"

#include "ceremony/base/codec.h"
#include "media/frames/receive.h"
#include "tests/unit/test.h"

static enum receive_news
take(struct receiver *r, const struct sender *s, uint32_t seq, int64_t ms,
    struct err *e)
{
	struct buf text = BUF_INIT;
	enum receive_news news = RECEIVE_AGAIN;
	int ret;

	sender_text(s, seq, &text);
	ret = receiver_take(r, buf_cstr(&text), text.len, ms, &news, e);
	buf_free(&text);
	return ret == 0 ? news : (enum receive_news) - 1;
}

static bool
whole(const struct receiver *r, const uint8_t *p, size_t len)
{
	size_t n;
	const uint8_t *got = receiver_payload(r, &n);

	return got != NULL && n == len &&
	    (len == 0 || memcmp(got, p, len) == 0);
}

static void
two_objects(void)
{
	uint8_t p[3000], q[2000];
	struct receiver *r = receiver_new(FRAME_ANY);
	struct sender *a, *b;
	struct receive_facts f;
	struct err e;
	size_t n;

	fill(p, sizeof(p), 1);
	fill(q, sizeof(q), 2);
	a = send(FRAME_CRL, p, sizeof(p), 10);
	b = send(FRAME_CERT, q, sizeof(q), 10);
	CHECK("the first part", take(r, a, 0, 0, &e) == RECEIVE_MORE);
	CHECK("once more", take(r, a, 0, 100, &e) == RECEIVE_AGAIN);
	CHECK("another object is counted",
	    take(r, b, 0, 1000, &e) == RECEIVE_OTHER);
	CHECK("and again", take(r, b, 1, 3000, &e) == RECEIVE_OTHER);
	CHECK("ours comes between", take(r, a, 1, 3100, &e) == RECEIVE_MORE);
	CHECK("so the count begins anew",
	    take(r, b, 2, 9000, &e) == RECEIVE_OTHER &&
		take(r, b, 2, 9100, &e) == RECEIVE_OTHER);
	CHECK("three, and two seconds: asked",
	    take(r, b, 2, 9200, &e) == RECEIVE_SWITCH);
	receiver_facts(r, &f);
	CHECK("what stands in the way",
	    f.other_type == FRAME_CERT && f.other_len == sizeof(q) &&
		f.other == 5 && f.rank == 2);
	CHECK("without an answer ours goes on",
	    take(r, a, 2, 9300, &e) == RECEIVE_MORE);
	for (uint32_t i = 3; i < a->k; i++)
		(void)take(r, a, i, 9400, &e);
	CHECK("and comes whole", whole(r, p, sizeof(p)));
	CHECK("shown again it is known",
	    take(r, a, 99, 9500, &e) == RECEIVE_DONE);
	receiver_switch(r);
	CHECK("the other one now",
	    take(r, b, 0, 9600, &e) == RECEIVE_MORE &&
		receiver_payload(r, &n) == NULL);
	CHECK("early: three frames within two seconds",
	    take(r, a, 0, 9700, &e) == RECEIVE_OTHER &&
		take(r, a, 1, 9700, &e) == RECEIVE_OTHER &&
		take(r, a, 2, 11599, &e) == RECEIVE_OTHER &&
		take(r, a, 2, 11600, &e) == RECEIVE_SWITCH);
	receiver_free(r);
	sender_free(a);
	sender_free(b);
}

static void
types(void)
{
	uint8_t p[300] = { 1 };
	struct receiver *r = receiver_new(FRAME_CSR);
	struct sender *crl = send(FRAME_CRL, p, sizeof(p), 17);
	struct sender *csr = send(FRAME_CSR, p, sizeof(p), 5);
	struct receive_facts f;
	struct err e;

	CHECK("a CRL is refused by name at its first frame",
	    take(r, crl, 0, 0, &e) == (enum receive_news) - 1 &&
		strcmp(e.id, "qr.type") == 0 &&
		strcmp(err_value(&e, "found"), "qr.is-crl") == 0 &&
		strcmp(err_value(&e, "wanted"), "qr.is-csr") == 0);
	CHECK("a request is not", take(r, csr, 0, 0, &e) == RECEIVE_MORE);
	for (int i = 0; i < 5; i++)
		CHECK("then the CRL is another object, never asked about",
		    take(r, crl, 0, 9000 + i, &e) == RECEIVE_OTHER);
	receiver_facts(r, &f);
	CHECK("counted", f.other == 5 && f.bad == 1);
	for (enum frame_type t = FRAME_CSR; t < FRAME_TYPES; t++)
		CHECK("types have names",
		    frame_type_find(frame_type_name(t)) == t);
	CHECK("no such type", frame_type_find("any") == FRAME_ANY);
	receiver_free(r);
	sender_free(crl);
	sender_free(csr);
}

/* A frame with a good checksum and another sum in it. */
static void
poisoned(void)
{
	uint8_t p[3000];
	struct receiver *r = receiver_new(FRAME_ANY);
	struct sender *s;
	struct buf text = BUF_INIT;
	struct frame f;
	struct err e;
	enum receive_news news;
	uint32_t seq = 0;
	int ret = 0;

	fill(p, sizeof(p), 3);
	s = send(FRAME_CHAIN, p, sizeof(p), 10);
	sender_frame(s, 20, &f);
	f.symbol[7] ^= 1;
	frame_format(&f, &text);
	(void)receiver_take(r, buf_cstr(&text), text.len, 0, &news, &e);
	for (; ret == 0 && seq < s->k; seq++)
		if (take(r, s, seq, 0, &e) == (enum receive_news) - 1)
			ret = -1;
	CHECK("all is thrown away, and said",
	    ret == -1 && strcmp(e.id, "qr.mismatch") == 0);
	for (seq = 0; seq < s->k; seq++)
		(void)take(r, s, seq + 100, 0, &e);
	CHECK("then it begins anew",
	    whole(r, p, sizeof(p)) || take(r, s, 300, 0, &e) == RECEIVE_DONE);
	/* Bytes behind the end. */
	receiver_switch(r);
	sender_free(s);
	s = send(FRAME_CHAIN, p, 31, 17);
	sender_frame(s, 0, &f);
	f.symbol[31] = 1;
	buf_reset(&text);
	frame_format(&f, &text);
	CHECK("padding is zero",
	    receiver_take(r, buf_cstr(&text), text.len, 0, &news, &e) == -1 &&
		strcmp(e.id, "qr.mismatch") == 0);
	buf_free(&text);
	receiver_free(r);
	sender_free(s);
}

static int
count_line(void *arg, const char *line, size_t len)
{
	int *n = arg;

	(void)line;
	n[n[0]++] = (int)len;
	return n[0] == 9;
}

static void
lines(void)
{
	static const char PEM[] = "-----BEGIN A-----\nAA==\n-----END A-----\n";
	struct buf b = BUF_INIT;
	int n[9] = { 1 };

	buf_fmt(&b, "one\r\n\n# two\n%s%sfour\n%sfive", PEM, PEM, PEM);
	CHECK("lines and blocks",
	    frames_each(buf_cstr(&b), b.len, count_line, n) == 0 && n[0] == 6 &&
		n[1] == 3 && n[2] == 78 && n[3] == 4 && n[4] == 39 &&
		n[5] == 4);
	n[0] = 8;
	CHECK("until it is enough",
	    frames_each(buf_cstr(&b), b.len, count_line, n) == 1);
	n[0] = 1;
	b.len -= 10;
	CHECK("half a block is one text",
	    frames_each(buf_cstr(&b), b.len, count_line, n) == 0 && n[0] == 5 &&
		n[4] == 33);
	buf_free(&b);
}

static void
plain_pem(void)
{
	static const struct {
		const char *label[2];
		enum frame_type type; /* FRAME_ANY: refused */
	} ROWS[] = {
		{ { "CERTIFICATE REQUEST", NULL }, FRAME_CSR },
		{ { "CERTIFICATE", NULL }, FRAME_CERT },
		{ { "X509 CRL", NULL }, FRAME_CRL },
		{ { "CERTIFICATE", "CERTIFICATE" }, FRAME_CHAIN },
		{ { "CERTIFICATE", "X509 CRL" }, FRAME_ANY },
		{ { "PRIVATE KEY", NULL }, FRAME_ANY },
	};
	uint8_t p[1100];
	struct err e;

	fill(p, sizeof(p), 4);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct receiver *r = receiver_new(FRAME_ANY);
		struct buf text = BUF_INIT;
		struct receive_facts f;
		enum receive_news news;
		size_t n = ROWS[i].label[1] != NULL ? 2 : 1;
		int ret;

		for (size_t l = 0; l < n; l++)
			pem_encode(&text, ROWS[i].label[l],
			    p + l * sizeof(p) / n, sizeof(p) / n);
		ret = receiver_take(r, buf_cstr(&text), text.len, 0, &news, &e);
		receiver_facts(r, &f);
		CHECK(ROWS[i].label[0],
		    ROWS[i].type != FRAME_ANY
			? ret == 0 && news == RECEIVE_DONE &&
			    f.type == ROWS[i].type && whole(r, p, sizeof(p))
			: ret == -1 && strcmp(e.id, "qr.form") == 0);
		buf_free(&text);
		receiver_free(r);
	}
	{
		struct receiver *r = receiver_new(FRAME_ANY);
		const char *half = "-----BEGIN CERTIFICATE-----\nAAAA\n";
		enum receive_news news;

		CHECK("half a block",
		    receiver_take(r, half, strlen(half), 0, &news, &e) == -1);
		receiver_free(r);
	}
}

static int
replay_line(void *arg, const char *line, size_t len)
{
	enum receive_news news;
	struct err e;

	return receiver_take(arg, line, len, 0, &news, &e) == 0 &&
	    news == RECEIVE_DONE;
}

/* A text file of frames is the transfer again. */
static void
replay(void)
{
	static const struct {
		const char *frames, *payload;
		enum frame_type type;
	} ROWS[] = {
		{ "text.frames", "text.txt", FRAME_TEXT },
		{ "csr.frames", "csr.der", FRAME_CSR },
		{ "late.frames", "csr.der", FRAME_CSR },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct receiver *r = receiver_new(ROWS[i].type);
		struct buf text = BUF_INIT, want = BUF_INIT;
		char path[64];

		snprintf(
		    path, sizeof(path), "tests/gap/vectors/%s", ROWS[i].frames);
		load(path, &text);
		snprintf(path, sizeof(path), "tests/gap/vectors/%s",
		    ROWS[i].payload);
		load(path, &want);
		CHECK(ROWS[i].frames,
		    frames_each(buf_cstr(&text), text.len, replay_line, r) ==
			    1 &&
			whole(r, want.data, want.len));
		buf_free(&text);
		buf_free(&want);
		receiver_free(r);
	}
}

int
main(void)
{
	replay();
	two_objects();
	types();
	poisoned();
	lines();
	plain_pem();
	return test_end();
}
