/* profile: the one data structure. A small, mergeable summary of a set of log records.
 *
 *     stream   one writer: a file's stem and, where several write into one file, the writer's name
 *     series   one pattern (fingerprint) in one stream: how often, when, and the first real line of it
 *     tally    what was read, and what was not understood
 *
 * profile_merge is commutative and associative with an empty profile as neutral element, byte for byte of
 * profile_write (profile_file.h): workers, files, chunks, hosts and months can be added up in any order and
 * grouping. What makes it so:
 *   - keys are hashes of names and text, never numbers given out on arrival;
 *   - the first line of a series is the smallest by (time, file key, byte offset), not the first to come;
 *   - timelines are canonical (timeline.h);
 *   - the last lines of a series are the TURNS_KEPT largest by the same order, of those that tell of a
 * change, and none once there are more than TURNS_RARE records: changes are rare, and the one that counts is
 * the last before the trouble;
 *   - so are the lines of a rare series in which a number is another one for the first time (odds.h);
 *   - the cap keeps the series_max series of smallest order key: severe patterns first, then by hash (a
 * bottom-k sample), and of a family of messages that begin alike no more than its share (quota.h). A series
 * that is kept was never dropped by any part, so its numbers are exact; what is not kept counts into
 * stream.overflow. A cap can therefore neither make an old pattern new nor hide a severe one behind noise,
 * nor do payload dumps push out what a program says every day;
 *   - so does the cap of streams (crowd.c): the streams_max ones of smallest key are counted one by one, what
 * the others said is counted by service, and they keep their names where a series is of them.
 *
 * Ownership: a profile owns all it points to. Threads: one owner; merging reads `from` only.
 */
#ifndef ONSET_PROFILE_PROFILE_H
#define ONSET_PROFILE_PROFILE_H

#include "base/civil.h"
#include "base/span.h"
#include "base/table.h"
#include "base/text.h"
#include "profile/quota.h"
#include "profile/timeline.h"

#define SERIES_MAX         32768
#define STREAMS_MAX        8192
#define SERIES_BINS        64
#define STREAM_BINS        512
#define EXEMPLAR_BYTES_MAX 1024
#define EXCERPT_BYTES_MAX  512 /* of a longer line, with what joins it */
#define TURNS_RARE         32  /* records of a series, beyond which it is routine */
#define TURNS_KEPT         3   /* lines of it beside the first */
#define TURN_BYTES_MAX     512 /* of each: raw line, message */

enum series_kind {
    SERIES_RECORD,    /* the head of a record */
    SERIES_EXCEPTION, /* the exception or panic line inside a record; `head` links to it */
    SERIES_DETAIL     /* any other line of a record that is worth keeping */
};

struct exemplar {    /* the first real line of a series */
    int64_t time_ns; /* inherited or by order where the line has none of its own */
    uint64_t file;   /* key of its name: profile_file_name */
    uint64_t offset; /* of the line in the decoded file */
    uint64_t line;   /* from 1; relative to its chunk until profile_number_lines */
    uint32_t chunk;
    uint16_t raw_bytes, message_bytes, message_at; /* message = text[message_at, + message_bytes) */
    uint8_t *text; /* raw line, then the message when it is not part of it. Behind EXEMPLAR_BYTES_MAX bytes of
                      the raw line stands an excerpt of the rest (exemplar_excerpt), or nothing */
};

static inline struct span exemplar_message(const struct exemplar *e)
{
    return span_make(e->text + e->message_at, e->message_bytes);
}

struct odd_line {
    struct exemplar line; /* at most TURN_BYTES_MAX bytes of it */
    uint16_t places;      /* bit i: word i of the message (odds.h) */
};

/* Of series that may merge. */
#define SERIES_GROUP(severity, kind) ((uint16_t)((severity) << 8 | (kind)))

struct series { /* what every line touches stands first, in one cache line */
    uint64_t count;
    int64_t first_ns, last_ns;
    struct timeline timeline;
    uint8_t severity; /* OpenTelemetry number, 0 unknown */
    uint8_t kind;
    bool accepted; /* in a baseline: normal at any rate */
    bool routine;  /* it has more than TURNS_RARE records, some of which may be in other profiles (rare.h) */
    uint64_t key;  /* of stream and fingerprint */
    uint64_t stream, fingerprint;
    uint64_t head; /* series key of the record that the first exemplar belongs to; 0: itself */
    struct exemplar exemplar;
    struct exemplar *turns; /* its last lines that tell of a change, but for the first line; ascending */
    struct odd_line *odds;  /* lines in which a number is another one for the first time; ascending */
    uint8_t turn_count;     /* 0..TURNS_KEPT */
    uint8_t odd_count;      /* 0..ODDS_PLACES */
    struct quota_families families;
};

enum stream_zones { STREAM_ZONELESS = 1, STREAM_ZONED = 2 };

struct stream {
    uint64_t key;
    char *name;    /* stem of the file, folders included */
    char *writer;  /* inside the file; "" when it has one writer */
    char *service; /* what it is an instance of */
    uint64_t records, overflow;
    int64_t first_ns, last_ns;
    struct timeline timeline;
    bool by_order; /* no times: `time_ns` is the byte offset in ms */
    bool rest;     /* what streams of its service beyond the cap said */
    uint8_t zones; /* enum stream_zones: how its stamps were written; a set */
};

struct tally {
    uint64_t bytes, lines, records, continuations, stamped, inherited, untimed, empty, overlong, broken;
    uint64_t no_year, no_zone, no_date;
    uint64_t partial;  /* records in parts of which the end never came, or that outgrew their cap */
    uint64_t replaced; /* characters that were none in their encoding: read as U+FFFD */
    uint64_t inputs_broken, inputs_short, inputs_binary; /* files; counted by the engine */
};

struct part { /* what a profile that is added up from several is made of: a host, a shard */
    char *name;
    bool missing; /* expected, and not there; in a sum it is there when any part of the sum has it */
};

struct profile {
    struct table streams, series, files, parts;
    uint64_t
        order_limit;    /* series whose order key is above it are not kept; UINT64_MAX: nothing was dropped */
    struct quota quota; /* what families may still bring */
    size_t series_max;  /* the cap; SERIES_MAX until it is set, before anything is added */
    uint64_t stream_limit; /* streams whose key is above it are counted by service */
    size_t streams_max;    /* the cap; STREAMS_MAX until it is set, likewise */
    size_t names_kept;     /* streams and files after the last time that they were brought down */
    uint64_t doubled;      /* series with the same first line in two of the parts: the same log twice */
    uint64_t dropped;      /* series that were let go: whoever holds one asks whether it is the same */
    struct table memos;    /* templates of its services that were merged before (template_memo.h) */
    struct rare *rare;     /* shared with those that it will be added to, or NULL; borrowed */
    struct tally tally;
};

void profile_init(struct profile *profile);
void profile_done(struct profile *profile);

uint64_t profile_file(struct profile *profile, const char *name);
uint64_t profile_file_key(const char *name);
const char *profile_file_name(const struct profile *profile, uint64_t key);
void profile_part(struct profile *profile, const char *name, bool missing);
/* The stream of that name and writer, made when new. Files of one stream that disagree: the smallest service
 * counts, and by_order only when all are. */
struct stream *profile_stream(struct profile *profile, struct span name, struct span writer,
                              struct span service, bool by_order);
uint64_t stream_key(struct span name, struct span writer);

struct occurrence { /* one line that belongs to a series */
    int64_t time_ns;
    uint64_t file, offset, line;
    uint32_t chunk;
    struct span raw, message;
    uint64_t head;
    uint8_t severity, kind;
};

static inline uint64_t series_key(uint64_t stream, uint64_t fingerprint)
{
    return key_mix(stream, fingerprint);
}

static inline struct series *profile_series(const struct profile *profile, uint64_t key)
{
    return table_get(&profile->series, key);
}

/* The lines that a series keeps: its first one (i = 0), the last ones of a change, those with odd numbers.
 * NULL behind the last. */
static inline struct exemplar *series_kept(const struct series *series, size_t i)
{
    if (i == 0)
        return (struct exemplar *)&series->exemplar;
    if (--i < series->turn_count)
        return &series->turns[i];
    i -= series->turn_count;
    return i < series->odd_count ? &series->odds[i].line : NULL;
}

/* Count one occurrence into its series. Returns NULL when the series is beyond the cap (counted as overflow).
 */
struct series *profile_add(struct profile *profile, struct stream *stream, uint64_t fingerprint,
                           const struct occurrence *occurrence);

/* Seconds as timelines want them; a time out of their range goes to the nearest end. */
static inline uint32_t profile_second(int64_t time_ns)
{
    int64_t second = time_ns / NS_PER_SECOND;
    return second < 0 ? 0 : second > UINT32_MAX ? UINT32_MAX : (uint32_t)second;
}

/* count records of a stream in one second. */
static inline void stream_count(struct stream *stream, int64_t first_ns, int64_t last_ns, uint32_t second,
                                uint32_t count)
{
    stream->records += count;
    if (first_ns < stream->first_ns)
        stream->first_ns = first_ns;
    if (last_ns > stream->last_ns)
        stream->last_ns = last_ns;
    timeline_add_many(&stream->timeline, second, count);
}

/* May one more series make it drop others? */
static inline bool profile_is_full(const struct profile *profile)
{
    return profile->series.count >= profile->series_max;
}

/* profile_add for most lines: of a series that is known and not rare, and behind its first line. False:
 * nothing was counted. */
static inline bool series_count(struct series *series, int64_t time_ns, uint32_t second, uint64_t file,
                                uint64_t offset)
{
    if (!series || (series->count <= TURNS_RARE && !series->routine) || time_ns < series->first_ns ||
        (time_ns == series->first_ns && (file != series->exemplar.file || offset <= series->exemplar.offset)))
        return false;
    series->count++;
    if (time_ns > series->last_ns)
        series->last_ns = time_ns;
    timeline_add(&series->timeline, second);
    return true;
}

/* Bring a profile that was added to, or merged into, down to its caps. To be called before it is written or
 * analysed. Streams may go: nobody may hold one. */
void profile_settle(struct profile *profile);
void profile_settle_series(struct profile *profile); /* of series alone; streams stay where they are */
/* The same when there are by far too many streams or names of files, so that it costs little per stream. */
void profile_make_room(struct profile *profile);
/* The stream that has the counts of one: itself, or what its service said beyond the cap. */
const struct stream *profile_counted(const struct profile *profile, const struct stream *stream);
void profile_merge(struct profile *into, const struct profile *from);
/* The same, and `from` is done with: where nothing is in `into` yet, what it holds only changes hands. */
void profile_take(struct profile *into, struct profile *from);
/* Turn numbers and offsets of lines that are relative to a chunk into absolute ones: base(context, file,
 * chunk) is what stands before that chunk. */
struct chunk_base {
    uint64_t lines, bytes; /* bytes: 0 where offsets are absolute already */
};
void profile_number_lines(struct profile *profile,
                          struct chunk_base (*base)(void *context, uint64_t file, uint32_t chunk),
                          void *context);
/* Would profile_settle leave its streams as they are? Else a reason. */
const char *profile_crowd_reason(const struct profile *profile);
bool profile_validate(const struct profile *profile, const char **ret_reason);

/* As they stand in a saved profile, for profile_read.h: keys are taken as given, numbers are the caller's. */
struct stream *profile_load_stream(struct profile *profile, uint64_t key, struct span name,
                                   struct span writer, struct span service, bool by_order);
struct series *profile_load_series(struct profile *profile, uint64_t key, uint64_t stream,
                                   uint64_t fingerprint, uint8_t severity, uint8_t kind);

/* Series sorted by key, into memory the caller frees. */
struct series **profile_sorted_series(const struct profile *profile, size_t *ret_count);
struct stream **profile_sorted_streams(const struct profile *profile, size_t *ret_count);
struct part **profile_sorted_parts(const struct profile *profile, size_t *ret_count);
/* Of a stream that is made elsewhere and not in any table. */
void stream_merge(struct stream *into, const struct stream *from);
struct stream *stream_free(struct stream *stream); /* returns NULL */
/* The order of streams: name, writer, key. */
int stream_compare(const struct stream *a, const struct stream *b);

#endif
