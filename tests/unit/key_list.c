/* SPDX-License-Identifier: MIT */
/*
 * A consent to a long list: what all have in common once, then each with
 * every line that differs; who is asked for what on every page.  Nothing of
 * any certificate is missing.
 */
#include "appliance/key/papers.h"
#include "ceremony/base/civil.h"
#include "tests/unit/screens.h"
#include "tests/unit/x509_soft.h"

#define CERTS 100

static struct {
	struct due due;
	struct papers papers;
	size_t page; /* from the end where `last` */
	bool last;
} w;

/* The same key at every run. */
static void
known_key(struct soft_key *k, unsigned n)
{
	uint8_t seed[32] = { (uint8_t)n, (uint8_t)(n >> 8), 1 }, *der = NULL;
	struct err e;
	int len;

	memset(k, 0, sizeof(*k));
	k->key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
	len = i2d_PUBKEY(k->key, &der);
	buf_add(&k->spki, der, (size_t)len);
	OPENSSL_free(der);
	if (spki_parse(span_of(&k->spki), &k->parsed, &e) != 0)
		abort();
}

static void
make_root(struct soft_key *key, struct buf *der)
{
	static const uint8_t SERIAL[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct cert_spec s = { .rehearsal = true,
		.alg = sigalg_find("ed25519"),
		.serial = { SERIAL, sizeof(SERIAL) },
		.not_before = SOFT_NOW,
		.not_after = civil_add_years(SOFT_NOW, 20) - 1 };
	struct json *profile =
	    soft_profile("root", "", "{\"type\":\"ed25519\"}", "[]", "ed25519",
		SOFT_ROOT_NAME, "{\"years\":20}");

	known_key(key, 1000);
	s.profile = profile;
	s.spki = span_of(&key->spki);
	soft_cert(&s, key, der);
	json_free(profile);
}

/* One of the list; the seventh may sign no certificates below it. */
static void
make_tbs(unsigned i, const struct buf *root, struct oprec *r, struct buf *tbs)
{
	uint8_t serial[16] = { 0x5a, 1, 2, 3, 4, 5, 6, 7 };
	struct cert_spec s = { .rehearsal = true,
		.alg = sigalg_find("ed25519"),
		.issuer = span_of(root),
		.not_before = SOFT_NOW,
		.not_after = civil_add_years(SOFT_NOW, 10) - 1 };
	struct oprec_item *it;
	struct buf name = BUF_INIT, hex = BUF_INIT;
	struct soft_key key;
	struct json *p;
	char id[33];
	struct err e;

	known_key(&key, i);
	serial[15] = (uint8_t)i;
	s.serial = (struct span){ serial, sizeof(serial) };
	s.spki = span_of(&key.spki);
	buf_fmt(&name,
	    "\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"
	    "{\"type\":\"O\",\"value\":\"Example Trust K.K.\"},"
	    "{\"type\":\"CN\",\"value\":\"Example TLS CA R1-%03u\"}]",
	    i + 1);
	p = soft_profile("subordinate",
	    i == 6 ? "\"extensions\":{\"ca_issuers\":"
		     "[\"http://ca.example.jp/r1.cer\"],\"cdp\":"
		     "[\"http://crl.example.jp/r1.crl\"],\"eku\":"
		     "[\"serverAuth\"],\"path_len\":1}"
		   : SOFT_SUB_EXT,
	    "{\"type\":\"ed25519\"}", "[\"2.23.140.1.2.2\"]", "ed25519",
	    buf_cstr(&name), "{\"years\":10}");
	s.profile = p;
	s.subject = json_get(p, "subject");
	if (cert_build(&s, tbs, &e) != 0) {
		printf("# %s %s\n", e.id, e.n > 0 ? e.arg[0].value : "");
		fflush(stdout);
		abort();
	}
	snprintf(id, sizeof(id), "c-int%03u", i + 1);
	it = oprec_add(r, OPREC_CERT_SIGN, id);
	hex_encode(&hex, serial, sizeof(serial));
	snprintf(it->serial, sizeof(it->serial), "%s", buf_cstr(&hex));
	it->has_tbs = true;
	sha256(it->tbs, tbs->data, tbs->len);
	json_free(p);
	buf_free(&hex);
	buf_free(&name);
	soft_key_free(&key);
}

static void
make_papers(void)
{
	struct paper *p = &w.papers.paper[0];
	struct due_statement *st = &w.due.statement[0];
	struct buf root = BUF_INIT, doc = BUF_INIT;
	struct soft_key key;
	struct err e;

	snprintf(w.due.name, sizeof(w.due.name), "Custodian 2");
	snprintf(st->kind, sizeof(st->kind), "consent");
	snprintf(st->role, sizeof(st->role), "ca-administrator");
	st->shown = SHOWN_RECORD;
	w.papers.due = &w.due;
	w.papers.n = 1;
	p->st = st;
	oprec_init(&p->rec);
	snprintf(p->rec.token, sizeof(p->rec.token), "root-token");
	snprintf(p->rec.step, sizeof(p->rec.step), "5.2");
	make_root(&key, &root);
	p->tbs = xcalloc(CERTS + 1, sizeof(*p->tbs));
	for (unsigned i = 0; i < CERTS; i++)
		make_tbs(i, &root, &p->rec, &p->tbs[i]);
	oprec_add(&p->rec, OPREC_DEACTIVATE, "root-token");
	sha256(st->doc, "the record", 10);
	CHECK("every field is there", papers_review(&w.papers, &e) == 0);
	soft_key_free(&key);
	buf_free(&root);
	buf_free(&doc);
}

static struct view *
prompt_view(void)
{
	struct view *v = view_new(w.due.lang);

	v->mode = VIEW_REHEARSAL;
	v->title = "example.jp / root-r1 / 7f3a9c0e12d4b865 / rehearsal";
	v->clock = "11:20 JST";
	papers_top(&w.papers, v);
	papers_details(&w.papers, v);
	papers_summary(&w.papers, v);
	v->page = w.last ? trusted_pages(v) - 1 : w.page;
	return v;
}

static void
whole(struct buf *out)
{
	struct view *v = prompt_view();
	size_t pages = trusted_pages(v);

	for (v->page = 0; v->page < pages; v->page++) {
		struct grid *g = trusted_new(v, "tachiai-key", 24, 80);

		grid_dump(g, out);
		grid_free(g);
	}
	view_free(v);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Each line of each certificate stands with it, or for all of them. */
static void
nothing_hidden(void)
{
	const struct paper *p = &w.papers.paper[0];
	const struct list *l = &p->list[PAPER_CERTS];
	struct buf all = BUF_INIT;
	char text[64];
	size_t lines = 0, rows = 0, wrong = 0;
	const char *s;

	whole(&all);
	s = buf_cstr(&all);
	for (size_t i = 0; i < l->n; i++) {
		const struct list_item *it = &l->item[i];

		for (size_t k = 0; k < p->rows[i].n; k++)
			rows += 1 + count(p->rows[i].row[k].value, "\n");
		lines += it->n;
		for (size_t k = 0; k < it->n; k++)
			for (size_t o = 0; it->line[k].common && o < l->n; o++)
				wrong += o != i && k < l->item[o].n &&
				    strcmp(it->line[k].text,
					l->item[o].line[k].text) != 0 &&
				    it->n == l->item[o].n;
		snprintf(
		    text, sizeof(text), "CN=Example TLS CA R1-%03zu", i + 1);
		wrong += count(s, text) != 1;
		snprintf(text, sizeof(text), "%zu of %d   c-int%03zu ", i + 1,
		    CERTS, i + 1);
		wrong += count(s, text) != 1;
		snprintf(text, sizeof(text),
		    "5a0102030405060700000000000000%02zx", i);
		wrong += count(s, text) != 1;
	}
	CHECK("every line of every field is in the list", lines == rows);
	CHECK("each stands once, with what it alone has", wrong == 0);
	CHECK("the one with another path length shows it",
	    count(s, "path length 1") == 1);
	CHECK("and so no path length is common",
	    count(s, "path length 0") == CERTS - 1);
	CHECK("every page says who is asked for what",
	    count(s, "you are asked to CONSENT to 101 deeds") ==
		count(s, "TRUSTED PROMPT"));
	buf_free(&all);
}

static struct view *
common(void)
{
	w.page = 0;
	w.last = false;
	return prompt_view();
}

static struct view *
differs(void)
{
	w.page = 5;
	w.last = false;
	return prompt_view();
}

static struct view *
end(void)
{
	w.last = true;
	return prompt_view();
}

static const struct screen screens[] = {
	{ "trusted-list-common", common, "tachiai-key" },
	{ "trusted-list-item", differs, "tachiai-key" },
	{ "trusted-list-end", end, "tachiai-key" },
};

int
main(int argc, char **argv)
{
	int ret;

	make_papers();
	nothing_hidden();
	ret = screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
	papers_free(&w.papers);
	return ret;
}
