/* twins: lines that tell the same but for their time and message.
 *
 * Of a line that follows a path (layout.h) few values are asked for, and most of those hold one of a few
 * words: a level, a status. A line that follows the same path and holds the same words tells the same
 * severity, seed and statuses; its time, its message and who says it are where the path has them. The first
 * one goes the way of fields.h, which says what it tells.
 *
 * What a plan leaves to that way: names whose value joins the message (errors, reasons, traces), envelopes
 * (log, the journal), times in two values. What a line leaves to it: a value of more than TWIN_WORD_BYTES,
 * escapes in what is asked for, a time that field_time.h does not know, an empty message.
 *
 * Saves work only, never changes an answer. One for each struct layouts; memory: 16 KiB, nothing before the
 * first line. */
#ifndef ONSET_RECORD_TWINS_H
#define ONSET_RECORD_TWINS_H

#include "record/layout.h"

enum {
    TWIN_SLOTS = 64,
    TWIN_WORDS_MAX = 4, /* values that are compared */
    TWIN_WORD_BYTES = 16,
    TWIN_STATUSES_BYTES = 48,
    TWIN_PLANS_MAX = 64,
    TWIN_NONE = 255,
    TWINS_CROWDED = 32 /* so many lines found no slot: it is time for others */
};

/* Which of the values of a path are what. */
struct twin_plan {
    uint8_t time, message, stream; /* number of the value, or TWIN_NONE; of the last two it is not empty */
    uint8_t count;                 /* of words; TWIN_NONE: lines of this path have no twins */
    uint8_t words[TWIN_WORDS_MAX];
    bool objects; /* names of what a change would be about */
    uint8_t tries, finds;
};

struct twin {
    uint64_t words[2 * TWIN_WORDS_MAX];
    uint32_t lengths; /* of the words, a byte for each */
    uint8_t plan;     /* its number + 1; 0: the slot is empty */
    uint8_t severity;
    bool timed;     /* its time counts */
    uint8_t stream; /* number of the value that names who says it, or TWIN_NONE */
    uint8_t statuses_bytes;
    uint64_t seed;
    uint8_t statuses[TWIN_STATUSES_BYTES];
};

struct twins {
    uint8_t plan_of[LAYOUT_NODES_MAX]; /* by the last node of a path: number + 1, 0: none yet */
    uint8_t plan_count;
    uint8_t crowded; /* lines that found no slot */
    struct twin_plan plans[TWIN_PLANS_MAX];
    struct twin slots[TWIN_SLOTS];
};

struct twin_line {
    const struct twin *twin;
    struct span message, stream;
    int64_t time_ns; /* TIME_NONE: there is no value for it */
    uint8_t time_flags;
    bool objects;
};

static inline bool twin_is_timed(const struct twin_line *line)
{
    return line->time_ns != TIME_NONE && line->twin->timed;
}

static inline struct span twin_statuses(const struct twin_line *line)
{
    return span_make(line->twin->statuses, line->twin->statuses_bytes);
}

/* After layouts_match: does the line have a twin? What it tells is valid until twins_recycle. */
bool twins_find(struct layouts *layouts, struct span text, struct field_day *day, struct twin_line *ret_line);
/* After a line went the way of fields.h instead: what it told. timed: its time counts; statuses: their text.
 */
void twins_keep(struct layouts *layouts, struct span text, const struct fields *fields, bool timed,
                struct scratch *scratch);
/* Of a line that has a twin, right after it was found: the values that it was told by. False: its path was
 * given up. */
struct twin_values {
    struct span time, message; /* time.ptr is NULL where the line has none */
    struct span words[TWIN_WORDS_MAX];
    unsigned count;
    bool objects, digits; /* digits: between the values */
};
bool twins_values(const struct layouts *layouts, struct span text, struct twin_values *ret_values);

static inline void twins_forget(struct twins *twins)
{
    if (twins)
        memset(twins, 0, sizeof *twins);
}

/* What lines told may be forgotten. NULL is fine, for both. */
static inline void twins_recycle(struct twins *twins)
{
    if (!twins || twins->crowded < TWINS_CROWDED)
        return;
    for (size_t i = 0; i < TWIN_SLOTS; i++)
        twins->slots[i].plan = 0;
    twins->crowded = 0;
}

#endif
