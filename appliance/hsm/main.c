/* SPDX-License-Identifier: MIT */
/*
 * tachiai-hsm --module SO: answers the console and tachiai-key over the
 * launcher's socket until it closes.  It has no terminal, no transcript
 * file, no medium, and no option that weakens anything.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "appliance/hsm/hsm.h"
#include "appliance/world/confine.h"
#include "appliance/world/paths.h"
#include "ceremony/text/text.h"

#define SECURE_HEAP ((size_t)1 << 20)

static volatile sig_atomic_t asked_to_end;

static void
on_end(int sig)
{
	(void)sig;
	asked_to_end = 1;
}

/* Asked to end, the directory in memory is still removed.  The signals come
 * through only while ppoll() waits: never inside a module. */
static void
catch_end(sigset_t *waiting)
{
	struct sigaction a = { .sa_handler = on_end };
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, waiting);
	sigdelset(waiting, SIGTERM);
	sigdelset(waiting, SIGHUP);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
say(const struct err *e)
{
	struct buf b = BUF_INIT;

	text_error(LANG_EN, e, &b);
	fprintf(stderr, "tachiai-hsm: %s (%s)\n", buf_cstr(&b), e->id);
	buf_free(&b);
}

static int
get_object(void *arg, const uint8_t sha256[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	return hsm_object(arg, sha256, out, e);
}

/* Everything, where the machine lets us; the secure heap is locked anyway. */
static void
lock_memory(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) == 0 && r.rlim_cur == RLIM_INFINITY)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE);
}

static int
begin(struct hsm *h, const char *module, struct err *e)
{
	struct object_source source = { get_object, h };
	/* And a module's own device. */
	struct paths_row writes[2] = { { NULL, PATHS_ALL },
		{ "/dev", PATHS_WRITE } };

	h->fd = MSG_FD;
	h->begun_at = h->done_at = -1;
	if (confine_process(e) == -1 || secret_begin(SECURE_HEAP, e) == -1)
		return -1;
	lock_memory();
	h->pool = OPENSSL_secure_zalloc(HSM_POOL * sizeof(*h->pool));
	if (h->pool == NULL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	h->c = ceremony_new(&source);
	if (ram_make(&h->ram, e) == -1 ||
	    p11_load(&h->p11, module, h->ram.dir, e) == -1 ||
	    p11_up(&h->p11, e) == -1)
		return -1;
	/* The module's own code may need more: the coarse filter comes
	 * after it was loaded, and before anything from outside. */
	writes[0].path = h->ram.dir;
	if (confine_module(e) == -1 || paths_confine(writes, 2, e) == -1)
		return -1;
	return hsm_epoch_begin(h, (int64_t)time(NULL), e);
}

static void
end(struct hsm *h)
{
	hsm_deactivate(h);
	hsm_deal_wipe(h);
	hsm_active_end(&h->log);
	hsm_key_fini(&h->log_key);
	secret_free(&h->log_secret);
	json_free(h->done_json);
	buf_free(&h->done_bytes);
	EVP_PKEY_free(h->trial);
	EVP_PKEY_free(h->key);
	buf_free(&h->cert);
	p11_close(&h->p11);
	ram_remove(&h->ram);
	if (h->c != NULL)
		hsm_replica_free(h);
	OPENSSL_secure_clear_free(h->pool, HSM_POOL * sizeof(*h->pool));
}

/* A use of the token, which begins the idle time anew. */
static bool
is_use(enum msg_type t)
{
	return t == MSG_DO || t == MSG_ACTIVATE || t == MSG_SHARE ||
	    t == MSG_DEAL || t == MSG_DEAL_SHARE;
}

static int
serve(struct hsm *h, const sigset_t *waiting, struct err *e)
{
	while (!asked_to_end) {
		struct pollfd p = { .fd = h->fd, .events = POLLIN };
		int ms = hsm_idle_ms(h, now_ms());
		struct timespec left = { ms / 1000, ms % 1000 * 1000000L };
		int n = ppoll(&p, 1, ms < 0 ? NULL : &left, waiting);
		struct msg m;
		int r;

		if (n == -1 && errno != EINTR)
			return err_set(e, ERR_WORLD, "msg.gone", "why",
			    strerror(errno), NULL);
		if (n == 0)
			hsm_idle(h, now_ms());
		if (n <= 0)
			continue;
		r = msg_read(h->fd, &m, e);
		if (r != 1)
			return r;
		if (is_use(m.type))
			h->last_use_ms = now_ms();
		r = hsm_dispatch(h, &m, e);
		msg_fini(&m);
		if (r == -1)
			return -1;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	static struct hsm h = { .ram = RAM_INIT };
	struct err e = { 0 };
	sigset_t waiting;
	int r;

	if (argc != 3 || strcmp(argv[1], "--module") != 0) {
		fprintf(stderr, "usage: tachiai-hsm --module SO\n");
		return 2;
	}
	catch_end(&waiting);
	r = begin(&h, argv[2], &e);
	if (r == 0)
		r = serve(&h, &waiting, &e);
	if (r == -1)
		say(&e);
	end(&h);
	return r == 0 ? 0 : 3;
}
