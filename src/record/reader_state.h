/* reader_state: what a line reader keeps behind its `state`: what was learnt from the head, and records in
 * parts. Private to record. */
#ifndef ONSET_RECORD_READER_STATE_H
#define ONSET_RECORD_READER_STATE_H

#include "record/blocks.h"
#include "record/columns.h"
#include "record/envelope.h"
#include "record/fields.h"
#include "record/journal.h"
#include "record/layout.h"
#include "record/line.h"
#include "record/parts.h"
#include "record/stamp_layout.h"

enum line_prefix { PREFIX_NONE, PREFIX_KUBECTL, PREFIX_COMPOSE, PREFIX_STERN };

/* What line_cri.c compares. Saves work only; zeroed is empty. */
enum { CRI_SECOND_BYTES = 19, CRI_BEHIND_BYTES = 16 };
struct cri_memo {
    uint8_t second[CRI_SECOND_BYTES + 1]; /* of the line before, with the point: "2026-08-07T14:31:05." */
    bool kept;
    int64_t second_ns;
    struct cri_behind {
        uint8_t text[CRI_BEHIND_BYTES]; /* "Z stdout F ", with the same zone: "Z stderr F " */
        uint8_t bytes;
    } behind[2];
};

/* What is around a stamp whose layout is known. */
enum stamp_around {
    AROUND_ANY,      /* anything; line_plain looks */
    AROUND_TEXT,     /* it starts the line, and text follows; nothing else is asked of the line */
    AROUND_ENVELOPE, /* it starts the line, and an envelope around text follows */
    AROUND_VALUES,   /* no stamp: the line is an object or pairs, and had a twin (twins.h) */
    AROUND_BRACKET,  /* it is the first bracket, behind an address, and text follows */
};

struct reader_state {
    struct field_names names;
    struct scratch scratch;
    struct syslog_memo syslog_memo;
    struct stamp_layout layout; /* of the stamp of the last line that was of a usual kind */
    enum stamp_around around;
    uint16_t layout_flags;     /* of such a line */
    uint32_t layout_version;   /* counts layouts */
    struct field_memo memo[2]; /* of the outermost and of an inner object */
    struct layouts objects[2], pairs[2];
    struct cri_memo cri;
    /* learnt */
    enum line_prefix prefix;
    bool syslog;      /* host tag[pid]: behind the stamp */
    bool runtime;     /* the first stamp is the runtime's */
    bool in_parts;    /* what is too long for the runtime comes in parts */
    bool outside;     /* lines usually start with their stamp: one inside a line is part of the sentence */
    bool inside;      /* lines usually have their stamp behind other words */
    bool far;         /* no stamp where it may be looked for, but nearly every line has one somewhere */
    bool swarm;       /* behind the stamp stands whose line it is, as 'docker service logs -t' writes it */
    bool carried;     /* lines are given out by a store of logs, with their labels (fields_carry_line) */
    bool log_stream;  /* behind the stamp stands the log stream of CloudWatch that the line is of */
    bool relayed;     /* some lines hold an event that another program sent (line_is_relayed) */
    bool bracket;     /* inside, and always in the first bracket of the line */
    bool keyed;       /* stamps at the start usually have a name: time=..., Date: ... */
    bool hexadecimal; /* lines begin with the seconds since the epoch in hexadecimal */
    bool epoch;       /* stamps at the start are often bare numbers: seconds since the epoch and the like */
    bool text; /* lines usually are a stamp and text: an object that tells no level is part of a message */
    bool inner_inside;      /* what envelopes hold may have a stamp behind other words */
    bool inner_seen_inside; /* while inner_inside: one was seen */
    bool headed;            /* a stamp has a line of its own, and the text with its level comes behind it */
    bool bare; /* a stamp has a line of its own, with nothing behind it, and heads those that follow */
    uint32_t bare_begin; /* where in that line it begins */
    bool level_object;   /* an object often comes behind a level: INFO {...}, or a tag */
    bool led;            /* records begin with blanks before their stamp */
    bool spaced;         /* text is always some way behind its stamp: a column, no indentation */
    bool facility;       /* most lines name facility and level: daemon.err hostapd: text */
    struct columns columns;
    /* of records in parts */
    struct parts parts;
    uint16_t head_flags; /* of a line that is but a stamp, or a stamp and its caller */
    int64_t head_ns;     /* of the first kind */
    uint32_t begin;      /* of the last stamp */
    struct journal journal;
    struct blocks blocks;
    struct line_place entry; /* where the journal's entry, or the block, begins */
};

/* Does the line begin with the name of a value ("Date: Sat, ...", "time=...")? */
bool line_is_keyed(struct span text);
/* Does the line begin with a bare number of ten digits or more (an epoch, a lease, a sequence)? */
bool line_is_epoch(struct span text);
/* "6a75ec29 ", "6a75ec29.075bcd15 ": seconds and nanoseconds in hexadecimal, not after the newest plausible
 * time; "(6A75EC29.0000-1:" */
bool line_is_hexadecimal(struct span text, const struct stamp_context *context, struct stamp *ret_stamp);
/* Does text, behind its stamp, hold an event that may have a time of its own: CEF or LEEF, or an object
 * behind an address? */
bool line_is_relayed(struct span text);
/* A stamp where stamps may be looked for, else anywhere in the line. */
bool line_far_stamp(const struct line_reader *reader, struct span text, struct stamp *ret_stamp);
/* raw without what is no text: CR and NUL at the ends, terminal sequences. */
struct span line_clean(struct reader_state *state, struct span raw);
/* The learnt prefix off the line; false when it is not there. */
bool line_take_prefix(enum line_prefix prefix, struct span text, struct envelope *ret_envelope);
void line_parts_forget(struct reader_state *state);

#endif
