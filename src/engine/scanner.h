/* scanner: bytes of one source -> a profile. The inner loop of onset.
 *
 * A scanner reads one source (or one chunk of it) in one thread. Lines are parsed into a batch, the batch is
 * fingerprinted by one kernel call, and each record is counted into the profile. No allocation after warm-up
 * but for new patterns.
 *
 *     scanner_init(&s, kernel, profile, &source);
 *     at = scanner_feed(&s, bytes, n, offset, end_of_source);     as often as there are bytes; returns what
 * it took scanner_done(&s);
 *
 * Chunks: scanner_start finds where a chunk begins, `limit` where it ends; both stop at a line for which
 * join_boundary holds, so the profile of a file is the same however it is cut. Sources that are sequential
 * are cut by cut.h. */
#ifndef ONSET_ENGINE_SCANNER_H
#define ONSET_ENGINE_SCANNER_H

#include "engine/known.h"
#include "pattern/kernel.h"
#include "profile/profile.h"
#include "record/join.h"
#include "record/line.h"

#define LINE_BYTES_MAX      (256 * 1024) /* of a line; the rest is counted as overlong and left out */
#define HEAD_BYTES          (64 * 1024)  /* what the format of a source is learnt from */
#define BATCH_LINES         256          /* a batch with more of them is flushed before the next line */
#define WITHIN_MAX          8            /* lines of one message that are counted beside its first */
#define BATCH_SLOTS         (BATCH_LINES + WITHIN_MAX)
#define RECENT_WRITERS      32
#define SCANNER_WRITERS_MAX 16384 /* of a source; then they are forgotten, all but the last one */

struct source {         /* what is constant for a source while it is scanned; borrowed */
    const char *file;   /* name in reports */
    const char *stream; /* stem */
    const char *service;
    struct span head; /* its first bytes, up to HEAD_BYTES */
    struct stamp_context stamp;
};

struct writer_taken { /* the last line of a writer in a run of known ones */
    uint64_t run;
    const struct known_line *known;
    struct alike_line line;
    size_t text_at, end; /* in the survey */
    struct writer *next; /* with lines in it */
};

struct writer { /* one stream of the source */
    uint64_t key;
    struct span name; /* inside the source */
    struct stream *stream;
    struct join join;
    uint64_t head;                /* series of the record that is open, of those that went through batches */
    uint64_t counted;             /* the same when a known line came behind all of them; else 0 */
    struct known_records records; /* known lines of it */
    struct writer_taken taken;
};

struct batch_entry {
    struct span raw, statuses;
    int64_t time_ns;
    uint64_t offset, line;
    struct writer *writer;
    uint64_t link; /* of a record: the hash of a line that others may be alike, or 0; else writer->counted */
    struct alike alike; /* of such a line */
    bool is_values;
    struct known_values values; /* of one of named values */
    uint8_t severity, kind;     /* kind: enum series_kind */
};

struct scanner {
    const struct kernel *kernel;
    struct profile *profile;
    const struct source *source;
    struct line_reader reader;
    uint64_t file;
    uint32_t chunk;
    uint64_t lines;     /* read so far by this scanner */
    bool by_order;      /* the source has no times */
    int64_t head_ns;    /* the first time in the head */
    int64_t inherit_ns; /* time of the last stamped line */
    uint64_t limit;     /* stop at the first boundary at or behind this offset; UINT64_MAX: none */
    bool stopped;
    bool in_parts;           /* the last line was a part of a record that is not complete yet */
    bool skipping;           /* inside the rest of an overlong line */
    struct join source_join; /* of a source that is not sequential */
    struct span before;      /* the line before in the same feed, for join_boundary */
    uint8_t *before_copy;    /* of it, between feeds; NULL: none yet */
    uint64_t before_at;      /* where the last line read stands */
    struct table writers;    /* key of stream -> struct writer */
    bool shares_profile;     /* others hold streams of it: none of them may go */
    struct writer *last_writer;
    struct writer *recent[RECENT_WRITERS]; /* by a hash of the name; NULL: none yet */
    size_t count;                          /* in the batch */
    struct span messages[BATCH_SLOTS];
    uint64_t seeds[BATCH_SLOTS], fingerprints[BATCH_SLOTS];
    struct batch_entry entries[BATCH_SLOTS];
    uint8_t *scratch, *masked;
    uint32_t *ends;
    struct survey *survey; /* NULL: the kernel has none */
    bool surveyed;         /* the lines at hand are in it */
    struct known known;
    struct alikes *alikes; /* of that survey */
    size_t known_bytes;    /* of messages, by this survey */
    unsigned survey_later; /* blocks until the next one is tried */
    bool survey_again;     /* whatever the first one is worth */
};

void scanner_init(struct scanner *scanner, const struct kernel *kernel, struct profile *profile,
                  const struct source *source);
void scanner_done(struct scanner *scanner);
/* As after scanner_init, for another chunk of the same source; what its head taught is kept. */
void scanner_again(struct scanner *scanner);
/* Count into another profile from now on. The one until now must still be there. */
void scanner_move(struct scanner *scanner, struct profile *profile);
/* Scan whole lines of bytes[0, n), which stand at `offset` in the source; with `end`, the rest without a
 * newline too. Returns how many bytes were used up (less than n: a line is incomplete, or the limit was
 * reached). */
size_t scanner_feed(struct scanner *scanner, const uint8_t *bytes, size_t n, uint64_t offset, bool end);
/* A record that is still open at the end of the source. Call once, after the last scanner_feed. */
void scanner_finish(struct scanner *scanner);
/* First place in map[from, to) where a chunk may start; `to` when there is none. For sources that are not
 * sequential. */
size_t scanner_start(struct scanner *scanner, const uint8_t *map, size_t from, size_t to, size_t size);

/* Does it go by times what starts a record? */
static inline bool scanner_by_times(const struct scanner *s, const struct line *line)
{
    return !s->by_order && (!s->reader.sparse || line->flags & LINE_STAMPED);
}

/* Count lines that carry a stamp. flags: enum line_flags of each. */
static inline void scanner_stamped(struct tally *t, uint16_t flags, size_t count)
{
    t->stamped += count;
    t->no_year += flags & LINE_NO_YEAR ? count : 0;
    t->no_zone += flags & LINE_NO_ZONE ? count : 0;
    t->no_date += flags & LINE_NO_DATE ? count : 0;
}

/* Does the head of a source look like something that is not text? */
bool head_is_binary(struct span head);

#endif
