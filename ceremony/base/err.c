/* SPDX-License-Identifier: MIT */
/*
 * Errors as values.  Invariant: after err_set() every string in `struct err`
 * is NUL-terminated and holds no control character.
 */
#include "ceremony/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/utf8.h"

void
err_fill(struct err *e, enum err_code code, const char *id, ...)
{
	va_list ap;
	const char *name;

	memset(e, 0, sizeof(*e));
	e->code = code;
	snprintf(e->id, sizeof(e->id), "%s", id);
	va_start(ap, id);
	while ((name = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		err_arg(e, name, value != NULL ? value : "-");
	}
	va_end(ap);
}

void
err_arg(struct err *e, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (strcmp(e->arg[i].name, name) == 0)
			break;
	if (i == ERR_ARGS)
		return;
	if (i == e->n)
		e->n++;
	snprintf(e->arg[i].name, sizeof(e->arg[i].name), "%s", name);
	utf8_printable(
	    e->arg[i].value, sizeof(e->arg[i].value), value, strlen(value));
}

void
err_arg_int(struct err *e, const char *name, long long value)
{
	char s[24];

	snprintf(s, sizeof(s), "%lld", value);
	err_arg(e, name, s);
}

const char *
err_value(const struct err *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->arg[i].name, name) == 0)
			return e->arg[i].value;
	return NULL;
}

void
err_describe(const struct err *e, char *buf, size_t size)
{
	size_t used = 0;
	int n;

	if (size == 0)
		return;
	n = snprintf(buf, size, "%s", e->id);
	for (size_t i = 0; n >= 0 && i < e->n; i++) {
		used += (size_t)n;
		if (used >= size)
			return;
		n = snprintf(buf + used, size - used, " %s=%s", e->arg[i].name,
		    e->arg[i].value);
	}
}
