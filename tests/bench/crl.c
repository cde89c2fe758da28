/* SPDX-License-Identifier: MIT */
/*
 * A list of a million: crl_stream() into a file, signed with a P-384 key in
 * software, beside `openssl ca -gencrl`, both from the same index.txt.  Each
 * runs as a process of its own; both lists must verify and hold the same
 * entries byte for byte.  crl [ENTRIES].
 */
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "tests/unit/x509_soft.h"

#define TAIL 119 /* about what algorithm and signature of P-384 take */

static struct {
	size_t entries;
	struct soft_key key;
	struct buf root;
	const struct sigalg *alg;
	char dir[64];
} w;

struct cost {
	double wall, cpu;
	long peak;
};

static _Noreturn void
die(const char *what, const struct err *e)
{
	char why[400] = "";

	if (e != NULL)
		err_describe(e, why, sizeof(why));
	fprintf(stderr, "crl: %s %s\n", what, why);
	exit(1);
}

static FILE *
file(const char *name, const char *mode)
{
	FILE *f = fopen(name, mode);

	if (f == NULL)
		die(name, NULL);
	return f;
}

static void
make_root(void)
{
	static const uint8_t SERIAL[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct cert_spec s = { .rehearsal = true };
	struct json *profile;
	X509 *cert;
	const uint8_t *p;
	FILE *f;

	w.alg = sigalg_find("ecdsa-sha384");
	soft_key_new(&w.key, "P-384");
	profile =
	    soft_profile("root", "", "{\"curve\":\"P-384\",\"type\":\"ec\"}",
		"[]", w.alg->name, SOFT_ROOT_NAME, "{\"years\":20}");
	s.profile = profile;
	s.spki = span_of(&w.key.spki);
	s.serial.p = SERIAL;
	s.serial.len = sizeof(SERIAL);
	s.not_before = SOFT_NOW;
	s.not_after = civil_add_years(SOFT_NOW, 20) - 1;
	s.alg = w.alg;
	soft_cert(&s, &w.key, &w.root);
	json_free(profile);
	p = w.root.data;
	cert = d2i_X509(NULL, &p, (long)w.root.len);
	f = file("root.pem", "we");
	if (PEM_write_X509(f, cert) != 1 || fclose(f) != 0)
		die("root.pem", NULL);
	X509_free(cert);
	f = file("key.pem", "we");
	if (PEM_write_PrivateKey(f, w.key.key, NULL, NULL, 0, NULL, NULL) !=
		1 ||
	    fclose(f) != 0)
		die("key.pem", NULL);
}

/* What openssl ca keeps: R, end, revocation and reason, serial, file, name. */
static void
make_index(void)
{
	FILE *f = file("index.txt", "we");

	for (size_t i = 0; i < w.entries; i++)
		fprintf(f,
		    "R\t361209011300Z\t2611%02zu%02zu%02zu00Z,%s\t"
		    "5A%014zX\tunknown\t/C=JP/O=Example Trust K.K./"
		    "CN=Example TLS CA %zu\n",
		    i % 28 + 1, i % 24, i % 60,
		    i % 3 == 0 ? "keyCompromise" : "superseded", i * 7919, i);
	if (fclose(f) != 0)
		die("index.txt", NULL);
	f = file("number", "we");
	fputs("07\n", f);
	fclose(f);
	f = file("ca.cnf", "we");
	fputs("[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\n"
	      "crlnumber=number\ncertificate=root.pem\nprivate_key=key.pem\n"
	      "default_md=sha384\ndefault_crl_days=364\ncrl_extensions=x\n"
	      "[x]\nauthorityKeyIdentifier=keyid\n",
	    f);
	fclose(f);
}

/* ---- ours ---- */

struct lines {
	FILE *f;
	char line[512];
};

/* The next line of the index; the first one rewinds. */
static int
next_line(void *arg, size_t i, struct crl_entry *out, struct err *e)
{
	struct lines *in = arg;
	char *end, *revoked, *reason, *serial, *at = in->line;
	char date[CIVIL_LEN];

	if (i == 0)
		rewind(in->f);
	if (fgets(in->line, sizeof(in->line), in->f) == NULL)
		return err_set(e, ERR_FORM, "crl.form", "what", "line", NULL);
	(void)strsep(&at, "\t");
	end = strsep(&at, "\t");
	revoked = strsep(&at, "\t");
	serial = strsep(&at, "\t");
	reason = revoked;
	(void)strsep(&reason, ",");
	if (end == NULL || serial == NULL || strlen(revoked) != 13)
		return err_set(e, ERR_FORM, "crl.form", "what", "line", NULL);
	snprintf(date, sizeof(date), "20%.2s-%.2s-%.2sT%.2s:%.2s:%.2sZ",
	    revoked, revoked + 2, revoked + 4, revoked + 6, revoked + 8,
	    revoked + 10);
	memset(out, 0, sizeof(*out));
	for (char *c = serial; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c - 'A' + 'a');
	out->serial_len = strlen(serial) / 2;
	out->reason = crl_reason(reason);
	if (out->serial_len > CRL_SERIAL_MAX ||
	    hex_decode(out->serial, out->serial_len, serial,
		2 * out->serial_len) == -1 ||
	    civil_parse(date, strlen(date), &out->date) == -1)
		return err_set(e, ERR_FORM, "crl.form", "what", "line", NULL);
	return 0;
}

struct sink {
	FILE *f;
	EVP_MD_CTX *md;
	uint64_t len;
	size_t room; /* for the front */
};

/* The list's own front, the first to come, tells how long the whole gets. */
static int
leave_room(struct sink *s, const uint8_t *p, size_t len)
{
	uint64_t all = 0;
	size_t n = p[1] & 0x7f;

	if (len < 6 || n > 4)
		return -1;
	for (size_t i = 0; i < n; i++)
		all = all << 8 | p[2 + i];
	s->room = der_head_len(2 + n + all + TAIL);
	return fseek(s->f, (long)s->room, SEEK_SET);
}

static int
take(void *arg, const uint8_t *p, size_t len, struct err *e)
{
	struct sink *s = arg;

	if (s->len == 0 && leave_room(s, p, len) != 0)
		return err_set(e, ERR_WORLD, "sig.input", NULL);
	if (EVP_DigestUpdate(s->md, p, len) != 1 ||
	    fwrite(p, 1, len, s->f) != len)
		return err_set(e, ERR_WORLD, "sig.input", NULL);
	s->len += len;
	return 0;
}

/* What a token would give for this digest, as a BIT STRING's value. */
static void
sign_digest(const uint8_t *digest, unsigned len, struct buf *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(w.key.key, NULL);
	unsigned char sig[160];
	size_t n = sizeof(sig);

	if (EVP_PKEY_sign_init(ctx) != 1 ||
	    EVP_PKEY_sign(ctx, sig, &n, digest, len) != 1)
		die("signing", NULL);
	buf_add(out, sig, n);
	EVP_PKEY_CTX_free(ctx);
}

/* Front left free, the list, its algorithm, the signature, the front. */
static void
ours(void)
{
	struct lines in = { .f = file("index.txt", "re") };
	struct sink s = { file("ours.der", "we"), EVP_MD_CTX_new(), 0, 0 };
	struct crl_spec spec = { .issuer = span_of(&w.root),
		.alg = w.alg,
		.number = { (const uint8_t *)"\x07", 1 },
		.this_update = SOFT_NOW,
		.next_update = SOFT_NOW + INT64_C(364) * 86400 };
	struct buf sig = BUF_INIT, tail = BUF_INIT, head = BUF_INIT;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	struct err e;

	if (EVP_DigestInit_ex(s.md, EVP_sha384(), NULL) != 1)
		die("ours.der", NULL);
	if (crl_stream(&spec, w.entries, next_line, &in, take, &s, &e) == -1)
		die("crl_stream", &e);
	EVP_DigestFinal_ex(s.md, digest, &len);
	sign_digest(digest, len, &sig);
	buf_add(&tail, w.alg->der.p, w.alg->der.len);
	der_put_bits(&tail, sig.data, sig.len);
	der_put_head(&head, DER_SEQ, s.len + tail.len);
	if (head.len != s.room ||
	    fwrite(tail.data, 1, tail.len, s.f) != tail.len ||
	    fseek(s.f, 0, SEEK_SET) != 0 ||
	    fwrite(head.data, 1, head.len, s.f) != head.len || fclose(s.f) != 0)
		die("ours.der", NULL);
}

static void
theirs(void)
{
	execlp("openssl", "openssl", "ca", "-gencrl", "-config", "ca.cnf",
	    "-out", "theirs.pem", (char *)NULL);
	_exit(127);
}

static struct cost
measure(void (*what)(void))
{
	struct timespec a, b;
	struct rusage use;
	struct cost c;
	int status;
	pid_t pid;

	fflush(NULL);
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		(void)dup2(
		    open("said", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
		    STDERR_FILENO);
		what();
		_exit(0);
	}
	if (pid == -1 || wait4(pid, &status, 0, &use) != pid || status != 0)
		die("a process failed", NULL);
	clock_gettime(CLOCK_MONOTONIC, &b);
	c.wall = (double)(b.tv_sec - a.tv_sec) +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	c.cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
	c.peak = use.ru_maxrss;
	return c;
}

/* ---- the two lists ---- */

static struct span
map(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct span s = { NULL, 0 };
	struct stat st;
	void *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		die(name, NULL);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		die(name, NULL);
	close(fd);
	s.p = p;
	s.len = (size_t)st.st_size;
	return s;
}

static void
compare(void)
{
	struct span a, b;
	struct crl x, y;
	struct err e;

	if (system(
		"openssl crl -in theirs.pem -outform DER -out theirs.der &&"
		" openssl crl -in ours.der -inform DER -CAfile root.pem -noout"
		" >said 2>&1 && grep -q 'verify OK' said &&"
		" openssl crl -in theirs.der -inform DER -CAfile root.pem -noout"
		" >said 2>&1 && grep -q 'verify OK' said") != 0)
		die("openssl crl does not verify both", NULL);
	a = map("ours.der");
	b = map("theirs.der");
	if (crl_parse(a, CERT_WHOLE, &x, &e) == -1 ||
	    crl_parse(b, CERT_WHOLE, &y, &e) == -1)
		die("reading back", &e);
	if (x.n_revoked != w.entries || !span_equal(x.revoked, y.revoked))
		die("the two lists differ", NULL);
	printf("  both verify, same entries byte for byte; %zu and %zu "
	       "bytes\n",
	    a.len, b.len);
}

static void
clean(void)
{
	static const char *const NAMES[] = { "root.pem", "key.pem", "index.txt",
		"number", "ca.cnf", "ours.der", "theirs.pem", "theirs.der",
		"said", "number.old" };

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++)
		(void)unlink(NAMES[i]);
	if (chdir("/") == 0)
		(void)rmdir(w.dir);
}

int
main(int argc, char **argv)
{
	struct cost o, t;

	w.entries = argc > 1 ? (size_t)atoll(argv[1]) : 1000000;
	snprintf(w.dir, sizeof(w.dir), "/tmp/crl.XXXXXX");
	if (mkdtemp(w.dir) == NULL || chdir(w.dir) == -1)
		die(w.dir, NULL);
	make_root();
	make_index();
	o = measure(ours);
	t = measure(theirs);
	printf(
	    "crl: %zu entries, from index.txt to a signed file\n", w.entries);
	printf("  crl_stream()        %7.2f s wall %7.2f s CPU, peak %7ld "
	       "KiB\n",
	    o.wall, o.cpu, o.peak);
	printf("  openssl ca -gencrl  %7.2f s wall %7.2f s CPU, peak %7ld "
	       "KiB\n",
	    t.wall, t.cpu, t.peak);
	printf("  ours to theirs      %7.2f        %7.2f            %7.3f\n",
	    o.wall / t.wall, o.cpu / t.cpu, (double)o.peak / (double)t.peak);
	compare();
	clean();
	buf_free(&w.root);
	soft_key_free(&w.key);
	return 0;
}
