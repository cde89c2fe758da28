/* SPDX-License-Identifier: MIT */
/*
 * The unit tests' harness: each case prints "ok name" or "not ok name" with
 * the place; test_end() prints "N passed, N failed" and gives the exit code.
 */
#ifndef TACHIAI_TEST_H
#define TACHIAI_TEST_H

#include <stdio.h>
#include <string.h>

static int test_good, test_bad;

#define CHECK(name, cond)                                             \
	do {                                                          \
		if (cond) {                                           \
			test_good++;                                  \
			printf("ok %s\n", name);                      \
		} else {                                              \
			test_bad++;                                   \
			printf("not ok %s (%s:%d: %s)\n", name,       \
			    __FILE__, __LINE__, #cond);               \
		}                                                     \
	} while (0)

#define CHECK_STR(name, got, want)                                    \
	do {                                                          \
		const char *got_ = (got), *want_ = (want);            \
		if (got_ != NULL && strcmp(got_, want_) == 0) {       \
			test_good++;                                  \
			printf("ok %s\n", name);                      \
		} else {                                              \
			test_bad++;                                   \
			printf("not ok %s (%s:%d)\n  got  %s\n  want %s\n", \
			    name, __FILE__, __LINE__,                 \
			    got_ != NULL ? got_ : "(none)", want_);   \
		}                                                     \
	} while (0)

static inline int
test_end(void)
{
	printf("%d passed, %d failed\n", test_good, test_bad);
	return test_bad != 0 || test_good == 0;
}

#endif
