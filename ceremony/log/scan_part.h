/* SPDX-License-Identifier: MIT */
/* The inside of the walk (scan.c) and of its keys and seals (seal.c). */
#ifndef TACHIAI_SCAN_PART_H
#define TACHIAI_SCAN_PART_H

#include "ceremony/log/checkpoint.h"
#include "ceremony/log/scan.h"

enum scan_state {
	SCAN_SHUT, /* no sitting */
	SCAN_OPEN,
	SCAN_CLOSING, /* sitting.close stands, the seal comes */
	SCAN_SEALED,  /* a coda may follow */
};

struct scan {
	struct scan_world world;
	struct buf part; /* a line that is not yet whole */
	int64_t at;      /* number of the entry being looked at */
	struct head head;
	struct merkle merkle;
	char origin[161];
	struct event_set *events;      /* the table in force; NULL: our own */
	struct event_set *next_events; /* from the next line on */
	char epoch[33];                /* of the last sitting.open */
	bool unknown; /* a kind whose meaning this program lacks was met */
	int64_t last_t, last_m, last_s;
	int64_t base_t, base_m; /* where both clocks last agreed */
	enum scan_state state;
	int64_t sitting; /* the last one opened, -1 none */
	int64_t sealed;
	bool roster_sealed;
	int64_t quorum; /* CA administrators that a seal needs */
	struct scan_key key[SCAN_KEYS];
	size_t keys;
	int64_t checkpoint_size; /* that custodians may sign; 0 none */
	uint8_t checkpoint_root[SHA256_LEN];
	struct head *expect;
	size_t expects, met;
};

int scan_order(const struct scan *s, const char *what, struct err *e);
int scan_roster(struct scan *s, struct err *e);
void scan_forget_log_key(struct scan *s);
void scan_forget_cosigners(struct scan *s);
int scan_custodian(struct scan *s, const struct entry *en, struct err *e);
int scan_statement(const struct scan *s, const struct entry *en, struct err *e);
int scan_enroll(struct scan *s, const struct entry *en, struct err *e);
int scan_checkpoint(struct scan *s, const struct entry *en, const uint8_t *line,
    size_t len, struct err *e);

#endif
