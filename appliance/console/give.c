/* SPDX-License-Identifier: MIT */
/*
 * What leaves the room and how a sitting ends: read back, bundle and its
 * copies, close, cosignatures, seal, sticks brought up to date.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/credential.h"
#include "media/bundle.h"

static void
step_heads(struct console *k, struct view *v, const struct step *s)
{
	const char *text = step_text(s, k->lang);

	v->who = people_text(k, v, s->by);
	if (text != NULL)
		v->act_now = view_str(v, text);
}

/* S-18 */
void
do_readback(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_READBACK };
	const struct item *it = n->item;
	struct view *v;
	struct key key;

	v = ui_view(k, "readback.head");
	step_heads(k, v, &n->step);
	if (it == NULL) {
		view_free(v);
		return;
	}
	view_para(v, view_fill(v, "readback.what", "item", it->id, NULL));
	bars_words(v, it->made_sha, k);
	v->act_now = view_fill(v, "readback.do", NULL);
	v->then = view_fill(v, "readback.then", NULL);
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_ANSWER | KX_WORDS, &key) != UI_KEY ||
	    key.cp != 'y')
		return;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "of", it->id);
	json_set_hex(cmd.d, "sha256", it->made_sha, SHA256_LEN);
	for (size_t i = 0; i < json_count(n->step.witness) && i < 7; i++)
		cmd.said[i] = json_str(json_at(n->step.witness, i));
	(void)commit_shown(k, &cmd);
}

static struct bundle OUT;
static char out_name[NAME_LEN];
static char copy_stick[2][32];

static void
add_pem(struct buf *pem, const char *label, const struct buf *der)
{
	pem_encode(pem, label, der->data, der->len);
}

/* "root", "intermediate", "intermediate-2" ... */
static void
file_name(char *out, size_t size, const char *kind, size_t nth,
    const char *ending)
{
	if (nth == 0)
		snprintf(out, size, "%s.%s", kind, ending);
	else
		snprintf(out, size, "%s-%zu.%s", kind, nth + 1, ending);
}

static int
load_made(struct console *k, const struct item *it, struct buf *out,
    struct err *e)
{
	return journal_object_get(k->j, it->made_sha, out, e);
}

/* Certificates from this one up to its root, appended to `chain`. */
static int
chain_up(struct console *k, const struct item *it, struct buf *chain,
    struct buf *ders, size_t *n, struct err *e)
{
	while (it != NULL && *n < 8) {
		if (load_made(k, it, &ders[*n], e) == -1)
			return -1;
		add_pem(chain, "CERTIFICATE", &ders[*n]);
		(*n)++;
		it = it->issuer[0] != '\0' ? ceremony_item(k->c,
		    it->issuer) : NULL;
	}
	return 0;
}

static int
add_chain(struct console *k, const struct item *it, size_t nth,
    struct err *e)
{
	struct buf chain = BUF_INIT, p7 = BUF_INIT;
	struct buf ders[8] = { BUF_INIT };
	struct span spans[8];
	char name[64];
	size_t n = 0;
	int ret;

	ret = chain_up(k, it, &chain, ders, &n, e);
	for (size_t i = 0; i < n; i++)
		spans[i] = span_of(&ders[i]);
	if (ret == 0)
		ret = p7_build(spans, n, &p7, e);
	if (ret == 0) {
		file_name(name, sizeof(name), "chain", nth, "pem");
		bundle_add(&OUT, name, chain.data, chain.len);
		file_name(name, sizeof(name), "chain", nth, "p7b");
		bundle_add(&OUT, name, p7.data, p7.len);
	}
	for (size_t i = 0; i < 8; i++)
		buf_free(&ders[i]);
	buf_free(&chain);
	buf_free(&p7);
	return ret;
}

static int
add_item(struct console *k, const struct item *it, size_t nth[3],
    struct err *e)
{
	static const char *const KIND[] = { "root", "intermediate",
		"root" };
	int kind = it->kind == ITEM_CRL ? 2 : it->issuer[0] == '\0' ? 0 : 1;
	struct buf der = BUF_INIT, pem = BUF_INIT;
	char name[64];
	int ret = -1;

	if (load_made(k, it, &der, e) == -1)
		goto out;
	if (kind == 2) {
		file_name(name, sizeof(name), "root-crl", nth[kind], "der");
		bundle_add(&OUT, name, der.data, der.len);
		add_pem(&pem, "X509 CRL", &der);
		file_name(name, sizeof(name), KIND[kind], nth[kind], "crl");
		bundle_add(&OUT, name, pem.data, pem.len);
	} else {
		file_name(name, sizeof(name), KIND[kind], nth[kind], "der");
		bundle_add(&OUT, name, der.data, der.len);
		add_pem(&pem, "CERTIFICATE", &der);
		file_name(name, sizeof(name), KIND[kind], nth[kind], "pem");
		bundle_add(&OUT, name, pem.data, pem.len);
		if (kind == 1 && add_chain(k, it, nth[kind], e) == -1)
			goto out;
	}
	nth[kind]++;
	ret = 0;
out:
	buf_free(&der);
	buf_free(&pem);
	return ret;
}

/* The issuer that the receivers need, though it was made another day. */
static int
add_issuers(struct console *k, const struct json *plan, size_t nth[3],
    struct err *e)
{
	for (size_t i = 0; i < json_count(plan); i++) {
		const struct item *it = ceremony_item(k->c,
		    json_str(json_at(plan, i)));

		while (it != NULL && it->issuer[0] != '\0')
			it = ceremony_item(k->c, it->issuer);
		if (it != NULL && it->kind == ITEM_CERT && nth[0] == 0)
			return add_item(k, it, nth, e);
	}
	return 0;
}

static int
prove(struct console *k, int64_t index, struct err *e)
{
	struct bundle_proof p;
	struct buf proof = BUF_INIT, sig = BUF_INIT;
	size_t len, lines = 0;
	const uint8_t *log = journal_log(k->j, &len), *at = log;
	uint8_t (*leaf)[SHA256_LEN];
	struct json *j = NULL;
	int ret = -1;

	memset(&p, 0, sizeof(p));
	leaf = xcalloc((size_t)k->c->head.n + 1, SHA256_LEN);
	while (len > 0) {
		const uint8_t *nl = memchr(at, '\n', len);
		size_t n = (size_t)(nl - at) + 1;

		merkle_leaf(at, n, leaf[lines]);
		if ((int64_t)lines == index) {
			p.line = at;
			p.line_len = n;
		}
		if ((int64_t)lines == k->c->checkpoint_n &&
		    json_parse((const char *)at + 65, n - 66, JSON_DEPTH, &j,
		    e) == -1)
			goto out;
		lines++;
		at += n;
		len -= n;
	}
	p.alg = k->c->log_alg;
	p.spki = k->c->log_spki.data;
	p.spki_len = k->c->log_spki.len;
	p.origin = k->c->origin;
	p.index = (uint64_t)index;
	p.size = (uint64_t)k->c->checkpoint_size;
	memcpy(p.root, k->c->checkpoint_root, SHA256_LEN);
	merkle_proof((const uint8_t (*)[SHA256_LEN])leaf, p.size, p.index, &proof);
	p.proof = proof.data;
	p.proof_len = proof.len;
	if (json_get_b64(json_get(j, "d"), "sig", &sig) == -1) {
		err_set(e, ERR_FORM, "json.form", "at", "0", NULL);
		goto out;
	}
	p.sig = sig.data;
	p.sig_len = sig.len;
	bundle_prove(&OUT, &p);
	ret = 0;
out:
	json_free(j);
	free(leaf);
	buf_free(&proof);
	buf_free(&sig);
	return ret;
}

/* Files, manifest, entry, checkpoint, proof, sums. */
static int
make_bundle(struct console *k, const struct step *s, struct err *e)
{
	struct command cmd = { .event = EV_EXPORT_BUNDLE };
	struct buf readme = BUF_INIT, manifest = BUF_INIT;
	struct json *items;
	uint8_t sha[SHA256_LEN];
	size_t nth[3] = { 0, 0, 0 }, bytes = 0;
	int64_t index;
	int ret = -1;

	bundle_free(&OUT);
	for (size_t i = 0; i < json_count(s->plan); i++)
		if (add_item(k, ceremony_item(k->c,
		    json_str(json_at(s->plan, i))), nth, e) == -1)
			goto out;
	if (add_issuers(k, s->plan, nth, e) == -1)
		goto out;
	buf_fmt(&readme, "%s\n", text_get(LANG_EN, k->c->production ?
	    "bundle.readme-production" : "bundle.readme-rehearsal"));
	buf_fmt(&readme, "%s\n", k->c->origin);
	buf_str(&readme, text_get(LANG_EN, "bundle.readme"));
	buf_str(&readme, "\n\n    sha256sum -c SHA256SUMS\n"
	    "    openssl verify -x509_strict -CAfile root.pem "
	    "intermediate.pem\n    tachiai-verify bundle .\n");
	bundle_add(&OUT, "README.txt", readme.data, readme.len);
	snprintf(out_name, sizeof(out_name), "%.20s-%u",
	    json_get_str(k->c->plan, "plan"), (unsigned)(k->c->bundles + 1) %
	    1000);
	bundle_manifest(&OUT, out_name, k->c->origin, k->c->mode, &manifest);
	for (size_t i = 0; i < OUT.n; i++)
		bytes += OUT.file[i].bytes.len;
	if (object_put(k, manifest.data, manifest.len, sha, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "bundle", out_name);
	json_set_int(cmd.d, "bytes", (int64_t)bytes);
	json_set_int(cmd.d, "files", (int64_t)OUT.n);
	items = json_set(cmd.d, "items", json_new_arr());
	for (size_t i = 0; i < json_count(s->plan); i++)
		json_add(items, json_copy(json_at(s->plan, i)));
	json_set_hex(cmd.d, "manifest", sha, SHA256_LEN);
	attach(&cmd, "manifest", "json", sha, manifest.len);
	if (commit(k, &cmd, e) == -1)
		goto out;
	index = k->c->head.n;
	if (log_checkpoint(k, e) == -1 || prove(k, index, e) == -1)
		goto out;
	bundle_sums(&OUT);
	ret = bundle_check(&OUT, k->c->log_spki_sha, e);
out:
	buf_free(&readme);
	buf_free(&manifest);
	return ret;
}

static int
write_copy(struct console *k, const char *stick, struct err *e)
{
	struct json *j;
	struct msg a;

	for (size_t i = 0; i < OUT.n; i++)
		if (write_stick(k, stick, OUT.file[i].name,
		    OUT.file[i].bytes.data, OUT.file[i].bytes.len, e) == -1)
			return -1;
	j = json_new_obj();
	json_set_str(j, "stick", stick);
	if (ask(k, PARTY_COURIER, MSG_RELEASE, j, NULL, 0, &a, e) == 0)
		msg_fini(&a);
	/* Out and in again: every file from the medium itself. */
	for (size_t i = 0; i < OUT.n; i++) {
		struct buf b = BUF_INIT;
		const struct bundle_file *f = &OUT.file[i];
		int bad = read_stick(k, stick, f->name, true, &b, e);

		if (bad == 0 && (b.len != f->bytes.len ||
		    memcmp(b.data, f->bytes.data, b.len) != 0))
			bad = err_set(e, ERR_WORLD, "media.readback", "file",
			    f->name, "k", stick, NULL);
		buf_free(&b);
		if (bad == -1)
			return -1;
	}
	return 0;
}

static void
put_copy(struct console *k, const char *stick, int copy, enum rc rc)
{
	struct command cmd = { .event = EV_EXPORT_COPY, .rc = rc };
	const struct bundle_file *sums = bundle_find(&OUT, "SHA256SUMS");
	uint8_t sha[SHA256_LEN];
	struct err e;

	sha256(sha, sums->bytes.data, sums->bytes.len);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "bundle", out_name);
	json_set_int(cmd.d, "copy", copy);
	json_set_str(cmd.d, "stick", stick);
	json_set_hex(cmd.d, "sums", sha, SHA256_LEN);
	if (commit(k, &cmd, &e) == -1)
		ui_refuse(k, &e);
}

/* S-19 */
void
do_export(struct console *k, const struct next *n)
{
	int copy = k->c->copies + 1;
	const struct bundle_file *sums;
	struct view *v;
	struct key key;
	struct err e;
	char stick[32];

	if (OUT.n == 0 || strcmp(k->c->bundle, out_name) != 0)
		if (make_bundle(k, &n->step, &e) == -1) {
			bundle_free(&OUT);
			ui_refuse(k, &e);
		}
	snprintf(stick, sizeof(stick), "OUT%u", (unsigned)copy % 100);
	v = ui_view(k, "export.head");
	step_heads(k, v, &n->step);
	v->act_now = view_fill(v, "export.do", "stick", stick, NULL);
	if (OUT.n > 0) {
		uint8_t sha[SHA256_LEN];
		struct buf names = BUF_INIT;

		sums = bundle_find(&OUT, "SHA256SUMS");
		sha256(sha, sums->bytes.data, sums->bytes.len);
		for (size_t i = 0; i < OUT.n; i++)
			buf_fmt(&names, "%s%s", i > 0 ? "  " : "",
			    OUT.file[i].name);
		view_label(v, 8, view_fill(v, "export.bundle", NULL),
		    view_str(v, buf_cstr(&names)));
		buf_free(&names);
		view_checks(v, view_fill(v, "export.copies", NULL));
		for (int i = 1; i <= 2; i++)
			view_check(v, i < copy ? MARK_DONE : i == copy ?
			    MARK_NOW : MARK_OPEN, view_fmt(v, "%d  %s", i,
			    i < copy ? copy_stick[i - 1] : ""),
			    i < copy ? view_fill(v, "export.same", NULL) :
			    "");
		view_words(v, WORDS_SHORT, sha, true);
	}
	v->then = view_fill(v, "export.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_WORDS, &key) != UI_KEY ||
	    key.name != PRESS_ENTER || OUT.n == 0)
		return;
	ui_clear(k);
	if (write_copy(k, stick, &e) == -1) {
		put_copy(k, stick, copy, RC_FAIL);
		ui_refuse(k, &e);
		return;
	}
	if (copy <= 2)
		snprintf(copy_stick[copy - 1], sizeof(copy_stick[0]), "%s",
		    stick);
	put_copy(k, stick, copy, RC_OK);
	ui_result(k, "told.copy", "stick", stick, NULL);
}

static void
seal_checks(struct console *k, struct view *v)
{
	const struct ceremony *c = k->c;
	size_t active = 0, items = 0, done = 0, open = 0;

	for (size_t i = 0; i < c->tokens; i++)
		active += c->token[i].active;
	for (size_t i = 0; i < c->items; i++) {
		if (c->item[i].kind == ITEM_DEACTIVATE ||
		    ceremony_plan_item(c, c->item[i].id, NULL) == NULL)
			continue;
		items++;
		done += c->item[i].state == ITEM_DONE;
	}
	for (size_t i = 0; i < c->deviations; i++)
		open += c->deviation[i].decision[0] == '\0';
	view_checks(v, view_fill(v, "seal.before", NULL));
	view_check(v, active == 0 ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.tokens", NULL), "");
	view_check(v, ceremony_doubt(c) == NULL ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.doubt", NULL), "");
	view_check(v, items == done ? MARK_DONE : MARK_PROBLEM,
	    view_fill(v, "seal.plan", NULL), view_fmt(v, "%zu / %zu", done,
	    items));
	view_check(v, c->signed_this_sitting == 0 || c->copies >= 2 ?
	    MARK_DONE : MARK_OPEN, view_fill(v, "seal.copies", NULL),
	    view_fmt(v, "%d", c->copies));
	view_check(v, open == 0 ? MARK_DONE : MARK_OPEN,
	    view_fill(v, "seal.deviations", NULL), view_fmt(v, "%zu",
	    c->deviations));
}

/* S-23, first half: the list is computed; Enter closes the sitting. */
void
do_close(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_SITTING_CLOSE };
	const struct person *om = NULL, *wait = visit_person(k);
	struct view *v = ui_view(k, "seal.head");
	struct key key;
	struct err e;

	step_heads(k, v, &n->step);
	seal_checks(k, v);
	for (size_t i = 0; i < k->c->persons; i++)
		if (k->c->person[i].in && (k->c->person[i].role_in &
		    ROLE_OPERATIONS_MANAGER) != 0)
			om = &k->c->person[i];
	if (om == NULL && wait != NULL)
		v->who = view_fill(v, "people.who", "person", wait->name,
		    "code", wait->code, NULL);
	v->then = view_fill(v, om != NULL ? "seal.then" : "seal.manager",
	    NULL);
	view_key(v, om != NULL ? KID_ENTER : KID_TRUSTED, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER || om == NULL)
		return;
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "sitting", k->c->s);
	json_set_str(cmd.d, "why", "script");
	cmd.by[0] = om->id;
	ui_clear(k);
	if (commit(k, &cmd, &e) == -1 || log_checkpoint(k, &e) == -1)
		ui_refuse(k, &e);
}

/* S-23: a quorum and the manager cosign, the log token seals. */
void
do_cosign(struct console *k, const struct next *n)
{
	struct err e;

	if (!ceremony_cosigned(k->c)) {
		do_people(k, n);
		return;
	}
	if (log_checkpoint(k, &e) == -1) {
		ui_refuse(k, &e);
		do_people(k, n);
		return;
	}
	ui_result(k, "told.sealed", NULL);
}

struct sealed {
	struct note note;
	bool found;
};

/* The sealed checkpoint with its signatures, from the lines themselves. */
static void
read_seal(struct console *k, struct sealed *s)
{
	size_t len;
	const uint8_t *at = journal_log(k->j, &len);
	int64_t i = 0;

	memset(s, 0, sizeof(*s));
	memcpy(s->note.origin, k->c->origin, sizeof(s->note.origin));
	s->note.size = k->c->checkpoint_size;
	memcpy(s->note.root, k->c->checkpoint_root, SHA256_LEN);
	s->note.head.n = k->c->sealed;
	memcpy(s->note.head.hash, ceremony_hash(k->c, k->c->sealed),
	    SHA256_LEN);
	for (; len > 0; i++) {
		const uint8_t *nl = memchr(at, '\n', len);
		size_t n = (size_t)(nl - at) + 1;
		struct json *j = NULL;
		struct err e;

		if (i == k->c->sealed && json_parse((const char *)at + 65,
		    n - 66, JSON_DEPTH, &j, &e) == 0) {
			struct note_sig *g = &s->note.sig[0];
			struct buf sig = BUF_INIT;
			const char *t = json_get_str(j, "t");

			snprintf(g->name, sizeof(g->name), "log/transcript");
			snprintf(g->alg, sizeof(g->alg), "%.15s",
			    k->c->log_alg);
			if (json_get_b64(json_get(j, "d"), "sig", &sig) ==
			    0 && sig.len <= sizeof(g->sig)) {
				memcpy(g->sig, sig.data, sig.len);
				g->len = sig.len;
				s->note.n_sigs = 1;
				s->found = true;
			}
			if (t != NULL)
				(void)civil_parse(t, strlen(t),
				    &s->note.sealed);
			buf_free(&sig);
			json_free(j);
			return;
		}
		at += n;
		len -= n;
	}
}

/* The note goes into a credential without opening it. */
static int
update_stick(struct console *k, const struct person *p,
    const struct sealed *s, struct err *e)
{
	struct command cmd = { .event = EV_CUSTODIAN_NOTE };
	struct buf raw = BUF_INIT, out = BUF_INIT;
	struct credential cr;
	char file[NAME_LEN + 16];
	int ret = -1;

	snprintf(file, sizeof(file), "%.32s%s", p->id, CREDENTIAL_NAME);
	credential_init(&cr);
	if (read_stick(k, p->stick, file, false, &raw, e) == -1 ||
	    decode(k, "credential", file, raw.data, raw.len, NULL, NULL,
	    e) == -1 || credential_parse(buf_cstr(&raw), raw.len, &cr, e) ==
	    -1)
		goto out;
	credential_set_note(&cr, &s->note);
	credential_format(&cr, &out);
	if (write_stick(k, p->stick, file, out.data, out.len, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "head", s->note.head.hash, SHA256_LEN);
	json_set_str(cmd.d, "person", p->id);
	json_set_int(cmd.d, "size", k->c->head.n + 1);
	ret = commit(k, &cmd, e);
out:
	credential_fini(&cr);
	buf_free(&raw);
	buf_free(&out);
	return ret;
}

static void
logout(struct console *k, const struct person *p, const char *why)
{
	struct command cmd = { .event = EV_AUTH_LOGOUT };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "person", p->id);
	json_set_str(cmd.d, "why", why);
	(void)commit(k, &cmd, &e);
}

/* S-24: the words of the end; then the sticks of those who are in. */
void
do_notes(struct console *k, const struct next *n)
{
	const uint8_t *hash = ceremony_hash(k->c, k->c->sealed);
	struct view *v = ui_view(k, "sealed.head");
	struct sealed s;
	struct key key;
	struct err e;
	char t[64];

	(void)n;
	time_text(k, k->c->last_t, t, sizeof(t));
	view_para(v, view_fill(v, "sealed.at", "n", view_fmt(v, "%lld",
	    (long long)k->c->sealed), "time", t, NULL));
	bars_words(v, hash, k);
	v->who = view_fill(v, "sealed.who", NULL);
	v->act_now = view_fill(v, "sealed.do", NULL);
	v->then = view_fill(v, "sealed.then", NULL);
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_WORDS, NULL);
	if (ui_wait(k, v, KX_STEP | KX_ANSWER | KX_WORDS, &key) != UI_KEY ||
	    key.cp != 'y')
		return;
	read_seal(k, &s);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];

		if (!p->in || p->note > k->c->sealed)
			continue;
		if (update_stick(k, p, &s, &e) == -1) {
			struct err w;

			err_set(&w, ERR_WORLD, "cred.not-updated", "person",
			    p->name, "n", "-", NULL);
			ui_refuse(k, &w);
			logout(k, p, "not-updated");
		}
	}
	ui_result(k, "told.notes", NULL);
}

/* Steps after the seal that this machine has no device for, and logout. */
void
do_paper(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "paper.head");
	struct key key;

	step_heads(k, v, &n->step);
	v->then = view_fill(v, n->step.verb == VERB_LOGOUT ?
	    "paper.logout" : "paper.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP, &key) != UI_KEY ||
	    key.name != PRESS_ENTER)
		return;
	if (n->step.verb == VERB_LOGOUT)
		for (size_t i = 0; i < k->c->persons; i++)
			if (k->c->person[i].in)
				logout(k, &k->c->person[i], "logout");
	do_end(k, n);
}

void
do_done(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "done.head");
	struct key key;

	(void)n;
	view_para(v, view_fill(v, "done.text", NULL));
	view_facts(v);
	view_fact(v, view_fill(v, "done.entries", NULL), view_fmt(v, "%lld",
	    (long long)k->c->head.n + 1));
	if (k->c->sealed >= 0)
		bars_words(v, ceremony_hash(k->c, k->c->sealed), k);
	view_key(v, KID_LEAVE, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_HELP, NULL);
	(void)ui_wait(k, v, KX_STEP | KX_WORDS, &key);
}
