/* SPDX-License-Identifier: MIT */
/*
 * Pictures to texts.  A picture comes from outside and is read by a
 * tachiai-decode that can do nothing but answer; one that dies or does not
 * answer costs its picture, and the next one gets another reader.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "appliance/launcher/child.h"

#define ANSWER_MS 20000

struct pictures {
	char dir[4096]; /* of this program, and of the other one */
	uint32_t id;
	pid_t pid; /* of a reader that stays; 0 none */
	int fd;
};

struct pictures *
pictures_new(const char *dir)
{
	struct pictures *p = xcalloc(1, sizeof(*p));
	ssize_t n;
	char *slash;

	if (dir != NULL) {
		snprintf(p->dir, sizeof(p->dir), "%s", dir);
		return p;
	}
	n = readlink("/proc/self/exe", p->dir, sizeof(p->dir) - 1);
	p->dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(p->dir, '/');
	if (slash != NULL)
		*slash = '\0';
	return p;
}

static void
end(pid_t pid, int fd)
{
	close(fd);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

static void
dismiss(struct pictures *p)
{
	if (p->pid > 0)
		end(p->pid, p->fd);
	p->pid = 0;
}

void
pictures_free(struct pictures *p)
{
	dismiss(p);
	free(p);
}

/* Each text has its length before it. */
static int
each(const struct buf *texts, pictures_take *take, void *arg, struct err *e)
{
	struct cursor c = { texts->data, texts->len };
	const uint8_t *text;
	uint16_t n;

	while (c.left > 0) {
		if (cursor_be16(&c, &n) == -1 ||
		    cursor_skip(&c, n, &text) == -1)
			return err_set(
			    e, ERR_WORLD, "msg.form", "what", "texts", NULL);
		if (take(arg, (const char *)text, n) != 0)
			break;
	}
	return 0;
}

static int
ask(struct pictures *p, int fd, const char *type, const struct buf *picture,
    struct msg *answer, struct err *e)
{
	struct pollfd wait = { fd, POLLIN, 0 };
	struct msg m;
	int ret = -1;

	msg_init(&m, PARTY_DECODE, MSG_DECODE, ++p->id);
	m.from = PARTY_CONSOLE;
	json_set_str(m.json, "type", type);
	json_set_str(m.json, "name", type);
	buf_add(&m.bytes, picture->data, picture->len);
	if (msg_write(fd, &m, e) == -1) {
		err_set(e, ERR_WORLD, "decode.died", NULL);
	} else {
		if (poll(&wait, 1, ANSWER_MS) != 1 ||
		    msg_read(fd, answer, e) != 1)
			err_set(e, ERR_WORLD, "decode.died", NULL);
		else if ((ret = msg_answer_ok(answer, e)) == -1)
			msg_fini(answer);
	}
	msg_fini(&m);
	return ret;
}

static pid_t
reader(const struct pictures *p, int *fd, struct err *e)
{
	char name[] = "tachiai-decode";
	char *argv[] = { name, NULL };
	struct child_start s = { .dir = p->dir,
		.who = PARTY_DECODE,
		.io = CHILD_NULL,
		.pty = -1,
		.clock = -1,
		.complaints = STDERR_FILENO,
		.argv = argv };

	return child_start(&s, fd, e);
}

int
pictures_texts(struct pictures *p, const struct buf *picture,
    pictures_take *take, void *arg, struct err *e)
{
	struct msg answer;
	int fd = -1, ret;
	pid_t pid = reader(p, &fd, e);

	if (pid == -1)
		return -1;
	ret = ask(p, fd, "picture", picture, &answer, e);
	end(pid, fd);
	if (ret == 0) {
		ret = each(&answer.bytes, take, arg, e);
		msg_fini(&answer);
	}
	return ret;
}

int
pictures_camera(struct pictures *p, const struct buf *picture,
    pictures_take *take, void *arg, struct json **form, struct err *e)
{
	struct msg answer;
	bool fresh;
	int ret;

	for (;;) {
		fresh = p->pid <= 0;
		if (fresh && (p->pid = reader(p, &p->fd, e)) == -1)
			return -1;
		ret = ask(p, p->fd, "camera", picture, &answer, e);
		if (ret == 0)
			break;
		/* Its time may have been over: once more, with another. */
		if (strcmp(e->id, "decode.died") != 0)
			return -1;
		dismiss(p);
		if (fresh)
			return -1;
	}
	*form = answer.json;
	answer.json = json_new_obj();
	ret = each(&answer.bytes, take, arg, e);
	msg_fini(&answer);
	return ret;
}
