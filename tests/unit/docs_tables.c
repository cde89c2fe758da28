/* SPDX-License-Identifier: MIT */
/*
 * What the manual has of tables of the code stands there word for word: the
 * keys in tachiai-console(8), the rules in lint-rules(7).  Run as
 * `docs_tables write', it puts them there anew.
 */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "ceremony/lint/lint.h"
#include "tui/help.h"

#define PAGE_MAX ((size_t)1 << 18)

static const char *const KINDS[CERT_KINDS] = { "root", "cross",
	"tls-subordinate", "subordinate", "ocsp-responder", "infrastructure" };

static void
kinds_of(unsigned kinds, struct buf *out)
{
	unsigned all = LINT_CRL - 1;
	const char *part = "";

	if ((kinds & all) == all) {
		buf_str(out, "certificates");
		part = ", ";
	} else {
		for (int i = 0; i < CERT_KINDS; i++) {
			if ((kinds & 1U << i) == 0)
				continue;
			buf_fmt(out, "%s%s", part, KINDS[i]);
			part = ", ";
		}
	}
	if ((kinds & LINT_CRL) != 0)
		buf_fmt(out, "%slists", part);
}

static void
rules(struct buf *out)
{
	const struct lint_rule *r;

	for (size_t i = 0; (r = lint_rule_at(i)) != NULL; i++) {
		buf_fmt(out, ".It Li %s\n%s.\n%s; %s%s%s; ", r->id,
		    text_get(LANG_EN, r->what), r->clause,
		    r->severity == LINT_MUST ? "refused" : "warned",
		    (r->packs & LINT_PACK_RFC5280) == 0 ? ", web PKI" : "",
		    r->fixed ? ", no waiver" : "");
		kinds_of(r->kinds, out);
		buf_str(out, ".\n");
	}
}

static char *
page(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = calloc(1, PAGE_MAX);

	CHECK(path, f != NULL && text != NULL &&
	    fread(text, 1, PAGE_MAX - 1, f) > 0);
	if (f != NULL)
		fclose(f);
	return text;
}

/* Between the two marks of the page stands `want`; or put it there. */
static void
table(const char *path, const char *name, const struct buf *want, bool write)
{
	char begin[64], end[64], *text = page(path), *at, *rest;
	FILE *f;

	snprintf(begin, sizeof(begin), ".\\\" %s begin\n", name);
	snprintf(end, sizeof(end), ".\\\" %s end\n", name);
	at = text != NULL ? strstr(text, begin) : NULL;
	rest = at != NULL ? strstr(at, end) : NULL;
	CHECK("the table stands between two marks", rest != NULL);
	if (rest == NULL)
		goto out;
	at += strlen(begin);
	if (write && (f = fopen(path, "we")) != NULL) {
		fprintf(f, "%.*s%s%s", (int)(at - text), text, buf_cstr(want),
		    rest);
		fclose(f);
		goto out;
	}
	*rest = '\0';
	CHECK_STR("it is the code's (docs_tables write)", at, buf_cstr(want));
out:
	free(text);
}

int
main(int argc, char **argv)
{
	bool write = argc == 2 && strcmp(argv[1], "write") == 0, named = true;
	struct buf keys = BUF_INIT, lint = BUF_INIT;

	for (int i = 0; i < CERT_KINDS; i++) {
		struct json *j = json_new_obj();

		json_set_str(j, "kind", KINDS[i]);
		named = named && cert_kind(j) == i;
		json_free(j);
	}
	CHECK("kinds by their names", named);
	help_manual(LANG_EN, &keys);
	table("docs/tachiai-console.8", "keys", &keys, write);
	rules(&lint);
	table("docs/lint-rules.7", "rules", &lint, write);
	buf_free(&keys);
	buf_free(&lint);
	return test_end();
}
