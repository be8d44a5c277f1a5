/* join: which lines belong to one record.
 *
 * A record is a head line and what follows from it: stack frames, indented text, `Caused by:` lines, stamped
 * lines that only carry on a traceback (Python loggers that prefix every line), and PostgreSQL's stamped
 * DETAIL, HINT, STATEMENT. The exception line of a record is a pattern of its own that links to the head. A
 * stamped line joins only within JOIN_GAP_NS of the line before it, and no line joins the record of another
 * writer.
 *
 * The state is small and dies at the first line that does not carry on, so a file may be cut at any line for
 * which join_boundary holds: there the state does not matter. */
#ifndef ONSET_RECORD_JOIN_H
#define ONSET_RECORD_JOIN_H

#include "record/line.h"

#define JOIN_GAP_NS    100000000LL /* 0.1 s */
#define JOIN_LINES_MAX 1000        /* lines of one record; a longer one goes on as a new record */
#define JOIN_PREFIX    160         /* bytes of a header that lines of one traceback share */
#define JOIN_HEAD      64          /* of these, how many a message and what carries it on must share */

enum joined {
    JOINED_RECORD,    /* starts a record */
    JOINED_EXCEPTION, /* the exception of the record before */
    JOINED_DETAIL,    /* text of the record before that says something by itself */
    JOINED_FRAME      /* stack frame, indented text: counted only */
};

struct join {
    int64_t last_ns;       /* time of the line before; TIME_NONE: no line yet */
    uint64_t writer;       /* who wrote it */
    uint64_t end;          /* where it ends; only of a writer that takes turns with others (join_wait) */
    uint32_t lines;        /* of the record so far */
    uint16_t prefix_bytes; /* header before "Traceback", while tracing */
    bool tracing;          /* inside a stamped traceback */
    bool traced_out;       /* its exception line is behind us */
    bool goroutine;        /* inside a trace of Go's */
    bool open;             /* a record is there to join */
    bool dead;             /* it is what a runtime printed when the program died */
    uint8_t prefix[JOIN_PREFIX];
    uint8_t head[JOIN_HEAD]; /* how the message of the record's head begins */
    uint8_t head_bytes;
    uint8_t severity; /* of that line, when its envelope or a field says it */
};

/* Not for lines that are LINE_EMPTY: they belong to no record. writer: a key of line->stream,
 * or of the line before where an unstamped line names none. time_ns: of the line, or inherited. stamped: this
 * source's lines usually carry a time. */
enum joined join_next(struct join *join, const struct line *line, uint64_t writer, int64_t time_ns,
                      bool stamped);

/* The same for most lines: stamped text without white space in front or behind, and without newlines; in an
 * envelope or not. details: a colon may stand before two blanks in it, as behind PostgreSQL's DETAIL. True:
 * it starts a record. False: join_next must be asked; nothing has changed. */
bool join_text(struct join *join, struct span message, bool envelope, bool details, uint64_t writer,
               int64_t time_ns);
/* Would a line do so that is alike one that did (alike.h), without details? join_took: it was read, and lines
 * behind it are asked of it. Behind another such line it would: none of them is or heads a crash. */
bool join_alike(const struct join *join, bool envelope, uint64_t writer);
void join_took(struct join *join, struct span message, uint64_t writer, int64_t time_ns);

/* Before join_next or join_text, for writers that take turns: no line joins one that LINE_WAIT_BYTES of other
 * text part it from. offset: of the line to come. Whoever took it sets `end`. */
static inline void join_wait(struct join *join, uint64_t offset)
{
    if (line_waited(join->end, offset))
        *join = (struct join){.last_ns = TIME_NONE, .writer = join->writer, .end = join->end};
}

/* The lines of a text that a message or trace holds, one after the other:
 *
 *     struct join_lines lines = {.rest = text};
 *     while (join_lines_next(&lines, &line, &joined)) ...
 *
 * The first one is looked at as any other. Empty ones are passed over. */
struct join_lines {
    struct span rest;
    bool tracing, goroutine;
};
bool join_lines_next(struct join_lines *lines, struct span *ret_line, enum joined *ret_joined);

/* Does text begin as the line that names an exception or panic does? */
bool join_is_exception(struct span text);

/* True when `line`, which comes right after `before`, starts a record whatever came earlier. Needs both
 * lines. */
bool join_boundary(const struct line *before, const struct line *line);

#endif
