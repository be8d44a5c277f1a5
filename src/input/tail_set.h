/* tail_set: what tail.c, tail_version.c, tail_kind.c and tail_folder.c share, and nobody else. See tail.h. */
#ifndef ONSET_INPUT_TAIL_SET_H
#define ONSET_INPUT_TAIL_SET_H

#include "input/tail.h"

#include <sys/stat.h>
#include <time.h>

#define BUFFER_BYTES ((size_t)1 << 20)
#define HEAD_LEAST   16 /* bytes of the head that tell something */
#define LEFT_MAX     64 /* truncated versions that a copy may still turn up of */

struct place { /* how far a version was read, and how to know it again */
    uint64_t offset, version;
    uint8_t mark[TAIL_MARK], head[TAIL_HEAD]; /* the bytes before offset, and the first ones */
    size_t mark_bytes, head_bytes;
    bool borrowed; /* the end of a copy of what was read further: nothing goes on from here but the copy */
};

struct left { /* what was truncated, and of which no copy was seen yet */
    struct tail_stream *stream;
    struct place place;
};

struct tail {
    struct tail_stream *stream;
    char *path; /* where it was seen last */
    uint64_t device, inode, birth;
    int fd;    /* -1: closed, nothing more is expected; opened again when it grows */
    int watch; /* -1: none */
    struct place at;
    struct tail *copy_of; /* held until that one is truncated */
    bool copied;          /* it has such copies */
    bool undecided;       /* too short to tell what it is; held too */
    bool ignored;         /* compressed, or a copy of what is read elsewhere */
    bool listed;          /* in the last look at its folder */
    bool unreadable;      /* it was told so */
    bool fresh;           /* it is not known yet what it is */
    bool dirty;
    int64_t grown_ms, listed_ms;
};

struct folder {
    char *path; /* "" for the working directory of a bare file name */
    char *only; /* the one stream that is wanted, or a pattern of glob(7) for them; NULL: all */
    bool glob;
    uint64_t device, inode;
    int watch, depth; /* depth: how many folders down from here are looked at */
    bool changed;
    struct timespec mtime;
};

struct tail_set {
    struct tail_reader reader;
    int notify;
    struct folder *folders;
    size_t folder_count, folder_size;
    struct tail **tails;
    size_t count, size, turn;
    struct tail_stream **streams;
    size_t stream_count, stream_size;
    struct left left[LEFT_MAX];
    size_t left_next;
    uint64_t versions;
    bool dropped; /* a version, since streams were looked at */
    int64_t now_ms;
    uint8_t *buffer;
};

char *tail_copy_text(const char *text);
void *tail_grow(void *items, size_t count, size_t *size, size_t item_bytes);

/* tail_version.c: one version of a file */

bool tail_reopen(struct tail_set *set,
                 struct tail *t); /* false: errno tells why, 0: it is another file now */
void tail_close(struct tail_set *set, struct tail *t);
void tail_ignore(struct tail_set *set, struct tail *t);
void tail_drop(struct tail_set *set, size_t at);
uint64_t tail_size(const struct tail *t);
void tail_read_head(const struct tail *t, struct place *ret_place);
void tail_start_over(struct tail_set *set, struct tail *t);
bool tail_same_head(const struct place *a, const struct place *b);
/* The last bytes of a copy stand at the same place of its original. */
bool tail_same_end(const struct tail *copy, const struct tail *original);
/* Is this a copy of what was read up to that place? Then go on from there; or from its end, when more was
 * read of the original after it was copied. */
bool tail_continues(struct tail *t, const struct place *at);
bool tail_is_rewritten(const struct tail *t); /* truncated since it was read last, or written anew */
/* What tells a file from another one with the number of its inode, once that was removed; 0: nothing does. */
uint64_t tail_birth(int fd);
/* Another file, that got the number of the inode of one that is closed: made at another time, or, where more
 * than its age is to be looked at, with other first bytes. False when the name leads elsewhere by now. */
bool tail_is_another(const struct tail *t, const char *path, bool bytes_too);
enum pumped { PUMPED_ALL, PUMPED_SOME, PUMPED_REWRITTEN };
/* Hand out what is there. With `end`, also what has no newline. */
enum pumped tail_pump(struct tail_set *set, struct tail *t, bool end);

/* tail_kind.c: which stream it is of, and what it is to the other versions */

struct tail_stream *tail_find_stream(struct tail_set *set, const char *path);
bool tail_is_live(const struct tail *t);
bool tail_has_successor(const struct tail_set *set, const struct tail *t);
void tail_classify(struct tail_set *set, struct tail *t); /* a new inode under a name that is looked at */
void tail_leave(struct tail_set *set,
                struct tail *t); /* what it was is truncated: its rest may be in a copy */
void tail_let_go(struct tail_set *set,
                 struct tail *t); /* copies of what was truncated before anything of it was read */

/* tail_folder.c */

void tail_look(struct tail_set *set, size_t at); /* list folders[at]: what is still there, and what is new */

#endif
