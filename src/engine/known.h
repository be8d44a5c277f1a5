/* known: what was found out of lines whose masked bytes are the same: their series and writer. Lines are
 * counted here first and told to the series when they leave its bin, so that a usual line touches one place
 * in memory; and the stream is told when its next second comes.
 *
 * Holds series and writers of the scanner: whatever looks at series or streams comes behind known_tell,
 * whatever lets one go, or a writer, behind known_forget. */
#ifndef ONSET_ENGINE_KNOWN_H
#define ONSET_ENGINE_KNOWN_H

#include "profile/profile.h"
#include "record/alike.h"

enum {
    KNOWN_LINES_MIN = 256, /* places, two for each hash; twice as many when a quarter of them is taken */
    KNOWN_LINES_MAX = 16384,
    KNOWN_WORD_BYTES = 16,
};

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

/* Of a line of named values: so many masked bytes behind its begin are the ones right before and behind its
 * message, its time, and right before a word that masking does not show. */
enum known_place { KNOWN_MESSAGE, KNOWN_MESSAGE_END, KNOWN_TIME, KNOWN_TIME_END, KNOWN_WORD, KNOWN_PLACES };
struct known_values {
    uint16_t behind[KNOWN_PLACES];
    uint8_t word_bytes;             /* 0: there is no such word */
    uint8_t word[KNOWN_WORD_BYTES]; /* with the byte behind it */
};

/* Records of a writer, all of one second, that its stream was not told of. */
struct known_records {
    int64_t first_ns, last_ns;
    uint32_t second, count;
    uint8_t zones; /* enum stream_zones */
    struct stream *stream;
    struct known_records *next; /* of those of which there are some */
};

struct known {
    struct known_line *lines;       /* NULL until the first is learnt: small files teach none */
    struct known_values *values;    /* of each; NULL until the first such line is learnt */
    void *memory;                   /* of the lines */
    size_t size;                    /* of lines and values, a power of 2 */
    uint16_t used[KNOWN_LINES_MAX]; /* places */
    size_t used_count;
    bool counted;                  /* there is something to tell */
    uint64_t dropped;              /* of the profile, when they were learnt */
    struct known_records *records; /* what streams were not told of; NULL: nothing */
};

void known_done(struct known *known);
/* series: it is not rare, and holds the line at that place, which has this hash. values: NULL where it is
 * none of named values. */
void known_learn(struct known *known, uint64_t hash, struct series *series, struct writer *writer,
                 const struct alike *alike, const struct known_values *values, uint64_t file,
                 uint64_t offset);
/* Tell series and streams all. */
void known_tell(struct known *known);
/* The same, and forget all. */
void known_forget(struct known *known);
/* The bin of that second comes next. */
void known_turn(struct known_line *line, uint32_t second);
/* That second comes next, at that time. */
void known_next_second(struct known *known, struct known_records *records, struct stream *stream,
                       int64_t time_ns, uint32_t second);

/* The one of that hash, if there is one. */
static inline struct known_line *known_find(const struct known *known, uint64_t hash)
{
    size_t place = hash & (known->size - 1);
    return &known->lines[known->lines[place].hash == hash ? place : place ^ 1];
}

static inline void known_prefetch(const struct known *known, uint64_t hash)
{
    __builtin_prefetch(&known->lines[hash & (known->size - 1)]);
}

static inline bool known_is(const struct known *known, uint64_t hash)
{
    return known->lines && known_find(known, hash)->hash == hash;
}

static inline const struct known_values *known_values(const struct known *known,
                                                      const struct known_line *line)
{
    return &known->values[line - known->lines];
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

/* One more record of a writer. zones: how its stamp was written. */
static inline void known_record(struct known *known, struct known_records *records, struct stream *stream,
                                int64_t time_ns, uint32_t second, uint8_t zones)
{
    if (records->second != second || records->count == 0)
        known_next_second(known, records, stream, time_ns, second);
    records->count++;
    records->zones |= zones;
    records->first_ns = time_ns < records->first_ns ? time_ns : records->first_ns;
    records->last_ns = time_ns > records->last_ns ? time_ns : records->last_ns;
}

#endif
