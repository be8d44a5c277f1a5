/* alike: lines that masking makes equal are read alike. For some lines at a time this reads what may differ
 * in such lines, time and header, and keeps of one that went the usual way (line_parse_text, join_text) what
 * another must share with it to say the same and to start a record, too.
 *
 * Masking takes away runs that hold a digit, and blanks beside blanks; it makes spaces of tabs. What reading
 * looks at is how the text begins, up to a byte behind its first blank, colon, '=' or '[' (the mark), and its
 * last byte, where that is no word. So where no digit stands before the mark, the masked text tells all of
 * that but the mark. */
#ifndef ONSET_RECORD_ALIKE_H
#define ONSET_RECORD_ALIKE_H

#include "record/line.h"
#include "record/twins.h"

struct alike_line {
    int64_t time_ns;  /* TIME_NONE: it is another kind of line */
    uint32_t at, end; /* where what is behind its stamp begins, and where that ends as masks tell it */
};

struct alike { /* what is asked of a text, beside its masked bytes */
    uint8_t at;
    uint8_t header;       /* where the memo of headers may have what stands before it */
    uint16_t bits, bytes; /* the two bytes at `at` & bits == bytes */
};

enum alike_way {
    ALIKE_NONE,     /* the lines to come are not read so */
    ALIKE_TEXT,     /* a stamp and text */
    ALIKE_ENVELOPE, /* an envelope between them: alike_inside */
    ALIKE_REQUEST,  /* of an access log; `end` is where the server's words end */
};

/* How are the lines to come read? It changes when another kind of line was read. ret_skip: what is alike
 * begins behind so many bytes of a line; of ALIKE_REQUEST at alike_line.at. */
enum alike_way alike_way(const struct line_reader *reader, size_t *ret_skip);
/* Another one, and what alike_read told of lines that were not yet taken is stale. */
uint32_t alike_version(const struct line_reader *reader);
/* While the way is not ALIKE_NONE: the lines that end at bytes + ends[0, count), with a newline, of which the
 * first begins at bytes + start. Bit i of quotes: bytes[i] is one. Returns enum line_flags of those that were
 * read. */
uint16_t alike_read(struct line_reader *reader, const uint8_t *bytes, size_t start, const uint32_t *ends,
                    size_t count, const uint64_t *quotes, struct alike_line *ret_lines);
/* Of ALIKE_ENVELOPE, bytes[at, end): what is behind the stamp of a line whose masked bytes are those of which
 * `alike` was learnt. Where its text begins; 0: it is another kind of line. */
size_t alike_inside(struct line_reader *reader, const struct alike *alike, const uint8_t *bytes, size_t at,
                    size_t end);
/* text: of a line that was read, and starts a record. False: others cannot be told. */
bool alike_learn(const struct line_reader *reader, const struct line_text *text, struct alike *ret_alike);

/* Named values are read alike where the whole line is the same when masked and no blanks were taken from it:
 * its values are where the masked line has them. What must be found there again. */
struct alike_values {
    struct span time, message;             /* as they stand in the line, between two bytes that are kept */
    struct span words[TWIN_WORDS_MAX + 1]; /* these must be the same; they hold digits */
    unsigned count;
    bool same; /* so must the message */
};
enum { ALIKE_VALUES_BYTES_MIN = 24 }; /* of a masked line; shorter ones are none of these */

/* Are the lines to come objects or pairs that may be alike? It changes as alike_way does. */
bool alike_is_values(const struct line_reader *reader);
/* text: of a line that was read just now, and starts a record. False: others cannot be told. */
bool alike_learn_values(const struct line_reader *reader, const struct line_text *text,
                        struct alike_values *ret_values);
/* Time of another such line. flags: enum line_flags of it. */
bool alike_time(const struct line_reader *reader, struct span value, int64_t *ret_time_ns,
                uint16_t *ret_flags);

/* bytes[at, end) without what may stand behind a message. */
static inline struct span alike_text(const uint8_t *bytes, size_t at, size_t end)
{
    while (end > at && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t' || bytes[end - 1] == '\r'))
        end--;
    return span_make(bytes + at, end - at);
}

/* text: of which a byte or newline stands at `at`. */
static inline bool alike_shares(const struct alike *alike, const uint8_t *text)
{
    uint16_t bytes;
    memcpy(&bytes, text + alike->at, sizeof bytes);
    return (bytes & alike->bits) == alike->bytes;
}

#endif
