/* known: what was found out of lines whose masked bytes are the same: their series and writer. Lines are
 * counted here first and told to the series when they leave its bin, so that a usual line touches one place
 * in memory.
 *
 * Holds series and writers of the scanner between two calls of known_settle: whatever may look at the series,
 * or let one go, comes behind it. */
#ifndef ONSET_ENGINE_KNOWN_H
#define ONSET_ENGINE_KNOWN_H

#include "profile/profile.h"
#include "record/alike.h"

enum { KNOWN_LINES = 4096 }; /* those that share a place take turns */

struct writer;

struct known_line { /* in one cache line */
    uint64_t hash;
    struct series *series;
    struct writer *writer;
    uint64_t key;     /* of the series */
    int64_t after_ns; /* lines that may be its first are not counted here */
    int64_t last_ns;
    uint32_t count, bin; /* not told yet; all in this bin of the series */
    uint8_t shift;       /* of its width, when that was looked up */
    struct alike alike;
};

struct known {
    struct known_line *lines;   /* NULL until the first is learnt: small files teach none */
    void *memory;               /* of them */
    uint16_t used[KNOWN_LINES]; /* places */
    size_t used_count;
};

void known_done(struct known *known);
/* series: it is not rare, and holds the line at that place, which has this hash. */
void known_learn(struct known *known, uint64_t hash, struct series *series, struct writer *writer,
                 const struct alike *alike, uint64_t file, uint64_t offset);
/* Tell the series all, and forget all. */
void known_settle(struct known *known);
/* The bin of that second comes next. */
void known_turn(struct known_line *line, uint32_t second);

static inline struct known_line *known_place(const struct known *known, uint64_t hash)
{
    return &known->lines[hash % KNOWN_LINES];
}

/* One more, of a line behind after_ns, and behind that which was learnt. */
static inline void known_count(struct known_line *line, int64_t time_ns, uint32_t second)
{
    if (second >> line->shift != line->bin)
        known_turn(line, second);
    line->count++;
    if (time_ns > line->last_ns)
        line->last_ns = time_ns;
}

#endif
