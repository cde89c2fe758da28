/* SPDX-License-Identifier: MIT */
/*
 * Confinement shared by the programs.  Invariant: a filter is loaded whole
 * or the function fails; a program that could not be confined must not run.
 */
#include "appliance/world/confine.h"

#include <errno.h>
#include <linux/netlink.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum kind { BASIC, CALLER, MODULE, DAEMON, PRIVILEGED };

/* A daemon is confined before it is started. */
static const char *const STARTS[] = {
	"execve",
	"execveat",
};

/* Nobody here does this by mistake. */
static const char *const KILLED[] = {
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"init_module",
	"finit_module",
	"delete_module",
	"kexec_load",
	"kexec_file_load",
	"bpf",
	"perf_event_open",
	"unshare",
	"setns",
	"pivot_root",
	"open_by_handle_at",
	"userfaultfd",
	"io_uring_setup",
	"reboot",
	"swapon",
	"swapoff",
	"iopl",
	"ioperm",
};

/* Sockets; the C library may try these and live without. */
static const char *const MAKING[] = {
	"socket",
};

static const char *const CALLING[] = {
	"connect",
};

static const char *const SERVING[] = {
	"bind",
	"listen",
	"accept",
	"accept4",
};

static const char *const DENIED[] = {
	"mount",
	"umount2",
	"move_mount",
	"fsopen",
	"open_tree",
	"chroot",
	"keyctl",
	"add_key",
	"request_key",
	"personality",
	"acct",
	"quotactl",
	"settimeofday",
	"clock_settime",
	"adjtimex",
	"clock_adjtime",
	"sethostname",
	"setdomainname",
	"mknod",
	"mknodat",
};

static int
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "world.confine", "what", what, NULL);
}

int
confine_process(struct err *e)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	if (setrlimit(RLIMIT_CORE, &none) == -1)
		return failed(e, "core");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return failed(e, "dumpable");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return failed(e, "privileges");
	return 0;
}

/* Names that this kernel's table does not have cannot be called either. */
static int
add_rules(
    scmp_filter_ctx f, uint32_t action, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);

		if (nr == __NR_SCMP_ERROR)
			continue;
		if (seccomp_rule_add(f, action, nr, 0) != 0)
			return -1;
	}
	return 0;
}

/* Local sockets, and the kernel's word on what is plugged in. */
static int
add_daemon_sockets(scmp_filter_ctx f, uint32_t no)
{
	for (unsigned of = 0; of < AF_NETLINK; of++)
		if (of != AF_UNIX &&
		    seccomp_rule_add(f, no, SCMP_SYS(socket), 1,
			SCMP_A0(SCMP_CMP_EQ, of, 0)) != 0)
			return -1;
	if (seccomp_rule_add(f, no, SCMP_SYS(socket), 1,
		SCMP_A0(SCMP_CMP_GT, AF_NETLINK, 0)) != 0)
		return -1;
	return seccomp_rule_add(f, no, SCMP_SYS(socket), 2,
	    SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0),
	    SCMP_A2(SCMP_CMP_NE, NETLINK_KOBJECT_UEVENT, 0));
}

/* Sockets: none; those that are there already; or (for a module) local ones
 * to somebody who listens. */
static int
add_sockets(scmp_filter_ctx f, enum kind kind)
{
	const uint32_t no = SCMP_ACT_ERRNO(EPERM);

	if (kind == DAEMON)
		return add_daemon_sockets(f, no);
	if (kind == BASIC && add_rules(f, no, CALLING, COUNT(CALLING)) == -1)
		return -1;
	if (kind != MODULE && add_rules(f, no, MAKING, COUNT(MAKING)) == -1)
		return -1;
	if (kind == MODULE &&
	    seccomp_rule_add(f, no, SCMP_SYS(socket), 1,
		SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0)) != 0)
		return -1;
	return add_rules(f, no, SERVING, COUNT(SERVING));
}

static int
add_denied(scmp_filter_ctx f, enum kind kind)
{
	if (kind != DAEMON &&
	    add_rules(f, SCMP_ACT_KILL_PROCESS, STARTS, COUNT(STARTS)) == -1)
		return -1;
	if (add_rules(f, SCMP_ACT_ERRNO(EPERM), DENIED, COUNT(DENIED)) == -1)
		return -1;
	return add_sockets(f, kind);
}

static int
filter(enum kind kind, struct err *e)
{
	scmp_filter_ctx f = NULL;
	int ret = -1;

	if (kind != PRIVILEGED && confine_process(e) == -1)
		return -1;
	f = seccomp_init(SCMP_ACT_ALLOW);
	if (f == NULL ||
	    add_rules(f, SCMP_ACT_KILL_PROCESS, KILLED, COUNT(KILLED)) == -1 ||
	    (kind != PRIVILEGED && add_denied(f, kind) == -1) ||
	    seccomp_load(f) != 0) {
		failed(e, "seccomp");
		goto out;
	}
	ret = 0;
out:
	if (f != NULL)
		seccomp_release(f);
	return ret;
}

int
confine_basic(struct err *e)
{
	return filter(BASIC, e);
}

int
confine_privileged(struct err *e)
{
	return filter(PRIVILEGED, e);
}

int
confine_caller(struct err *e)
{
	return filter(CALLER, e);
}

int
confine_module(struct err *e)
{
	return filter(MODULE, e);
}

int
confine_daemon(struct err *e)
{
	return filter(DAEMON, e);
}
