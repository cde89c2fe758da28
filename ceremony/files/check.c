/* SPDX-License-Identifier: MIT */
/*
 * The checker's door: parses the three files, runs the parts that their
 * forms allow, and keeps the findings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/files/checker.h"

#define FINDINGS_MAX 256

static struct finding *
add_finding(struct check *c)
{
	if (c->n == FINDINGS_MAX)
		return NULL;
	if (c->n == c->room) {
		c->room = c->room != 0 ? c->room * 2 : 16;
		c->finding =
		    xreallocarray(c->finding, c->room, sizeof(*c->finding));
	}
	memset(&c->finding[c->n], 0, sizeof(*c->finding));
	return &c->finding[c->n++];
}

static void
check_add(struct check *c, bool refused, const struct place *at, const char *id,
    struct said a, struct said b)
{
	struct finding *f = add_finding(c);

	if (refused)
		c->refused++;
	if (f == NULL)
		return;
	f->refused = refused;
	f->file = at->file;
	snprintf(f->step, sizeof(f->step), "%s", at->step);
	snprintf(f->path, sizeof(f->path), "%s", at->path);
	err_set(&f->e, ERR_REFUSED, id, NULL);
	if (a.name != NULL)
		err_arg(&f->e, a.name, a.value != NULL ? a.value : "-");
	if (b.name != NULL)
		err_arg(&f->e, b.name, b.value != NULL ? b.value : "-");
	if (at->step[0] != '\0')
		err_arg(&f->e, "step", at->step);
	if (c->pos[at->file] == NULL)
		return;
	files_pos_find(c->pos[at->file], at->path, &f->line, &f->column);
	err_arg(&f->e, "file", c->name[at->file]);
	err_arg_int(&f->e, "line", f->line);
	err_arg_int(&f->e, "column", f->column);
}

void
check_refuse(struct check *c, const struct place *at, const char *id,
    struct said a, struct said b)
{
	check_add(c, true, at, id, a, b);
}

void
check_warn(struct check *c, const struct place *at, const char *id,
    struct said a, struct said b)
{
	check_add(c, false, at, id, a, b);
}

void
check_path(
    char out[static CHECK_PATH], const char *list, size_t i, const char *key)
{
	snprintf(out, CHECK_PATH, "%s[%zu]%s%s", list, i,
	    key[0] != '\0' ? "." : "", key);
}

void
check_step_path(
    char out[static CHECK_PATH], const struct step *s, const char *key)
{
	const char *dot = strchr(s->no, '.');
	unsigned long at = dot != NULL ? strtoul(dot + 1, NULL, 10) : 1;

	snprintf(out, CHECK_PATH, "acts[%zu].steps[%lu]%s%s", s->act, at - 1,
	    key[0] != '\0' ? "." : "", key);
}

void
check_number(char out[static 24], long long v)
{
	snprintf(out, 24, "%lld", v);
}

/* A pin names a file and the SHA-256 of its bytes. */
static void
check_pin(struct check *c, const char *key, enum files_kind kind)
{
	const struct json *pin = json_get(c->form[FILES_SCRIPT], key);
	const char *name = json_get_str(
	    c->form[kind], kind == FILES_PLAN ? "plan" : "profile_set");
	const char *want = json_get_str(pin, "name");
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, "" };

	if (name != NULL && strcmp(name, want) != 0) {
		snprintf(path, sizeof(path), "%s.name", key);
		check_refuse(c, &at, "files.pin-name", SAID("want", want),
		    SAID("found", name));
		return;
	}
	want = json_get_str(pin, "sha256");
	if (c->sha256[kind] != NULL && strcmp(c->sha256[kind], want) != 0) {
		snprintf(path, sizeof(path), "%s.sha256", key);
		check_refuse(c, &at, "files.pin-hash",
		    SAID("name", json_get_str(pin, "name")),
		    SAID("found", c->sha256[kind]));
	}
}

void
check_pins(struct check *c)
{
	const char *set = json_get_str(c->form[FILES_PROFILES], "profile_set");
	const char *named = json_get_str(c->form[FILES_PLAN], "profiles");
	struct place at = { FILES_PLAN, "profiles", "" };

	if (set != NULL && named != NULL && strcmp(set, named) != 0)
		check_refuse(c, &at, "files.other-set", SAID("want", named),
		    SAID("found", set));
	if (c->form[FILES_SCRIPT] == NULL)
		return;
	check_pin(c, "plan", FILES_PLAN);
	check_pin(c, "profiles", FILES_PROFILES);
}

static void
check_all(struct check *c)
{
	bool profiles = c->form[FILES_PROFILES] != NULL;
	bool plan = c->form[FILES_PLAN] != NULL;
	bool script = c->form[FILES_SCRIPT] != NULL;

	check_pins(c);
	if (profiles)
		check_profiles(c);
	if (profiles && plan)
		check_plan(c);
	if (script)
		check_people(c);
	if (script && plan)
		check_walk(c);
	if (script)
		c->minutes = script_minutes(c->form[FILES_SCRIPT]);
}

struct check *
files_check_forms(const struct json *const form[FILES_KINDS],
    const char *const sha256[FILES_KINDS])
{
	struct check *c = xcalloc(1, sizeof(*c));

	for (size_t k = 0; k < FILES_KINDS; k++) {
		c->form[k] = form[k];
		c->sha256[k] = sha256[k];
	}
	check_all(c);
	return c;
}

static void
parse_finding(struct check *c, enum files_kind kind, const struct err *e)
{
	struct finding *f = add_finding(c);

	if (f == NULL)
		return;
	f->refused = true;
	f->file = kind;
	f->e = *e;
	f->line = (int)strtol(err_value(e, "line"), NULL, 10);
	f->column = (int)strtol(err_value(e, "column"), NULL, 10);
	c->refused++;
}

struct check *
files_check(const struct files_input in[static FILES_KINDS])
{
	struct check *c = xcalloc(1, sizeof(*c));
	struct json *own[FILES_KINDS] = { NULL };
	char hex[FILES_KINDS][SHA256_HEX];
	struct err e;

	for (size_t k = 0; k < FILES_KINDS; k++) {
		uint8_t digest[SHA256_LEN];

		c->name[k] = in[k].name;
		sha256(digest, in[k].yaml, in[k].len);
		sha256_hex(hex[k], digest);
		c->sha256[k] = hex[k];
		if (files_parse_pos((enum files_kind)k, in[k].name, in[k].yaml,
			in[k].len, &own[k], &c->pos[k], &e) == -1)
			parse_finding(c, (enum files_kind)k, &e);
		c->form[k] = own[k];
	}
	check_all(c);
	/* Findings hold values of their own; the forms may go. */
	for (size_t k = 0; k < FILES_KINDS; k++) {
		json_free(own[k]);
		c->form[k] = NULL;
		c->sha256[k] = NULL;
		c->name[k] = NULL;
	}
	return c;
}

void
check_free(struct check *c)
{
	if (c == NULL)
		return;
	for (size_t k = 0; k < FILES_KINDS; k++)
		files_pos_free(c->pos[k]);
	free(c->finding);
	free(c);
}

size_t
check_count(const struct check *c)
{
	return c->n;
}

const struct finding *
check_at(const struct check *c, size_t i)
{
	return i < c->n ? &c->finding[i] : NULL;
}

size_t
check_refused(const struct check *c)
{
	return c->refused;
}

int
check_minutes(const struct check *c)
{
	return c->minutes;
}

void
finding_text(const struct finding *f, enum lang lang, struct buf *out)
{
	text_placed(lang, &f->e, out);
}

int
files_check_day(const struct json *const form[FILES_KINDS],
    const char *const sha256[FILES_KINDS], struct finding *out, struct err *e)
{
	struct check *c = files_check_forms(form, sha256);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->n; i++) {
		if (!c->finding[i].refused)
			continue;
		*out = c->finding[i];
		*e = out->e;
		rc = -1;
	}
	check_free(c);
	return rc;
}

struct json *
check_json(const struct check *c, enum lang lang)
{
	struct json *out = json_new_obj();
	struct json *list = json_set(out, "findings", json_new_arr());

	for (size_t i = 0; i < c->n; i++) {
		const struct finding *f = &c->finding[i];
		struct json *j = json_add(list, json_new_obj());
		struct buf text = BUF_INIT;

		text_error(lang, &f->e, &text);
		json_set_str(j, "file", files_kind_name(f->file));
		json_set_str(j, "id", f->e.id);
		json_set_int(j, "line", f->line);
		json_set_int(j, "column", f->column);
		json_set_int(j, "refused", f->refused);
		json_set_str(j, "step", f->step);
		json_set_str(j, "text", buf_cstr(&text));
		buf_free(&text);
	}
	json_set_int(out, "minutes", c->minutes);
	json_set_int(out, "refused", (int64_t)c->refused);
	return out;
}
