/* peel: taking the envelopes off one line. What the parts of line.c share: line.c has the order of things,
 * peel_stamp.c the time, peel_relay.c a better one, peel_cmtrace.c one at the end, peel_object.c JSON and
 * pairs, line_plain.c the short way of plain lines. Private to record. */
#ifndef ONSET_RECORD_PEEL_H
#define ONSET_RECORD_PEEL_H

#include "base/ascii.h"
#include "record/reader_state.h"
#include "record/severity.h"

struct peel {
    struct line_reader *reader;
    struct reader_state *state;
    struct line *line;
    bool incomplete;       /* the line is a part, more is to come */
    bool default_severity; /* line->severity is what syslog gives to anything */
    bool relayed;          /* the time is that of a relay's header: what is inside may know better */
    bool twin;             /* the line was read by one that told the same (twins.h) */
};

static inline bool is_redis_mark(uint8_t byte)
{
    return byte == '#' || byte == '*' || byte == '-' || byte == '.';
}

static inline void set_message(struct line *line, struct span message)
{
    line->message = span_trim(message);
    if (line->message.len == 0)
        line->flags |= LINE_EMPTY;
}

static inline void set_stream(struct line *line, struct span stream)
{
    if (line->stream.len == 0)
        line->stream = stream;
}

/* Of a line with such a stamp. */
static inline uint16_t line_flags_of(uint8_t stamp_flags)
{
    return (uint16_t)(LINE_STAMPED | (stamp_flags & STAMP_NO_YEAR ? LINE_NO_YEAR : 0) |
                      (stamp_flags & STAMP_NO_ZONE ? LINE_NO_ZONE : 0) |
                      (stamp_flags & STAMP_NO_DATE ? LINE_NO_DATE : 0));
}

static inline void set_time(struct line *line, int64_t time_ns, uint8_t stamp_flags)
{
    if (line->flags & LINE_STAMPED)
        return;
    line->time_ns = time_ns;
    line->flags |= line_flags_of(stamp_flags);
}

static inline void set_severity(struct peel *peel, uint8_t severity, bool is_default)
{
    if (!severity)
        return;
    peel->line->severity = severity;
    peel->default_severity = is_default;
}

/* Text that an envelope held, `depth` envelopes deep. */
void peel_inside(struct peel *peel, struct span text, int depth);

/* line.c */
/* Where the tag begins in "daemon.err hostapd: text" and "host daemon.err hostapd: text"; 0: no such names.
 */
size_t line_facility(struct span text, uint8_t *ret_severity);

/* peel_object.c */
/* name= at the start; looked at before the costly question whether the whole line is pairs. */
bool peel_may_be_pairs(struct span text);
/* A line of PostgreSQL's csvlog; false when it is none. */
bool peel_csvlog(struct peel *peel, struct span text);
/* "INFO {...}"? */
bool line_is_level_object(struct span text);
/* An object or pairs; false when text is neither. */
bool peel_structured(struct peel *peel, struct span text, int depth);
/* A line that is an object or pairs, as line_parse_text reads it: one that has a twin. */
bool peel_values_text(struct reader_state *state, struct span raw, struct line_text *ret_text);
/* An entry of the journal, of which the fields are told. */
void peel_entry(struct peel *peel, struct fields *fields);

/* peel_stamp.c */
/* The line's own stamp. */
bool peel_find_stamp(struct peel *peel, struct span text, struct stamp *ret_stamp);
/* A stamp in what an envelope held. */
bool peel_find_inner_stamp(struct peel *peel, struct span text, struct stamp *ret_stamp);
/* The stamp of a program behind the time of day that a process manager wrote. */
void peel_take_dated(const struct line_reader *reader, struct span text, struct stamp *stamp);
/* When the request came, in logs that begin with when it was answered. */
void peel_take_created(const struct line_reader *reader, struct span text, struct stamp *stamp);
/* What a line says whose stamp is behind other words, where it is not what follows the stamp: all of an event
 * whose time is one of its values; the words before a stamp that ends the line. Empty: it is what follows. */
struct span peel_around(struct span text, const struct stamp *stamp);
/* White space around `at`, where the header ends: sets LINE_INDENTED. */
void peel_judge_indent(struct line *line, struct span text, size_t at);

/* peel_cmtrace.c */
/* A line of CMTrace's kind, which says at its end who says it and when; false: it is none. Looks at two bytes
 * of others. */
bool peel_cmtrace(struct peel *peel, struct span text);

/* peel_relay.c */
/* What a relayed program says of its own time, when it says more than the header. named: the value of a name,
 * which is surer than a date among words. */
void peel_correct_time(struct peel *peel, int64_t time_ns, uint8_t stamp_flags, bool named);
/* A time anywhere in the line, where this source writes it so and no other was found. */
void peel_take_far(struct peel *peel, struct span text);
/* Behind a stamp, in a source that has such lines: the time of a CEF or LEEF event; an object behind an
 * address. True when the message is taken. */
bool peel_relayed(struct peel *peel, struct span text);

/* line_cri.c */
/* A line of a CRI runtime in the second of one before. False: another kind of line. */
bool line_cri(struct peel *peel, struct span text);
/* Of a line that went another way: remember its second. */
void line_cri_keep(struct peel *peel, struct span text);

/* line_plain.c */
enum { PLAIN_BYTES_MAX = 4096 }; /* far from where runtimes cut */
static inline bool line_begins_cri(struct span text)
{
    return text.ptr[0] == 's' && text.len > 1 && text.ptr[1] == 't';
}
/* rest, behind the stamp of a source with envelopes: what is inside. */
bool line_plain_inside(struct line_reader *reader, struct span rest, struct span *ret_inside);
/* Where syslog's memo may have what stands before that. */
uint8_t line_plain_place(const struct line_reader *reader, struct span rest);
/* "10.4.1.7 - - [07/Aug/2026:14:31:05 +0000] "GET ...": where the bracket is that a usual line of an access
 * log has there; else 0. */
size_t line_plain_bracket(struct span raw);
/* Would peel_inside leave this text as it is: a word that starts no stamp, object or pairs? */
bool peel_is_plain_inside(const struct reader_state *state, struct span text);
/* The way of most lines, in one go: a stamp at the very start, then text, or an envelope around text. What
 * comes out is what line.c would make of it. False: another kind of line. */
bool line_plain(struct line_reader *reader, struct reader_state *state, struct span text, struct line *line);
/* A whole line was an object or pairs and had a twin: the next one may have one, too. */
void line_plain_learn_values(struct reader_state *state);
/* The stamp of a line was found in its first bracket, where text begins: the next line may be read by that.
 */
void line_plain_learn_bracket(struct line_reader *reader, struct reader_state *state, struct span text);

#endif
