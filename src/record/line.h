/* line: understand one physical line: peel its envelopes, read its time, and find what it says.
 *
 * Envelopes nest (kubectl --prefix around CRI around JSON around logfmt). The innermost message is what
 * becomes a pattern; the outermost stamp that an agent or the runtime wrote is the time. A line that is not
 * understood keeps its whole text as message and has no time: it is never dropped.
 *
 * A reader belongs to one source and one thread. What is learnt from the head of the source
 * (line_reader_learn) is constant afterwards, and for a source that is not `sequential` line_parse is a pure
 * function of the line: that is what lets a file be cut into chunks anywhere. Sources whose records span
 * lines in ways that only a look back tells (CRI parts, several writers in one stream) are `sequential`; the
 * look back ends at LINE_WAIT_BYTES, so they can be cut by who reads a little more (engine/cut.h). What has
 * records over several lines of its own (the journal's export) is read in one piece: `whole`.
 */
#ifndef ONSET_RECORD_LINE_H
#define ONSET_RECORD_LINE_H

#include "base/arena.h"
#include "record/stamp.h"

enum line_flags {
    LINE_STAMPED = 1, /* the line carries a time of its own */
    LINE_JSON = 2,    /* the message came out of a JSON object */
    LINE_LOGFMT = 4,
    LINE_NO_YEAR = 8, /* assumed, as in stamp.h */
    LINE_NO_ZONE = 16,
    LINE_NO_DATE = 32,
    LINE_INDENTED = 64,     /* white space between the header (stamp or envelope) and the message, beyond one
                               blank;  or the line starts with white space */
    LINE_EMPTY = 128,       /* nothing but white space after the envelopes */
    LINE_BROKEN = 256,      /* an envelope or object that does not parse; the text was kept as it is */
    LINE_ENVELOPE = 512,    /* runtime or agent stamp (CRI, docker, kubectl --timestamps, journald) around the
                               message: the message may be a continuation although it is stamped */
    LINE_PARTS = 1024,      /* it stood on several lines: reader->began tells where it begins */
    LINE_UNFINISHED = 2048, /* of a record in parts the last one never came, or there were too many of them */
};

struct line {
    struct span raw;     /* the text a person would look for in the file */
    struct span message; /* what it says; may point into the reader's scratch until line_reader_recycle */
    struct span lines;   /* all lines of a message that holds several, the first of which is `message`; same
                            lifetime */
    struct span trace;   /* the stack trace that an object holds beside its message; same lifetime */
    struct span
        stream;           /* who says it inside this source (pod/container, unit, syslog tag without PID,
                             "service"  field), empty when the source has one writer; same lifetime as message */
    struct span statuses; /* "status=503": the named values of the seed, where the message does not hold them;
                             same lifetime */
    int64_t time_ns;      /* TIME_NONE when the line carries none */
    uint64_t seed; /* hash over named values outside the message that tell patterns apart (status, exit code),
                      0 when there is none */
    uint16_t flags;
    uint8_t severity; /* OpenTelemetry 1..24 when an envelope, a field or the stamp says it; else 0 */
};

enum line_format { /* of a source, for `coverage`; a source may nest several: the outermost is meant */
                   FORMAT_PLAIN,
                   FORMAT_JSON,
                   FORMAT_LOGFMT,
                   FORMAT_CRI,
                   FORMAT_DOCKER,
                   FORMAT_KUBECTL, /* [pod/name/container] prefix or --timestamps */
                   FORMAT_SYSLOG,
                   FORMAT_JOURNAL_JSON,
                   FORMAT_JOURNAL_EXPORT,
                   FORMAT_ACCESS,
                   FORMAT_BLOCKS, /* blocks.h */
};

/* So much text of others between two lines of one writer, and they are not one record: neither parts of one,
 * nor a line and what carries it on. */
#define LINE_WAIT_BYTES ((uint64_t)64 * 1024)

/* end: of the earlier line; offset: where the later one begins. */
static inline bool line_waited(uint64_t end, uint64_t offset)
{
    return offset > end && offset - end > LINE_WAIT_BYTES;
}

struct line_place {
    uint64_t line, offset; /* of a line in its source */
};

struct line_reader {
    struct stamp_context stamp;
    struct line_place place; /* of the line to come; only a sequential reader wants to know it */
    uint64_t place_end;      /* where that line ends */
    struct line_place began; /* of the last line that was LINE_PARTS */
    struct stamp_cache cache;
    struct stamp_cache inner_cache;
    enum line_format format; /* learnt */
    bool sequential;         /* learnt */
    bool whole;              /* learnt: sequential, and it cannot be cut */
    bool stamped;            /* learnt: lines of this source usually carry a time */
    bool sparse;             /* learnt: hardly one of them does: what has none is no part of the one before */
    bool order_open; /* learnt: nothing in the head tells whether day or month comes first, and it matters */
    bool may_escape; /* false: the caller has seen that the lines to come hold no ESC */
    bool long_way;   /* for tests: no short way for plain lines, no layouts */
    struct arena scratch;
    void *state; /* of multi-part framings; owned */
};

void line_reader_init(struct line_reader *reader, const struct stamp_context *context);
void line_reader_done(struct line_reader *reader);
/* head: the first bytes of the source (up to 64 KiB, the last line may be cut). Pure function of head and
 * context. */
void line_reader_learn(struct line_reader *reader, struct span head);
/* Newest full-date time seen in the head that was learnt, TIME_NONE when there is none: lets other sources
 * infer their year. What lies more than a day after the reference is a wrong clock, as long as any other is
 * there: *ret_ahead. The reader is rewound. */
int64_t line_reader_newest(struct line_reader *reader, struct span head, int64_t *ret_ahead);

/* raw: one physical line without its newline. Returns false when the line is only a part of a record that is
 * not complete yet (a part of CRI's or docker's, a field of the journal): nothing to use in ret_line; the
 * part is kept, capped at 1 MiB. */
bool line_parse(struct line_reader *reader, struct span raw, struct line *ret_line);
/* The same, in short, for most lines: a stamp that is laid out as the one before, and text, or syslog or CRI
 * around text; or an object or pairs that tell what a line before did. What it does not tell is as in a line
 * that is zeroed. False: line_parse must be asked; no answer has changed.
 */
struct line_text {
    struct span raw, message, stream;
    int64_t time_ns;
    uint16_t flags;
    /* with LINE_JSON or LINE_LOGFMT, else not set */
    uint8_t severity;
    uint64_t seed;
    struct span statuses;
};
bool line_parse_text(struct line_reader *reader, struct span raw, struct line_text *ret_text);
/* Before line_parse, of a sequential reader, with `place` of the line to come: a record in parts that has
 * waited too long comes out as if completed. False: there is none. */
bool line_late(struct line_reader *reader, struct line *ret_line);
/* Is a record in parts open? */
bool line_in_parts(const struct line_reader *reader);
/* End of the source: a record still open comes out as if completed; false when there is none. */
bool line_finish(struct line_reader *reader, struct line *ret_line);
/* Forget what caches know of earlier lines. No answer changes; tests hold it so. */
void line_reader_forget(struct line_reader *reader);
/* Back to where line_reader_learn left it: also records that are open are forgotten. */
void line_reader_rewind(struct line_reader *reader);
/* Forget scratch memory: messages handed out before are invalid afterwards. */
void line_reader_recycle(struct line_reader *reader);

const char *line_format_name(enum line_format format);

#endif
