/* SPDX-License-Identifier: MIT */
/*
 * Errors.  A function that can fail takes `struct err *e` last, never NULL,
 * and returns -1 after err_set().  An error is an id of the message
 * catalogue (ceremony/text) and the values for its braces: the sentence is
 * made where it is shown, in the reader's language.  No allocation.
 */
#ifndef TACHIAI_ERR_H
#define TACHIAI_ERR_H

#include <stddef.h>

enum err_code {
	ERR_NONE = 0,
	ERR_REFUSED, /* the thing asked for is not allowed or not good */
	ERR_FORM,    /* bytes from outside are not of their form */
	ERR_WORLD,   /* I/O, device, module */
	ERR_LIMIT,   /* over a stated bound */
};

#define ERR_ARGS  6
#define ERR_NAME  16
#define ERR_VALUE 160
#define ERR_ID    40

struct err_arg {
	char name[ERR_NAME];
	char value[ERR_VALUE]; /* cut at a whole character, printable */
};

struct err {
	enum err_code code;
	char id[ERR_ID]; /* "cred.wrong-person" */
	size_t n;
	struct err_arg arg[ERR_ARGS];
};

/*
 * Set `e`: then pairs of const char * (name, value), ended by NULL.
 * Returns -1, so that `return err_set(...)` reads well; the -1 stands here,
 * where an analyser of one file sees that a refusal is no success.
 */
#define err_set(...) (err_fill(__VA_ARGS__), err_minus())
void err_fill(struct err *e, enum err_code code, const char *id, ...)
    __attribute__((sentinel));

static inline int
err_minus(void)
{
	return -1;
}

/* Add or replace one value; a number variant.  Silently full at ERR_ARGS. */
void err_arg(struct err *e, const char *name, const char *value);
void err_arg_int(struct err *e, const char *name, long long value);

/* The value of `name`, or NULL. */
const char *err_value(const struct err *e, const char *name);

/*
 * A sentence without a catalogue entry, for tests and logs of last resort:
 * "id name=value name=value".  Always NUL-terminated.
 */
void err_describe(const struct err *e, char *buf, size_t size);

#endif
