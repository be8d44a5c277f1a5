/* plan: what will be read, learnt from a look at the head of every input before the scan starts.
 *
 * The look tells the newest year anywhere in the data (so that stamps without a year get theirs), what is not
 * text, and which files may be cut into chunks. An archive is one item, read member by member by one worker;
 * the look goes into it, as far as that is cheap. Ownership: the plan owns its list and items; heads are not
 * kept. */
#ifndef ONSET_ENGINE_PLAN_H
#define ONSET_ENGINE_PLAN_H

#include "engine/cut.h"
#include "engine/scanner.h"
#include "input/input.h"

enum cutting {
    CUT_NOWHERE,   /* one item */
    CUT_AT_LINES,  /* where a line starts a record whatever came before (join_boundary) */
    CUT_BY_WARMTH, /* where reading a little more tells all that a look back would (cut.h) */
};

struct plan_file {
    const struct input_file *file;
    enum onset_role role;
    uint64_t key; /* of its name in profiles */
    bool binary;
    enum cutting cutting;
    bool profile;       /* a saved one, told by its first line */
    bool of_hosts;      /* ... that names its hosts */
    bool store;         /* an SQLite baseline: not scanned */
    bool short_read;    /* truncated while it was read */
    struct input *held; /* what cannot be opened twice stays open between the look and the scan */
    uint32_t chunk_count;
    struct cut *cuts;          /* of CUT_BY_WARMTH: where each chunk begins, once somebody has looked */
    uint64_t *parts;           /* compressed: where each chunk begins in the file; NULL: it is mapped */
    uint64_t *chunk_lines;     /* lines that each chunk read */
    uint64_t *chunk_bytes;     /* of text in each part of `parts` */
    uint32_t broken_part;      /* the first one that could not be decoded */
    uint64_t broken_bytes;     /* ... and how much of it could */
    const char *broken_reason; /* NULL: all could */
    struct onset_error error;  /* "" when all went well */
    struct input_file *binary_members; /* of an archive; only the names are filled */
    size_t binary_count, binary_size;
};

struct plan_item {
    struct plan_file *file;
    uint32_t chunk;
    size_t from, to; /* bytes of a mapped file; to SIZE_MAX: all of it */
};

struct plan {
    struct input_list lists[2]; /* by enum onset_role */
    struct plan_file *files;
    size_t file_count;
    struct plan_item *items;
    size_t item_count;
    struct stamp_context stamp;
    uint64_t bytes; /* on disk, of all files of known size */
};

/* lists must be filled and sorted. at_ns: TIME_NONE when not known. now_given: now_ns was said by the user,
 * who may mean another day than the files were written on. */
void plan_make(struct plan *plan, size_t chunk_bytes, int threads, int zone_minutes, int64_t at_ns,
               int64_t now_ns, bool now_given);
void plan_done(struct plan *plan);

/* A member of an archive is not text. To be called by the one worker that reads the archive. */
void plan_binary_member(struct plan_file *archive, const struct input_file *member);
/* After the scan: these members become files of the plan, as if they lay in a folder. The items are used up.
 */
void plan_list_binary_members(struct plan *plan);

/* Read the head of an input for its source; buffer holds HEAD_BYTES. Returns bytes, -1 with err filled. */
ssize_t plan_head(struct input *input, uint8_t *buffer, struct onset_error *err);

#endif
