/* layout: lines of named values that are laid out as earlier ones, read by comparing.
 *
 * A program writes few kinds of lines: in all lines of a kind the same bytes stand between the values. Those
 * runs (a gap: `","status":`) make a tree, from the start of the line to its end; a line that follows a path
 * of it has its values where the path has them, so it is neither parsed nor are its names looked up. The
 * first line of a kind goes the long way (json_line.c, logfmt.c), which records what it finds.
 *
 * Why a line that follows a path reads as the line that made it: the long way looks at the bytes of gaps, at
 * where values end, and at nothing else but through fields_add. A value ends at the next mark (marks.h),
 * a word of an object where no more of it follows: gaps are equal, so the state of quotes and escapes at the
 * start of a value is too; a string holds no quote then, a word nothing but a word. What depends on the bytes
 * of values in another way is not recorded (layout_unfit).
 *
 * Saves work only, never changes an answer. One for a reader, a kind of text and a depth. Memory: at most
 * LAYOUT_NODES_MAX nodes and LAYOUT_NAMES_MAX names, 150 KiB; nothing before the first line. */
#ifndef ONSET_RECORD_LAYOUT_H
#define ONSET_RECORD_LAYOUT_H

#include "record/fields.h"
#include "record/marks.h"

enum {
    LAYOUT_GAP_BYTES = 32,
    LAYOUT_NODES_MAX = 1536,
    LAYOUT_NAMES_MAX = 255,
    LAYOUT_NAME_BYTES = 96,
    LAYOUT_VALUES_MAX = 32, /* of a line that somebody asks for */
    LAYOUT_TOKENS_MAX = 256 /* all values of a line */
};

enum layout_kind {
    LAYOUT_STRING,  /* behind the gap, up to the next mark */
    LAYOUT_WORD,    /* that begins with a letter, digit or one of + - . */
    LAYOUT_PLAIN,   /* that begins with neither a blank nor a quote */
    LAYOUT_GOES_ON, /* no value, but more of the gap */
    LAYOUT_LAST     /* the end of the line */
};

struct layout_node { /* a gap, or 32 bytes of a longer one */
    uint8_t text[LAYOUT_GAP_BYTES];
    uint8_t bytes, marks; /* of text */
    uint8_t kind;         /* enum layout_kind: of what is behind it */
    uint8_t name;         /* number of the value's + 1; 0: nobody asks */
    uint16_t child, next; /* what may follow; what may be in place of this; 0: nothing */
    uint16_t pairs;       /* of a last one: names in the line */
    uint8_t siblings;     /* of the first child: how many there are */
    bool chained;         /* the first child is the node behind this one in memory */
    bool digits;          /* of a last one: in the gaps before it */
};

struct layout_name {
    struct field_name what;
    uint16_t pair; /* number in the line */
    uint8_t later, bytes;
    bool quoted, string; /* counts as a string; stands in quotes, so may hold escapes */
    uint8_t text[LAYOUT_NAME_BYTES];
};

struct layout_token { /* a value in the line of which is learnt */
    uint32_t begin, end;
    bool string;
};

struct layouts {
    const struct marks_kernel *kernel;
    bool pairs, off; /* off: too few lines were like others */
    uint16_t node_count, node_room;
    uint16_t name_count;
    uint32_t hits, misses, mark_count;
    struct layout_node *nodes; /* the first one is the start of the line */
    struct layout_name *names;
    struct layout_work *work; /* of one line */
    struct twins *twins;      /* twins.h */
};

/* What the long way tells of a line: a value that it hands to fields_add. Part of layout_work. */
struct layout_record {
    bool unfit;
    uint16_t count, token_count;
    struct layout_name names[LAYOUT_VALUES_MAX];
    struct span values[LAYOUT_VALUES_MAX];
    struct layout_token tokens[LAYOUT_TOKENS_MAX]; /* of pairs: told by the reader */
};

struct layout_value { /* of a line that follows a path */
    uint32_t begin, end, name;
};

struct layout_work {
    struct layout_value values[LAYOUT_VALUES_MAX + 1];
    uint32_t value_count;
    unsigned pairs;
    uint16_t path; /* number of its last node */
    bool backslash;
    struct layout_record record;
    uint16_t at[MARKS_BYTES_MAX + 2 * MARKS_SLACK]; /* marks of the line, then its end */
};

void layouts_init(struct layouts *layouts, bool pairs);
void layouts_done(struct layouts *layouts);
void layouts_forget(struct layouts *layouts);

/* Does text follow a path? Its values are in layouts->work then. */
bool layouts_match(struct layouts *layouts, struct span text);
/* After a miss: where the long way records what it finds; NULL when nothing is to be learnt of this line. */
struct layout_record *layouts_record(struct layouts *layouts, struct span text);
/* The long way read the same text as a whole: add its path. pairs: names in it. */
void layouts_learn(struct layouts *layouts, struct span text, unsigned pairs);

void layout_value_told(struct layout_record *record, struct field_name what, struct span name,
                       struct field_value value, uint8_t later, unsigned pair);
void layout_token_told(struct layout_record *record, struct span text, struct span value, bool string);
/* What was read of this line depends on more than gaps and fields_add. */
static inline void layout_unfit(struct layout_record *record)
{
    if (record)
        record->unfit = true;
}

/* A value of a match, and what it is. */
static inline const struct layout_name *layout_value(const struct layouts *layouts, struct span text,
                                                     unsigned i, struct field_value *ret_value)
{
    struct layout_value value = layouts->work->values[i];
    const struct layout_name *name = &layouts->names[value.name - 1];
    ret_value->text = span_make(text.ptr + value.begin, (size_t)value.end - value.begin);
    ret_value->quoted = name->quoted;
    ret_value->escaped = layouts->work->backslash && name->string && ret_value->text.len &&
                         memchr(ret_value->text.ptr, '\\', ret_value->text.len);
    return name;
}

#endif
