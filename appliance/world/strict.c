/* SPDX-License-Identifier: MIT */
/*
 * Strict confinement.  Invariant: after strict_filter() the process has no
 * way to any file, socket, process or page of code that it did not have.
 */
#include "appliance/world/strict.h"

#include <openssl/crypto.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "appliance/world/confine.h"

/* No descriptor, no other process, no code: harmless with any arguments. */
static const char *const FREELY[] = {
	"exit_group",
	"exit",
	"brk",
	"munmap",
	"madvise",
	"futex",
	"getpid",
	"gettid",
	"getrandom",
	"clock_gettime",
	"gettimeofday",
	"time",
	"rt_sigreturn",
	"rt_sigprocmask",
	"restart_syscall",
};

/* Only on the one descriptor. */
static const char *const ON_FD[] = {
	"read",
	"write",
	"sendto",
};

static int
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "world.confine", "what", what, NULL);
}

static int
add_freely(scmp_filter_ctx f)
{
	for (size_t i = 0; i < sizeof(FREELY) / sizeof(*FREELY); i++) {
		int nr = seccomp_syscall_resolve_name(FREELY[i]);

		if (nr != __NR_SCMP_ERROR &&
		    seccomp_rule_add(f, SCMP_ACT_ALLOW, nr, 0) != 0)
			return -1;
	}
	return 0;
}

static int
add_on_fd(scmp_filter_ctx f, int fd)
{
	for (size_t i = 0; i < sizeof(ON_FD) / sizeof(*ON_FD); i++)
		if (seccomp_rule_add(f, SCMP_ACT_ALLOW,
			seccomp_syscall_resolve_name(ON_FD[i]), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd, 0)) != 0)
			return -1;
	return 0;
}

/* Memory of its own, never with the right to run. */
static int
add_memory(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp no_code =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp own =
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);

	if (seccomp_rule_add(
		f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_code, own) != 0 ||
	    seccomp_rule_add(
		f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) != 0 ||
	    seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mremap), 0) != 0)
		return -1;
	return 0;
}

/* poll(2) of one: what it says of another descriptor is that there is none. */
static int
add_wait(scmp_filter_ctx f)
{
	return seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, SCMP_SYS(poll), 1, SCMP_A1(SCMP_CMP_EQ, 1, 0));
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, 1);
}

bool
strict_prepare(void)
{
	char large[4096] = { 1 };

	qsort(large, sizeof(large), 1, compare);
	return OPENSSL_init_crypto(
		   OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT,
		   NULL) == 1;
}

int
strict_filter(int fd, bool waits, struct err *e)
{
	scmp_filter_ctx f;
	int rc = -1;

	if (confine_process(e) == -1)
		return -1;
	f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (f == NULL)
		return failed(e, "seccomp");
	if (add_freely(f) == -1 || add_on_fd(f, fd) == -1 ||
	    add_memory(f) == -1 || (waits && add_wait(f) != 0) ||
	    seccomp_load(f) != 0)
		failed(e, "seccomp");
	else
		rc = 0;
	seccomp_release(f);
	return rc;
}

static int
limit(int what, rlim_t value)
{
	const struct rlimit r = { value, value };

	return setrlimit((__rlimit_resource_t)what, &r);
}

int
strict_confine(int fd, unsigned seconds, struct err *e)
{
	bool all_day = seconds == STRICT_ALL_DAY;

	if ((fd > 0 && close_range(0, (unsigned)fd - 1, 0) == -1) ||
	    close_range((unsigned)fd + 1, ~0u, 0) == -1)
		return failed(e, "descriptors");
	if (limit(RLIMIT_AS, STRICT_MEMORY) == -1 ||
	    (!all_day && limit(RLIMIT_CPU, seconds) == -1) ||
	    /* poll(2) takes as many as it says; they are not more for it. */
	    limit(RLIMIT_NOFILE, all_day) == -1 ||
	    limit(RLIMIT_FSIZE, 0) == -1 || limit(RLIMIT_CORE, 0) == -1 ||
	    limit(RLIMIT_NPROC, 0) == -1)
		return failed(e, "limits");
	return strict_filter(fd, all_day, e);
}
