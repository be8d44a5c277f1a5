/* tail: files that grow, read while they grow. Each byte of each line is handed out once, whatever is done to
 * the files: rotated by renaming, by copying and truncating, by swapping a symbolic link; removed and made
 * anew; written late by who still holds the old one.
 *
 *     struct tail_set *set = tail_set_new(&(struct tail_reader){context, take, other});
 *     tail_set_add(set, "/var/log/shop", &err);        a folder: its files, and those that will be made in it
 *     tail_set_add(set, "app.log", &err);              a file, and what it is rotated to
 *     while (tail_set_read(set))                       until all is read that is there
 *         ;
 *     poll(tail_set_descriptor(set) or a timer); tail_set_read(set); ...
 *     tail_set_end(set);                               what has no newline
 *     tail_set_free(set);
 *
 * A version of a file is told by its inode, and by its own bytes: before new bytes are taken, the ones that
 * were read last must still stand before them. Compressed files and what is no text are passed over.
 *
 * What can be lost: lines that were written and removed (file deleted or truncated, no copy left) before they
 * were read, or to a file that was deleted and silent for ten minutes. What can come twice: lines that were
 * copied between two looks, when what they were copied from was replaced and then copied or renamed by then;
 * it looks like two versions that begin alike. Threads: one. Memory: a buffer of 1 MiB, and 2 KiB for
 * each file. */
#ifndef ONSET_INPUT_TAIL_H
#define ONSET_INPUT_TAIL_H

#include "input/input.h"

#define TAIL_HEAD 1024 /* bytes by which a copy is known: more than what programs print at each start */
#define TAIL_MARK 64   /* bytes by which a place in a file is known */

/* A file and what it is rotated to. */
struct tail_stream {
    struct input_file file; /* named as when it was first seen */
    const char *live;       /* the path that is written to */
    void *user;             /* the reader's */
};

struct tail; /* one version of it */

struct tail_reader {
    void *context;
    /* Whole lines, and what follows of the next one; returns how many bytes were used up: the rest comes
     * again, with more behind it. `offset`: of the first byte, in this version; `end`: no more will come of
     * it, everything is to be used. */
    size_t (*take)(void *context, struct tail_stream *stream, uint64_t version, uint64_t offset,
                   struct span bytes, bool end);
    /* A file that is not read: it is compressed. May be NULL. */
    void (*other)(void *context, const char *path);
    /* A file that cannot be read, told once; it is tried again when its folder changes. May be NULL. */
    void (*failed)(void *context, const char *path, int error);
    /* No version of it is there any more: the stream goes, and comes back as another one. May be NULL. */
    void (*gone)(void *context, struct tail_stream *stream);
};

struct tail_set;
struct tail_set *tail_set_new(const struct tail_reader *reader);
/* Hand out what is left behind the last newlines. Nothing is to be read after that. */
void tail_set_end(struct tail_set *set);
/* Accepts NULL, returns NULL. */
struct tail_set *tail_set_free(struct tail_set *set);
/* A file, a folder with all that is in it, or a pattern of glob(7). Fails when neither the file nor its
 * folder exists: a file may come later, and so may what a pattern tells. */
int tail_set_add(struct tail_set *set, const char *path, struct onset_error *err);
int tail_check(const char *path, struct onset_error *err); /* would it fail? */
/* Look at everything that may have changed, and read, a second's worth at most. True: there is more. `all`:
 * do not rely on what the kernel told (it may tell nothing, as for network file systems, or too late). */
bool tail_set_read(struct tail_set *set, int64_t now_ms, bool all);
/* Readable when something has changed; -1 when the kernel cannot tell: then call with `all` now and then. */
int tail_set_descriptor(const struct tail_set *set);
size_t tail_set_count(const struct tail_set *set); /* streams so far */

#endif
