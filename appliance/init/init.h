/* SPDX-License-Identifier: MIT */
/*
 * tachiai-init, process 1 of the appliance: static, small, and the only one
 * that stays root.
 *
 * main.c     in which order; the end
 * mounts.c   what the kernel offers, put in its places and closed
 * facts.c    what the machine says of itself, as a file
 * measure.c  the image, read back while people have their first screen
 * devices.c  what is plugged in
 * media.c    the keeper of the media: mounts what comes, lets go what goes
 * clock.c    the setter of the clock, for tachiai-console
 * disk.c     block devices: which are there, their label, their serial
 * format.c   a stick made a medium of the volume
 * serve.c    the sockets of keeper and setter, one user at each
 * give.c     the nodes of camera and printer, for tachiai-courier
 * module.c   what the production module may have (module.h)
 * daemon.c   the program that it brings, where it brings one
 * drive.c    the drive that writes discs, lent to tachiai-courier
 * seat.c     keyboard and screen, or a serial line
 * start.c    the programs: users, rights, descriptors
 */
#ifndef TACHIAI_INIT_H
#define TACHIAI_INIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "appliance/world/clock.h"
#include "appliance/world/mount.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/json.h"

#define VOLUME_DIR   "/volume" /* volume/a and volume/b while they are in */
#define STICKS_DIR   "/sticks" /* sticks/NAME while it is in */
#define FACTS_FILE   "/run/facts.json"
#define CAMERA_LINK  "/run/camera" /* to its device, while it is in */
#define PRINTER_LINK "/run/printer"
#define DISC_LINK    "/run/disc"
#define TPM_LINK     "/run/tpm"
#define BLOCKS       "/sys/class/block"
#define BIN          "/bin"
/* Of production volumes, whatever its maker called it. */
#define PRODUCTION_MODULE "/usr/lib/production/module.so"

#define IMAGE_AGE_S       (INT64_C(20) * 366 * 86400) /* no image is so old */

/* Users: USER_FIRST + enum party, and one for each of these. */
#define USER_FIRST   100
#define USER_MEASURE 120
#define USER_SCREEN  121
#define USER_CLOCK   122
#define USER_DAEMON  123

/* mounts.c: 0, or -1 and *what failed. */
int mounts_make(const char **what);
void mounts_close(void); /* the root read-only, the kernel's last knobs */

/*
 * facts.c: of the start, once, and how often process 1 started something
 * again.  One page that process 1 alone writes to after the start.  `image` and
 * `size` are read once `reading` is false; "" when it could not be measured.
 */
#define PCRS 24
struct facts {
	atomic_bool reading; /* from its medium, so much of it: */
	atomic_int percent;
	char image[65];
	char pcr[PCRS][66]; /* of the TPM, in hex; "" none */
	char medium[16];    /* "sr0", "sda" */
	char size[24];
	int64_t made; /* the time of the image's files */
	int launchers, keepers, screens, clocks, daemons;
	atomic_uint plugged; /* names the daemon's devices; 0: none */
};
/* The TPM's registers, as they are now; each reading is a word with it. */
void facts_measured(struct facts *f, const char *sys);
/* What is found below a /sys, the clock being at `now`. */
struct json *facts_describe(
    const struct facts *f, const char *sys, int64_t now);
/* Written anew (0644, whole or not at all) when it differs from last time. */
void facts_write(const struct facts *f);

/*
 * measure.c: who reads the image back speaks at `from`, never waited for, or
 * -1 there is nobody; what was said by now; and how it ended.
 */
void measure_from(struct facts *f, int from);
void measure_look(struct facts *f);
void measure_end(struct facts *f, int status);

/* devices.c: what the USB and the kernel show, from a root of /sys. */
struct json *devices_describe(const char *sys);
/* Is an interface of this USB class of use in a ceremony? */
bool devices_expected(unsigned usb_class);
/* A display controller, of any kind, on the PCI bus. */
bool devices_screen(const char *sys);
/* Interfaces of networks other than lo, as an array of names. */
struct json *devices_networks(const char *sys);

/* One line of a small file of the kernel's, "" when it is not there. */
void read_line(const char *path, char *out, size_t size);

/* media.c: the loop of its own process; never returns. */
_Noreturn void media_keep(struct facts *f);

/*
 * clock.c: its socket and the hardware clock, as long as it may open them;
 * then the loop.  clock_judge(): 0, or ERANGE.
 */
void clock_listen(const struct facts *f);
_Noreturn void clock_keep(void);
int clock_judge(
    int64_t now, int64_t known, int64_t made, const struct clock_ask *ask);

/* disk.c; a DEV is a name of BLOCKS. */
#define DISK_NAME 16
bool disk_is_medium(const char *dev); /* by its name: a disc or a stick */
bool disk_is_there(const char *dev);  /* a drive: with a disc in it */
bool disk_has_parts(const char *dev); /* that have names of their own */
bool disk_protected(const char *dev); /* its switch is on */
/* What its maker says it is, printable; "" when nothing. */
void disk_serial(const char *dev, char *out, size_t size);
/* The medium that the image was started from: its name and a descriptor
 * open for reading, or -1. */
int disk_boot(char name[static DISK_NAME]);

/*
 * serve.c: packets of one user at a socket, and of another at a second one.
 * keep_listen() ends the process where it cannot; `say` answers, with room
 * for KEEP_LINE bytes; `gone`, if any, is called when who asked has ended or
 * another one came.  keep_serve() answers for up to `ms` milliseconds, -1 until
 * something was asked.
 */
typedef void keep_say_fn(void *arg, const char *line, char *reply);
void keep_listen(
    const char *path, uid_t user, keep_say_fn *say, void (*gone)(void));
void keep_serve(int ms, void *arg);

/*
 * format.c: whole sticks.  format_nth(): the n-th of the ports by name, or -1.
 * format_describe(): what it is; whether it may be erased its caller knows.
 * format_make(): everything on it is erased, an ext4 made that is called
 * TACHIAI-A or -B; 0, or an errno, where what it holds is nobody's any more.
 */
struct format_stick;
int format_nth(int64_t n, char dev[static DISK_NAME]);
void format_describe(const char *dev, struct format_stick *out);
int format_make(const char *dev, char label);

/* give.c: camera, printer, TPM and what the production module may have, as
 * they are now, are their user's; f->plugged says which are its daemon's. */
void devices_give(struct facts *f);

/*
 * drive.c: the first drive that says it writes discs, and is not `boot`, has
 * the name DISC_LINK for as long as it is there.  drive_begin(): of a keeper
 * that died nothing is lent.
 */
void drive_begin(void);
void drive_look(const char *boot);
const char *drive_writes(void); /* its DEV, or "" */
bool drive_is_lent(const char *dev);
int drive_lend(void); /* to tachiai-courier, until */
void drive_back(void);

/*
 * seat.c: the screen with a painter of pixels where there is a framebuffer
 * and it can be painted: its process, or -1.
 */
pid_t seat_take(void);
/* The painter died: another one at the same terminal, or -1. */
pid_t seat_again(void);
/* No painter any more: the kernel's own text, or a serial line. */
void seat_text(void);
const char *seat_keys(void); /* the terminal that people type at */
int seat_painted(void);      /* what the launcher draws on, or -1 */

/* Lives of a program: how often one ended soon after it had begun. */
struct lives {
	time_t since;
	int deaths;
};
/* main.c: one more death; true when it is one too many. */
bool lives_end(struct lives *l);

/* daemon.c: start it, or end it, when that is due; true: it is what ended. */
struct module;
void daemon_look(const struct facts *f);
bool daemon_ended(struct facts *f, pid_t pid);

/* start.c */
pid_t start_measure(int medium, int out);
/* With the terminal `keys`, drawing on `painted`, or -1: on the same. */
pid_t start_launcher(const char *keys, int painted);
/* tachiai-screen at a terminal's other side; a byte to `ready` in time. */
pid_t start_screen(int terminal, int framebuffer, int ready);
/* mke2fs, which can write to this DEV alone; 0 it did, or -1. */
int start_mke2fs(const char *dev, char label);
pid_t start_media(struct facts *f);
pid_t start_clock(const struct facts *f);
pid_t start_daemon(const struct module *m);

#endif
