/* alikes: the lines of a survey that are alike earlier ones (record/alike.h): counted where they were found,
 * without a parse, an entry in a batch or a look for their series. Where few are, a scanner leaves it for a
 * while. */
#ifndef ONSET_ENGINE_ALIKES_H
#define ONSET_ENGINE_ALIKES_H

#include "pattern/kernel.h"
#include "record/alike.h"

enum {
    ALIKE_LINES = 32, /* are read at once at most, for another kind of stamp makes it stale */
    ALIKE_FEW = 4,
    ALIKE_HASHES = 1024,      /* of a survey: lines of less than sixteen bytes are none of these */
    ALIKE_VALUES_BYTES = 256, /* named values of longer lines are read as soon as all of a line is masked */
    ALIKE_VALUES_TRIAL = 8,   /* surveys of these, */
    ALIKE_TRIAL = 4, /* of others, of which a quarter of the lines must be alike; else the next trial */
    ALIKE_SOON = 4,  /* is so many surveys later at first, then twice as many up to */
    ALIKE_LATE = 64,
};

struct scanner;
struct batch_entry;

struct alikes {
    enum alike_way way; /* of the lines of this survey */
    bool values;        /* they are read as named values instead */
    size_t skip;        /* where the headers begin */
    size_t count;       /* lines that may be asked for */
    size_t from, end;   /* lines that alike_read read last */
    size_t most; /* it reads at once: few behind a stamp of another kind, for there may be more of those */
    uint32_t version; /* of what it read them by */
    uint16_t flags;   /* of them */
    unsigned trial, later, pause;
    uint64_t run; /* number of lines that were looked up in one go */
    size_t lines_tried, lines_known;
    struct alike_line lines[ALIKE_LINES];
    uint64_t hashes[ALIKE_HASHES];
};

/* Of a new survey, before its first line. can: its lines may be alike others. */
void alikes_look(struct scanner *scanner, bool can);
static inline bool alikes_may(const struct alikes *alikes)
{
    return alikes && (alikes->way != ALIKE_NONE || alikes->values);
}

/* Where they may: the lines from i on of which all is known but their times and headers, as scan_text of
 * scanner.c would take them; returns how many. Line i begins at `start` of the survey, and the survey at
 * `offset` of the source.
 */
size_t alikes_scan(struct scanner *scanner, size_t i, size_t start, uint64_t offset);
/* Likewise. text: line i, which starts a record. The hash of what others may be alike, else 0; what is asked
 * of those goes to the entry. */
uint64_t alikes_hash(const struct scanner *scanner, size_t i, const struct line_text *text,
                     struct batch_entry *entry);

#endif
