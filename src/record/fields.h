/* fields: what named values (JSON, logfmt, the journal) say: when, how bad, what, who, which status.
 *
 * A name has one meaning and a rank; of several names with one meaning the best rank that holds something
 * usable wins, so that the order of keys in the line does not matter. */
#ifndef ONSET_RECORD_FIELDS_H
#define ONSET_RECORD_FIELDS_H

#include "record/field_time.h"
#include "record/find.h"
#include "record/scratch.h"

enum field_role {
    FIELD_OTHER,
    FIELD_TIME,
    FIELD_ZONE,    /* of a time that names none */
    FIELD_SECONDS, /* of a time in two parts */
    FIELD_NANOS,
    FIELD_LEVEL,    /* a word, or a number of pino's kind */
    FIELD_PYTHON,   /* a number of Python's kind: 10 DEBUG .. 50 CRITICAL */
    FIELD_PRIORITY, /* syslog's 0..7 */
    FIELD_OTEL,     /* 1..24 */
    FIELD_MESSAGE,
    FIELD_LOG,     /* a message that a container runtime wrapped, when FIELD_CHANNEL is there too */
    FIELD_ERROR,   /* detail that belongs to the message */
    FIELD_TRACE,   /* the same, of several lines: a stack trace */
    FIELD_STREAM,  /* who says it */
    FIELD_CHANNEL, /* "stdout", "stderr" */
    FIELD_JOURNAL, /* time of a journal entry */
    FIELD_STATUS,  /* tells patterns apart: status, exit code, errno, state, result; what job, which flag */
    FIELD_STATE,   /* the same, of five digits or letters: SQLSTATE */
    FIELD_REASON,  /* one word: tells patterns apart; a sentence: detail that belongs to the message */
    FIELD_EVENT,   /* "Normal", "Warning": beside a reason it is an event of Kubernetes */
    FIELD_OBJECT,  /* whom such an event is about: "pod/web-0" or "web-0" */
    FIELD_HOST,
    FIELD_WRITER,  /* whose line it is, where a store of logs gives out lines with their labels */
    FIELD_REQUEST, /* what Nextcloud writes beside a level of one digit */
    FIELD_NAME,    /* who says it, where there is also a host and a level in numbers (bunyan, pino) */
    FIELD_INSIDE,  /* an object whose names are looked up as PARENT.NAME */
    FIELD_WRAPPER, /* an object whose names count as if they were outside, but after those */
};

enum {
    FIELD_INDEX = 256,
    FIELD_NAMES_MAX = 320,
    FIELD_RANK_NONE = 255,
    FIELD_STREAM_BYTES_MAX = 128,
    FIELD_STATUSES_MAX = 4,
    FIELD_STATUS_NAME_MAX = 31,
    FIELD_RANK_SUBJECT = 1,     /* of a status: a name, not a number or a state */
    FIELD_RANK_LINE = 55,       /* of FIELD_LOG: a line as a store of logs gives it out */
    FIELD_RANK_POD = 1,         /* of FIELD_WRITER; else a host */
    FIELD_RANK_APPLICATION = 2, /* of FIELD_STREAM: who says it, or whom it is about */
    FIELD_SUBJECT_MAX = 48,
    FIELD_OBJECTS_MAX = 12,
    FIELD_OBJECT_BYTES_MAX = 64
};

/* Which name means what: an index over a fixed table, made once for a reader. */
struct field_names {
    uint16_t first[FIELD_INDEX]; /* entry + 1, 0: none */
    uint16_t next[FIELD_NAMES_MAX];
    uint8_t bytes[FIELD_NAMES_MAX]; /* length of the entry's name */
};

struct field_name {
    enum field_role role;
    uint8_t rank;
};

/* Names as they stand in the lines of a source (`"level":`, `level=`), what they mean, and which one came
 * next the last time: a line that is laid out as the one before is read by comparing. Saves work only, never
 * changes an answer. One for a source and depth; zeroed is empty. */
enum { FIELD_MEMO_BYTES = 32, FIELD_MEMO_NAMES = 64 };
struct field_memo {
    struct field_memo_name {
        uint8_t text[FIELD_MEMO_BYTES];
        uint8_t bytes; /* of text; 0: empty */
        uint8_t role, rank;
        uint8_t next;
    } names[FIELD_MEMO_NAMES];
    uint8_t *expected; /* number of the name that should come */
    struct {
        uint64_t word; /* its first and its last bytes */
        uint8_t bytes; /* 0: none */
        uint8_t severity;
    } levels[4];          /* words of levels seen last */
    struct field_day day; /* of the time read last */
    uint8_t first;
};
static inline void field_memo_start(struct field_memo *memo)
{
    memo->expected = &memo->first;
}
/* The expected name when [p, end) starts with it; NULL: it does not. */
static inline const struct field_memo_name *field_memo_match(struct field_memo *memo, const uint8_t *p,
                                                             const uint8_t *end)
{
    struct field_memo_name *name = &memo->names[*memo->expected];
    size_t n = name->bytes;
    if (n == 0 || end - p < FIELD_MEMO_BYTES
            ? n == 0 || (size_t)(end - p) < n || memcmp(name->text, p, n) != 0
            : !find_same32(name->text, p, (unsigned)n))
        return NULL;
    memo->expected = &name->next;
    return name;
}
/* A name that was not expected: `text` as it stands in the line. */
void field_memo_learn(struct field_memo *memo, struct span text, struct field_name what);

/* A value as it stands in the line. */
struct field_value {
    struct span text;
    bool quoted;  /* a string; else a number or word */
    bool escaped; /* holds JSON escapes */
};

struct field_text {
    struct field_value value;
    uint8_t rank;
};

struct layouts;       /* layout.h */
struct layout_record; /* likewise */

struct fields {
    const struct field_names *names;
    const struct stamp_context *context;
    struct stamp_cache *cache;
    struct field_memo *memo; /* NULL: none; set them after fields_init */
    struct layouts *objects, *pairs;
    bool laid_out;                /* the text follows a path of these */
    struct layout_record *record; /* while a line is read from which a layout is learnt */
    struct field_text message, error, trace, stream, name, writer;
    struct span seconds, nanos, date, clock; /* a time in two fields */
    struct span zone;
    int64_t time_ns;
    uint64_t seed;
    int http_status;
    uint16_t count;
    uint8_t status_count;
    uint8_t time_flags, time_rank;
    uint8_t severity, level_rank;
    uint8_t digit_level; /* a level of one digit + 1: syslog's when the line is GELF, else it says nothing */
    bool has_message_name; /* a message name was there, be it empty */
    bool null_message;     /* it was null: journalctl's way to leave out what is long */
    bool has_level_name;
    bool number_level, host; /* what pino and bunyan write beside their name */
    bool clef;               /* Serilog's compact format, which leaves out the level Information */
    uint8_t status_level;    /* of "status": "error" */
    uint8_t event_level;     /* of FIELD_EVENT */
    bool reason;             /* of one word */
    bool error_is_reason;    /* the error is but a "reason", which successes have as well */
    bool log, channel;       /* both: a container runtime's line */
    bool error_channel;
    bool journal, gelf, audit;
    bool request[2]; /* both names of FIELD_REQUEST were there */
    uint8_t object_count;
    struct field_status {                    /* the first of those that are in the seed */
        uint8_t name[FIELD_STATUS_NAME_MAX]; /* its end: paths are made on the way and gone afterwards */
        uint8_t name_bytes;
        struct span value;
    } statuses[FIELD_STATUSES_MAX + FIELD_OBJECTS_MAX]; /* objects from FIELD_STATUSES_MAX on */
};

void field_names_init(struct field_names *names);
struct field_name field_names_find(const struct field_names *names, struct span name);

void fields_init(struct fields *fields, const struct field_names *names, const struct stamp_context *context,
                 struct stamp_cache *cache);
/* later: added to the rank, for what was found inside a wrapper. */
void fields_add(struct fields *fields, struct field_name what, struct span name,
                const struct field_value *value, uint8_t later);
/* The whole value, unescaped in scratch when needed. */
struct span field_value_text(struct field_value value, struct scratch *scratch);
/* After the last field: time, severity from the status. */
void fields_finish(struct fields *fields);
/* The message with " error: DETAIL" behind it when there is one that it does not say itself. */
struct span fields_message(const struct fields *fields, struct scratch *scratch);
/* A stack trace that stands beside the message; empty: there is none. */
struct span fields_trace(const struct fields *fields, struct scratch *scratch);
/* "state=PASSED status=503": the statuses by name, empty when there are none. HTTP's successes and
 * redirections are "status=ok": which one it was tells no failure, and each would make a pattern of its own.
 */
struct span fields_statuses(const struct fields *fields, struct scratch *scratch);
/* The message tells of a change: what it is about tells its patterns apart, too, unless that is who says it.
 * Before fields_statuses. */
void fields_take_objects(struct fields *fields, struct span stream);
struct span fields_stream(const struct fields *fields, struct scratch *scratch);
/* Is the message a whole line, which a store of logs gives out with its labels (Loki, an export as a table)?
 */
static inline bool fields_carry_line(const struct fields *fields)
{
    return fields->log && fields->message.rank == FIELD_RANK_LINE;
}
/* Who wrote such a line: "POD", "POD/CONTAINER", "SERVICE @ HOST", as identity_writer takes it. */
struct span fields_writer(const struct fields *fields, struct scratch *scratch);

#endif
