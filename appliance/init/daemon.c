/* SPDX-License-Identifier: MIT */
/*
 * The daemon that a production module brings, pcscd of OpenSC's.  Invariant:
 * it runs exactly while one of its devices is plugged in, and is another one
 * whenever what is plugged in has changed: nobody else tells it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/init/module.h"
#include "appliance/world/msg.h"

static struct {
	pid_t pid;
	unsigned devices; /* for which it was started, or is given up */
	bool ended;       /* by us */
	struct lives lives;
} now_runs = { .pid = -1 };

/*
 * Its folder, empty: the daemon writes there by its group, tachiai-hsm, who
 * owns it, gets to what stands there by its name, and nobody else does.
 */
static int
make_folder(const char *path)
{
	const struct dirent *de;
	int fd = -1;
	DIR *d;

	(void)mkdir(path, 0700);
	d = opendir(path);
	if (d != NULL)
		fd = dirfd(d);
	while (d != NULL && (de = readdir(d)) != NULL)
		if (de->d_name[0] != '.')
			(void)unlinkat(fd, de->d_name, 0);
	if (d != NULL)
		closedir(d);
	if (chown(path, USER_FIRST + PARTY_HSM, USER_DAEMON) == -1)
		return -1;
	return chmod(path, 0170);
}

static bool
is_due(const struct facts *f)
{
	unsigned devices = atomic_load(&f->plugged);

	if (module_get()->daemon[0] == NULL)
		return false;
	return now_runs.pid != -1
	    ? devices != now_runs.devices && !now_runs.ended
	    : devices != now_runs.devices;
}

void
daemon_look(const struct facts *f)
{
	const struct module *m = module_get();

	if (!is_due(f))
		return;
	if (now_runs.pid != -1) {
		now_runs.ended = true;
		(void)kill(now_runs.pid, SIGKILL);
		return;
	}
	now_runs.devices = atomic_load(&f->plugged);
	now_runs.ended = false;
	if (now_runs.devices != 0 && make_folder(m->folder) == 0)
		now_runs.pid = start_daemon(m);
}

bool
daemon_ended(struct facts *f, pid_t pid)
{
	if (pid != now_runs.pid)
		return false;
	now_runs.pid = -1;
	if (now_runs.ended) {
		now_runs.lives.deaths = 0;
		return true;
	}
	f->daemons++;
	/* One too many: until another device is plugged in. */
	if (!lives_end(&now_runs.lives))
		now_runs.devices = 0;
	return true;
}
