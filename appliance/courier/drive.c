/* SPDX-License-Identifier: MIT */
/*
 * Invariant: every act is a process of its own that grabs the drive, acts and
 * ends, so that what is read back is asked of the disc and not of what is
 * remembered of it; and threads of the library, or its end, are not ours.
 */
#include "appliance/courier/drive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* It asks for <sys/types.h> and the like first. */
#include <libburn/libburn.h>

#include "appliance/world/write.h"
#include "ceremony/base/utf8.h"

#define STDIO "stdio:"
#define BLOCK 2048
/* Behind the last block, for readers that look ahead: two seconds of a CD. */
#define TAIL  (150 * BLOCK)
#define FRONT (32 * BLOCK) /* what a file system begins with */
#define PIECE (64 * BLOCK) /* read at once */
#define WAIT  50           /* milliseconds between two looks */
#define WHY   160

/* Profiles (MMC) of discs that are written once; and a file for a drive. */
static const int ONCE[] = { 0x09, 0x11, 0x15, 0x16, 0x1b, 0x2b, 0x41, 0x42 };
#define PROFILE_FILE 0xffff

struct drive {
	struct burn_drive_info *info;
	struct burn_drive *d; /* NULL: not grabbed */
	off_t at;             /* read up to there */
};

struct feed {
	const uint8_t *p;
	size_t len, at;
};

static bool
is_file(const char *adr)
{
	return strncmp(adr, STDIO, sizeof(STDIO) - 1) == 0;
}

bool
drive_here(const char *adr)
{
	struct stat st;

	if (adr == NULL)
		return false;
	if (!is_file(adr))
		return stat(adr, &st) == 0 && S_ISBLK(st.st_mode);
	return stat(adr + sizeof(STDIO) - 1, &st) == 0 && S_ISREG(st.st_mode);
}

/* The library's last word on what it could not do. */
static void
last_word(char why[static WHY])
{
	char text[BURN_MSGS_MESSAGE_LEN], grade[81], least[] = "SORRY";
	int code, number;

	memcpy(why, "-", 2);
	while (burn_msgs_obtain(least, &code, text, &number, grade) == 1)
		utf8_printable(why, WHY, text, strnlen(text, sizeof(text)));
}

static int
grab(const char *adr, struct drive *v, struct err *e)
{
	char queue[] = "SORRY", print[] = "NEVER", id[] = "";
	char *name = xstrdup(adr);

	memset(v, 0, sizeof(*v));
	if (burn_initialize() != 1)
		return err_set(e, ERR_REFUSED, "disc.none", NULL);
	(void)burn_msgs_set_severities(queue, print, id);
	if (burn_drive_scan_and_grab(&v->info, name, 1) != 1)
		return err_set(e, ERR_REFUSED, "disc.none", NULL);
	v->d = v->info[0].drive;
	return burn_disc_get_status(v->d) != BURN_DISC_EMPTY
	    ? 0
	    : err_set(e, ERR_REFUSED, "disc.empty", NULL);
}

static int
nap(void)
{
	const struct timespec t = { 0, WAIT * 1000000L };

	return nanosleep(&t, NULL);
}

/* Does a disc that says it is blank hold something?  A file may. */
static bool
holds_something(struct drive *v)
{
	static char front[FRONT];
	off_t n = 0;

	(void)burn_read_data(v->d, 0, front, sizeof(front), &n, 2 | 4);
	return n > 0;
}

static int
is_blank(struct drive *v, const char *adr, struct err *e)
{
	enum burn_disc_status is = burn_disc_get_status(v->d);
	char kind[80] = "?";
	bool once = false;
	int profile = -1;

	(void)burn_disc_get_profile(v->d, &profile, kind);
	for (size_t i = 0; i < sizeof(ONCE) / sizeof(*ONCE); i++)
		once = once || profile == ONCE[i];
	if (is == BURN_DISC_APPENDABLE || is == BURN_DISC_FULL ||
	    (profile == PROFILE_FILE && holds_something(v)))
		return err_set(e, ERR_REFUSED, "disc.written", NULL);
	if (is != BURN_DISC_BLANK ||
	    !(once || (profile == PROFILE_FILE && is_file(adr))))
		return err_set(e, ERR_REFUSED, "disc.kind", "kind", kind, NULL);
	return 0;
}

/* The library's source of a track: bytes in memory. */
static int
feed_read(struct burn_source *s, unsigned char *to, int size)
{
	struct feed *f = s->data;
	size_t n = f->len - f->at;

	if (size < 0)
		return -1;
	if (n > (size_t)size)
		n = (size_t)size;
	memcpy(to, f->p + f->at, n);
	f->at += n;
	return (int)n;
}

static off_t
feed_size(struct burn_source *s)
{
	const struct feed *f = s->data;

	return (off_t)f->len;
}

static int
feed_set_size(struct burn_source *s, off_t size)
{
	(void)s;
	(void)size;
	return 1;
}

/*
 * What is written, as the library wants it: one track of one session.  None
 * of it is freed, for a thread may have it still: the process ends.
 */
struct job {
	struct burn_disc *disc;
	struct burn_session *session;
	struct burn_track *track;
	struct burn_write_opts *how;
};

static int
job_make(struct job *j, struct drive *v, struct feed *f)
{
	static struct burn_source source = { .refcount = 1,
		.read = feed_read,
		.get_size = feed_size,
		.set_size = feed_set_size };
	char reasons[BURN_REASONS_LEN];

	source.data = f;
	j->disc = burn_disc_create();
	j->session = burn_session_create();
	j->track = burn_track_create();
	j->how = burn_write_opts_new(v->d);
	if (j->disc == NULL || j->session == NULL || j->track == NULL ||
	    j->how == NULL ||
	    burn_disc_add_session(j->disc, j->session, BURN_POS_END) != 1)
		return -1;
	burn_track_define_data(j->track, 0, TAIL, 1, BURN_MODE1);
	if (burn_track_set_source(j->track, &source) != BURN_SOURCE_OK ||
	    burn_session_add_track(j->session, j->track, BURN_POS_END) != 1)
		return -1;
	/* Closed behind it: nothing can be added. */
	burn_write_opts_set_multi(j->how, 0);
	burn_write_opts_set_perform_opc(j->how, 0);
	(void)burn_write_opts_set_underrun_proof(j->how, 1);
	burn_write_opts_set_stdio_fsync(j->how, 1);
	return burn_write_opts_auto_write_type(j->how, j->disc, reasons, 0) ==
		BURN_WRITE_NONE
	    ? -1
	    : 0;
}

static int
failed(struct err *e)
{
	char why[WHY];

	last_word(why);
	return err_set(e, ERR_WORLD, "disc.failed", "why", why, NULL);
}

static int
burn(struct drive *v, const void *bytes, size_t len, struct err *e)
{
	static struct feed feed; /* what the library has stays */
	struct job j = { .disc = NULL };
	off_t room;

	feed = (struct feed){ bytes, len, 0 };
	if (job_make(&j, v, &feed) == -1)
		return failed(e);
	room = burn_disc_available_space(v->d, j.how);
	if (room < (off_t)(len + TAIL)) {
		err_set(e, ERR_REFUSED, "disc.full", NULL);
		err_arg_int(e, "free", room);
		err_arg_int(e, "need", (long long)len + TAIL);
		return -1;
	}
	burn_disc_write(j.how, j.disc);
	while (burn_drive_get_status(v->d, NULL) == BURN_DRIVE_SPAWNING)
		(void)nap();
	while (burn_drive_get_status(v->d, NULL) != BURN_DRIVE_IDLE)
		(void)nap();
	return burn_drive_wrote_well(v->d) == 1 && feed.at == len ? 0
								  : failed(e);
}

/* An act: 0, or -1 and why; what it has to say goes to `to`. */
typedef int act_fn(struct drive *v, const char *adr, const void *bytes,
    size_t len, int to, struct err *e);

static int
act_write(struct drive *v, const char *adr, const void *bytes, size_t len,
    int to, struct err *e)
{
	(void)to;
	return is_blank(v, adr, e) == 0 ? burn(v, bytes, len, e) : -1;
}

static int
act_read(struct drive *v, const char *adr, const void *bytes, size_t len,
    int to, struct err *e)
{
	static char piece[PIECE];
	char why[WHY];

	(void)adr;
	(void)bytes;
	while (len > 0) {
		size_t want = len < PIECE ? len : PIECE;
		off_t n = 0;

		if (burn_read_data(v->d, v->at, piece, (off_t)want, &n, 0) !=
			1 ||
		    n != (off_t)want) {
			last_word(why);
			return err_set(
			    e, ERR_WORLD, "disc.unread", "why", why, NULL);
		}
		if (write_all(to, piece, want) == -1)
			return -1;
		v->at += n;
		len -= want;
	}
	return 0;
}

/* The child: what it says ends with why not, when it exits with 1. */
static _Noreturn void
child(act_fn *act, const char *adr, const void *bytes, size_t len, int to)
{
	struct drive v;
	struct err e;
	int r;

	memset(&e, 0, sizeof(e));
	r = grab(adr, &v, &e);
	if (r == 0)
		r = act(&v, adr, bytes, len, to, &e);
	/* Its door can be opened again; a thread that wrote has ended. */
	if (v.d != NULL && nap() == 0)
		burn_drive_release(v.d, 0);
	_exit(r == 0 ? 0 : write_all(to, &e, sizeof(e)) == 0 ? 1 : 2);
}

/* 0, or -1 and what the child said; `id` when it ended by itself. */
static int
outcome(int status, struct buf *said, const char *id, struct err *e)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 ||
	    said->len < sizeof(*e))
		return err_set(e, ERR_WORLD, id, "why", "libburn ended", NULL);
	memcpy(e, said->data + said->len - sizeof(*e), sizeof(*e));
	return -1;
}

static int
run(act_fn *act, const char *adr, const void *bytes, size_t len,
    struct buf *said, const char *id, struct err *e)
{
	uint8_t piece[1 << 14];
	int ends[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (!drive_here(adr))
		return err_set(e, ERR_REFUSED, "disc.none", NULL);
	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set(e, ERR_WORLD, id, "why", "pipe", NULL);
	pid = fork();
	if (pid == 0)
		child(act, adr, bytes, len, ends[1]);
	close(ends[1]);
	while ((n = read(ends[0], piece, sizeof(piece))) > 0 ||
	    (n == -1 && errno == EINTR))
		buf_add(said, piece, n > 0 ? (size_t)n : 0);
	close(ends[0]);
	if (pid == -1)
		return err_set(e, ERR_WORLD, id, "why", "fork", NULL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return outcome(status, said, id, e);
}

int
drive_write(const char *adr, const void *bytes, size_t len, struct err *e)
{
	struct buf said = BUF_INIT;
	int ret = run(act_write, adr, bytes, len, &said, "disc.failed", e);

	buf_free(&said);
	return ret;
}

int
drive_read(const char *adr, size_t len, struct buf *out, struct err *e)
{
	struct buf said = BUF_INIT;
	int ret = run(act_read, adr, NULL, len, &said, "disc.unread", e);

	if (ret == 0 && said.len != len)
		ret = err_set(
		    e, ERR_WORLD, "disc.unread", "why", "libburn ended", NULL);
	if (ret == 0)
		buf_add(out, said.data, said.len);
	buf_free(&said);
	return ret;
}
