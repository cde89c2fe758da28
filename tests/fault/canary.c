/* SPDX-License-Identifier: MIT */
/*
 * canary CAST STICKS FILE...: every secret of a rehearsal, from the
 * passphrases of the cast and the credentials on the sticks: passphrases,
 * private keys, shares, the joined secrets, PINs.  Each is looked for in
 * each file, as it is, in hex and in base64.
 *   found WHAT of NAME: FORM in FILE    once for each
 *   # N secrets: ...                    how many of each kind
 * The search is tried first on a text that holds all of them.
 */
#include <ctype.h>
#include <dirent.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <stdlib.h>

#include "appliance/world/envelope.h"
#include "appliance/world/keypair.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/shamir.h"
#include "ceremony/people/share.h"
#include "tests/unit/test.h"

#define SECRETS 512

enum kind { PASSPHRASE, WORDS, KEY, SHARE, JOINED, PIN, KINDS };

static const char *const KIND[KINDS] = { "passphrase", "words", "key",
	"share", "secret", "PIN" };

static struct secret_of {
	enum kind kind;
	char of[129];
	uint8_t bytes[256];
	size_t len;
} secret[SECRETS];
static size_t secrets, of_kind[KINDS];

static struct share held[SECRETS];
static size_t shares;

static void
die(const char *what, const char *why)
{
	printf("not ok %s: %s\n0 passed, 1 failed\n", what, why);
	exit(1);
}

static void
add(enum kind kind, const char *of, const void *p, size_t len)
{
	struct secret_of *s = &secret[secrets];

	if (secrets == SECRETS || len > sizeof(s->bytes) || len < 8)
		die("secret", of);
	s->kind = kind;
	snprintf(s->of, sizeof(s->of), "%s", of);
	memcpy(s->bytes, p, len);
	s->len = len;
	secrets++;
	of_kind[kind]++;
}

static void
slurp(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	uint8_t piece[65536];
	size_t n;

	if (f == NULL)
		die("cannot read", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

/*
 * "NAME TAB eight words": the words, as they are read and in the small letters
 * that are the passphrase, and any three of them in a row.
 */
static void
take_cast(char *text)
{
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char *words = strchr(line, '\t'), *from, *to;

		if (words == NULL)
			die("cast", line);
		*words++ = '\0';
		add(WORDS, line, words, strlen(words));
		for (char *c = words; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		add(PASSPHRASE, line, words, strlen(words));
		for (from = words; from != NULL;) {
			to = from;
			for (int i = 0; i < 3 && to != NULL; i++) {
				to = strchr(to, ' ');
				to = to != NULL ? to + 1 : NULL;
			}
			if (to != NULL && to - from > 8)
				add(WORDS, line, from,
				    (size_t)(to - from) - 1);
			from = strchr(from, ' ');
			from = from != NULL ? from + 1 : NULL;
		}
	}
}

static const struct secret_of *
passphrase(const char *name)
{
	for (size_t i = 0; i < secrets; i++)
		if (secret[i].kind == PASSPHRASE &&
		    strcmp(secret[i].of, name) == 0)
			return &secret[i];
	die("no passphrase", name);
	return NULL;
}

static EVP_PKEY *
take_key(const struct credential *c, int which)
{
	const struct secret_of *words = passphrase(c->name);
	struct secret s = SECRET_INIT;
	uint8_t scalar[32];
	EVP_PKEY *key = NULL;
	BIGNUM *bn = NULL;
	struct err e = { 0 };

	secret_new(&s, words->len);
	memcpy(s.data, words->bytes, words->len);
	s.len = words->len;
	if (keypair_unlock(c->key[which].data, c->key[which].len, &s, c->cost,
	    &key, &e) == -1 || EVP_PKEY_get_bn_param(key,
	    OSSL_PKEY_PARAM_PRIV_KEY, &bn) != 1 ||
	    BN_bn2binpad(bn, scalar, sizeof(scalar)) != sizeof(scalar))
		die(c->name, e.id);
	add(KEY, c->name, scalar, sizeof(scalar));
	BN_clear_free(bn);
	secret_free(&s);
	return key;
}

static void
pin(const struct share *s, const char *purpose, const uint8_t *p)
{
	char out[PIN_MAX];

	pin_derive(pin_form("softhsm", purpose), s->origin, s->set, purpose,
	    p, out);
	add(PIN, s->set, out, strlen(out));
}

static void
take_share(const struct share *s, const char *name)
{
	add(SHARE, name, s->share, SHARE_SECRET);
	if (s->m == 1) {
		pin(s, "log", s->share);
		pin(s, "log-so", s->share);
		return;
	}
	held[shares++] = *s;
}

static void
take_credential(const char *path)
{
	struct buf b = BUF_INIT;
	struct credential c;
	struct err e = { 0 };
	EVP_PKEY *key;

	slurp(path, &b);
	credential_init(&c);
	if (credential_parse(buf_cstr(&b), b.len, &c, &e) == -1)
		die(path, e.id);
	EVP_PKEY_free(take_key(&c, CREDENTIAL_SIGN));
	key = take_key(&c, CREDENTIAL_SHARE);
	for (size_t i = 0; i < c.n_shares; i++) {
		struct secret plain = SECRET_INIT;
		struct share s;

		if (envelope_open(c.share[i].cms.data, c.share[i].cms.len, key,
		    c.cert[CREDENTIAL_SHARE].data,
		    c.cert[CREDENTIAL_SHARE].len, &plain, &e) == -1 ||
		    share_decode(plain.data, plain.len, &s, &e) == -1)
			die(path, e.id);
		take_share(&s, c.name);
		secret_free(&plain);
	}
	EVP_PKEY_free(key);
	credential_fini(&c);
	buf_free(&b);
}

static void
take_sticks(const char *dir)
{
	DIR *d = opendir(dir), *stick;
	const struct dirent *de, *file;
	char path[4096];

	if (d == NULL)
		die("no folder", dir);
	while ((de = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
		stick = de->d_name[0] != '.' ? opendir(path) : NULL;
		while (stick != NULL && (file = readdir(stick)) != NULL) {
			const char *end = strstr(file->d_name,
			    CREDENTIAL_NAME);

			if (end == NULL || strcmp(end, CREDENTIAL_NAME) != 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s/%s", dir,
			    de->d_name, file->d_name);
			take_credential(path);
		}
		if (stick != NULL)
			closedir(stick);
	}
	closedir(d);
}

/* A quorum's shares of each set, the first and the last of them. */
static bool
join(size_t at, bool last, uint8_t out[static SHARE_SECRET])
{
	const uint8_t *part[SHAMIR_N];
	uint8_t x[SHAMIR_N];
	int n = 0;

	for (size_t k = 0; k < shares && n < held[at].m; k++) {
		size_t i = last ? shares - 1 - k : k;

		if (strcmp(held[i].set, held[at].set) != 0)
			continue;
		part[n] = held[i].share;
		x[n++] = (uint8_t)held[i].x;
	}
	return n == held[at].m &&
	    shamir_join(x, part, (unsigned)n, SHARE_SECRET, out) == 0;
}

static void
take_sets(void)
{
	uint8_t a[SHARE_SECRET], b[SHARE_SECRET];
	bool same = true;

	for (size_t i = 0; i < shares; i++) {
		bool known = false;

		for (size_t k = 0; k < i; k++)
			known |= strcmp(held[k].set, held[i].set) == 0;
		if (known)
			continue;
		same &= join(i, false, a) && join(i, true, b) &&
		    memcmp(a, b, sizeof(a)) == 0;
		add(JOINED, held[i].set, a, sizeof(a));
		pin(&held[i], held[i].purpose, a);
	}
	CHECK("any quorum joins the same secret", same && shares > 0);
}

enum { FORMS = 6 };
static const char *const FORM[FORMS] = { "as it is", "hex", "HEX", "base64",
	"base64, one on", "base64, two on" };

static void
form(const struct secret_of *s, int which, struct buf *out)
{
	uint8_t shifted[sizeof(s->bytes) + 2] = { 0 };
	struct buf b = BUF_INIT;
	size_t skip = which > 3 ? (size_t)which - 3 : 0;

	buf_reset(out);
	if (which == 0) {
		buf_add(out, s->bytes, s->len);
		return;
	}
	if (which < 3) {
		hex_encode(out, s->bytes, s->len);
		for (size_t i = 0; which == 2 && i < out->len; i++)
			if (out->data[i] >= 'a')
				out->data[i] -= 32;
		return;
	}
	/* Only characters that its own bits make. */
	memcpy(shifted + skip, s->bytes, s->len);
	base64_encode(&b, shifted, skip + s->len);
	skip = skip == 0 ? 0 : skip + 1;
	buf_add(out, b.data + skip, (b.len - skip - 4) / 4 * 4);
	buf_free(&b);
}

static long
look(const struct buf *in, const char *name, bool say)
{
	struct buf b = BUF_INIT;
	long found = 0;

	for (size_t i = 0; i < secrets; i++)
		for (int f = 0; f < FORMS; f++) {
			form(&secret[i], f, &b);
			if (memmem(in->data, in->len, b.data, b.len) == NULL)
				continue;
			found++;
			if (say)
				printf("found %s of %s: %s in %s\n",
				    KIND[secret[i].kind], secret[i].of,
				    FORM[f], name);
		}
	buf_free(&b);
	return found;
}

/* All of them in all forms between noise: each is found. */
static void
try_search(void)
{
	struct buf all = BUF_INIT, b = BUF_INIT;

	for (size_t i = 0; i < secrets; i++)
		for (int f = 0; f < FORMS; f++) {
			form(&secret[i], f, &b);
			buf_fmt(&all, "%zu,", i);
			buf_add(&all, b.data, b.len);
		}
	CHECK("the search finds what is there",
	    look(&all, "", false) == (long)secrets * FORMS);
	buf_free(&all);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	struct buf cast = BUF_INIT;
	struct err e = { 0 };
	char *text;

	if (argc < 4 || secret_begin((size_t)1 << 18, &e) == -1) {
		fprintf(stderr, "usage: canary CAST STICKS FILE...\n");
		return 2;
	}
	slurp(argv[1], &cast);
	text = xstrdup(buf_cstr(&cast));
	take_cast(text);
	take_sticks(argv[2]);
	take_sets();
	try_search();
	for (int i = 3; i < argc; i++) {
		struct buf b = BUF_INIT;

		slurp(argv[i], &b);
		(void)look(&b, argv[i], true);
		buf_free(&b);
	}
	printf("# %zu secrets:", secrets);
	for (int k = 0; k < KINDS; k++)
		printf(" %zu %s", of_kind[k], KIND[k]);
	printf("\n");
	free(text);
	buf_free(&cast);
	return test_end();
}
