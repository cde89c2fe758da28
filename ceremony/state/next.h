/* SPDX-License-Identifier: MIT */
/*
 * What may be done next: a pure function of the state.  The console turns
 * each answer into a screen or a request to another program, and every
 * outcome into an entry; then it asks again.
 */
#ifndef TACHIAI_NEXT_H
#define TACHIAI_NEXT_H

#include "ceremony/files/script.h"
#include "ceremony/state/state.h"

enum todo {
	TODO_LOG_INIT,  /* make the log token and enrol its key */
	TODO_OPEN,      /* an operations manager comes in first */
	TODO_LOSS,      /* ends that are lost: a quorum and the owner accept */
	TODO_ONE,       /* one medium alone: two people decide */
	TODO_DOUBT,     /* an intent without an outcome: choose a way */
	TODO_FILES,     /* profile set, plan, script */
	TODO_BREAK,     /* a break: wait for its end */
	TODO_BEGIN,     /* the next step begins */
	TODO_HANDS,     /* say attest record compare custody branch foreach */
	TODO_CLOCK,
	TODO_ENROLL,
	TODO_ROSTER,    /* signatures under the roster, then its seal */
	TODO_APPROVE,
	TODO_QUORUM,
	TODO_IMPORT,    /* a request from the stick */
	TODO_CONFIRM,   /* the RA officer confirms the step's requests */
	TODO_DEAL,      /* shares are dealt for a token */
	TODO_SHARES,    /* each holder opens the new shares once */
	TODO_PREPARE,   /* make and lint the bytes of `item` */
	TODO_RECORD,    /* all is prepared: make the run's record */
	TODO_CONSENT,   /* consents and the witness */
	TODO_ACTIVATE,
	TODO_DEED,      /* `item`: one key press */
	TODO_OUTCOME,   /* `item` is begun: do it and write what came */
	TODO_READBACK,
	TODO_EXPORT,
	TODO_SHOW,      /* finished items as codes */
	TODO_CLOSE,     /* close the sitting */
	TODO_COSIGN,    /* cosignatures, then the seal */
	TODO_NOTES,     /* sticks brought up to date */
	TODO_REVIEW,    /* the log examiner signs the log off */
	TODO_PAPER,     /* print, logout: the coda's steps */
	TODO_END,       /* the step has all it needs */
	TODO_DEVIATED,  /* it ends so: decided to go on without the rest */
	TODO_NOT_RUN,   /* the ceremony ends: this step is left out */
	TODO_DROP,      /* the open run cannot be done any more: give it up */
	TODO_DONE,      /* the script is at its end */
};

struct next {
	enum todo todo;
	size_t step_index;
	struct step step;        /* of the script; json NULL when none */
	const struct item *item; /* or NULL */
	const struct run *run;   /* the open one, or NULL */
};

void ceremony_next(const struct ceremony *c, struct next *out);

/* An import step asks for this item's request, or for its confirmation. */
bool import_asks(
    const struct ceremony *c, const struct step *s, const struct item *it);

/* hands.c: the comparison has the value that the script asks for. */
bool ceremony_compared(const struct ceremony *c, const struct step *s);
/* Which of a foreach's people is next; their number when all have said so. */
size_t ceremony_each(const struct ceremony *c, const struct step *s);
/* The step that a branch's no leads to, or the number of steps: none. */
size_t ceremony_otherwise(const struct ceremony *c, const struct step *s);

/* A statement that is due from a person at this moment. */
struct due {
	enum event_type event;   /* EV_AUTH_LOGIN, EV_CONSENT, ... */
	unsigned role;
	uint8_t doc[SHA256_LEN]; /* zeros for a login */
	struct buf text;         /* the document, "" where it is an object */
};

#define DUE_MAX (RUN_ITEMS + 2)

struct due_list {
	size_t n;
	struct due due[DUE_MAX];
	bool cosign;             /* and the checkpoint of the close */
	size_t sets;             /* shares to give: for the open run */
	char set[3][NAME_LEN];
};

#define WAY_MEDIUM "medium "

/*
 * What one visit of this person to the trusted prompt would sign.  `way` is
 * the way out of a doubt that was chosen at the console, "upgrade" for this
 * program's table of events, WAY_MEDIUM "B <uuid> <device>" for a new medium,
 * or NULL;
 * deviation the record of a decision that waits (with its text), or NULL.
 */
void ceremony_due(const struct ceremony *c, const struct person *p,
    const char *way, const struct buf *deviation, struct due_list *out);
void due_list_fini(struct due_list *l);
/* The document by which people go on that way; false: they sign none. */
bool ceremony_way_record(
    const struct ceremony *c, const char *way, struct buf *out);

/* People whom the moment waits for, best first; returns the number. */
size_t ceremony_waiting(const struct ceremony *c, const char *way,
    const struct buf *deviation, const struct person **out, size_t max);

#endif
