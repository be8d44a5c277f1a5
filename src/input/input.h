/* input: from a name to bytes. First stage of the way of a byte; knows nothing of lines or logs.
 *
 *     struct input_list list = {0};
 *     input_list_add(&list, "/var/log/shop", &err);      a file, a folder (walked), or "-"
 *     input_list_sort(&list);                            by name: reports never depend on argument order
 *     struct input in;
 *     if (input_open(&in, &list.files[i], &err) == 0) {
 *         if (in.archive)
 *             while (input_next_member(&in, &member, &err) > 0) ... as any other input; input_close(&member)
 *         else if (in.map) ... bytes [in.map, in.map + in.map_bytes) ...
 *         else while ((n = input_read(&in, buffer, size, &err)) > 0) ...
 *         input_close(&in, &short_read);
 *     }
 *
 * Format is told by magic bytes, never by name. An uncompressed regular file is mapped whole; everything else
 * (zstd, gzip, xz, bzip2 and lz4 of any number of frames or members, pipes, FIFOs, terminals, /proc files of
 * size 0) is read. A tar (compressed or not), zip or 7z is an archive: each of its regular files is an input
 * of its own, streamed in the order in which they come, and decoded if it is compressed; it may be an archive
 * too. JSON that is not one record a line (an array, OTLP and other batches, objects over several lines) is
 * given as that. UTF-16 (told by its byte order mark, or by every other byte being zero) is given as UTF-8,
 * so offsets are those of the UTF-8 text; a journal file is given as the text that `journalctl -o export`
 * makes of it (one that is no plain file is copied to $TMPDIR for that). A name in an archive is only a name:
 * nothing is written to it, nothing outside of the archive is opened. A mapped file that is truncated under
 * us does not kill the process: the missing pages read as NUL bytes, and input_close tells that it was short
 * (SIGBUS handler, installed once, that maps zero pages over the hole).
 *
 * Ownership: a list owns its files; an input owns its map and decoder. Threads: one input belongs to one
 * thread, but its map may be read by many. A file that breaks half-way: input_read returns what could be
 * decoded first, then -1 with one line of error ("'x.gz': truncated gzip stream after 1234 bytes", bytes of
 * text).
 */
#ifndef ONSET_INPUT_INPUT_H
#define ONSET_INPUT_INPUT_H

#include "base/error.h"
#include "base/span.h"

#include <sys/types.h>

struct input_file {
    char *path;    /* to open; "-" is standard input */
    char *name;    /* what reports call it: the path as given, extended below a walked folder */
    char *stream;  /* name without compression ending and rotation suffix: app.log, app.log.1, app.log.2.gz,
                      app.log-20260807.zst are the one source app.log */
    char *service; /* what it is an instance of (identity.h) */
    uint64_t size_bytes; /* on disk, or in an archive; 0 when not known */
    int64_t written_ns;  /* when it was last written to, since the epoch; of a member 0: not known */
    bool regular;
    bool profile;           /* named as a saved profile: anything else is an error */
    bool linked;            /* found in a walked folder through a symbolic link */
    uint64_t device, inode; /* of a regular file, to tell two names of one file; inode 0: not known */
};

struct input_list {
    struct input_file *files;
    size_t count, size;
    char **problems; /* folders below a walked one that could not be read: one line each, as for an error */
    size_t problem_count, problem_size;
    char *label; /* of standard input, or NULL */
};

/* Fails when path does not exist or cannot be listed. In a walked folder: hidden files, FIFOs, sockets,
 * devices and dangling links are passed over, every folder is read once (so links cannot loop), and a folder
 * that cannot be read becomes a problem of the list. */
int input_list_add(struct input_list *list, const char *path, struct onset_error *err);
/* The same, of what must be saved profiles. */
int input_list_add_profile(struct input_list *list, const char *path, struct onset_error *err);
/* Say of which host the inputs are, before they are opened: "HOST:NAME" for names and streams. */
void input_list_host(struct input_list *list, const char *host);
/* Name standard input in reports (grep's --label), before or after it is added. */
void input_list_label(struct input_list *list, const char *label);
/* By name, byte order. A file given twice stays once, also under two names (links; /var/log/containers and
 * /var/log/pods): the name without a link in it stays, then the first. Problems are sorted too. */
void input_list_sort(struct input_list *list);
void input_list_done(struct input_list *list);

/* The file that a member of an archive is: named "ARCHIVE!MEMBER"; stream and service come from the member's
 * path alone, the stream within that archive. */
struct member;
void input_file_member(struct input_file *ret_file, const struct input_file *archive,
                       const struct member *member);
/* The path of what is in a folder; to be freed. */
char *input_path(const char *folder, const char *name);
/* A file by its path, whether it exists or not. */
void input_file_make(struct input_file *ret_file, const char *path);
void input_file_done(struct input_file *file); /* accepts a zeroed file */

struct decoder;
struct input {
    const struct input_file *file;
    const uint8_t *map; /* non-NULL: mapped */
    size_t map_bytes;
    int fd;
    struct decoder *decoder;
    bool archive;       /* has members, and no bytes of its own to read */
    uint64_t bytes_raw; /* read from the file so far, for progress; of a member: from that of its archive */
    size_t map_at;      /* where input_read of a mapped file goes on */
};

/* `file` must outlive the input. Fails on archives that this build cannot decode. */
int input_open(struct input *input, const struct input_file *file, struct onset_error *err);
/* The next member: 1; 0 at the end; -1 when the archive is broken, behind what could be read of it. The
 * member must be closed before the next one is asked for, and its `file` is gone then. What is no regular
 * file, and what is empty, is passed over. A member that cannot be decoded tells so when it is read. */
int input_next_member(struct input *archive, struct input *ret_member, struct onset_error *err);
/* Up to size bytes; 0 at the end; -1 on error, again on every later call. May return less than size before
 * the end. Works on a mapped file too. */
ssize_t input_read(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err);
/* The next bytes of a stream without consuming them: up to size, fewer only at the end of input or before an
 * error, which the reads will meet; -1 only when there is nothing before it. */
ssize_t input_peek(struct input *input, uint8_t *buffer, size_t size, struct onset_error *err);
/* Where a compressed file may be cut into parts that can be decoded by themselves, of `bytes` of text or
 * more: the offsets in the file at which they begin, to be freed. 0: it cannot be cut. */
size_t input_parts(const struct input *input, uint64_t bytes, uint64_t **ret_starts);
/* Go on with bytes [from, to) of a file that can be cut, as if they were all of it; `ahead`: it may be
 * decoded by a thread of its own. */
int input_part(struct input *input, uint64_t from, uint64_t to, bool ahead, struct onset_error *err);
/* After a failed read: why it could not be decoded, and how much text stands before the first hole; NULL:
 * that is not why. What could be decoded was given. */
const char *input_broken(const struct input *input, uint64_t *ret_bytes);
/* How many characters were none in what was read so far, and were given as U+FFFD. */
uint64_t input_replaced(const struct input *input);
/* Tell the kernel that map[from, to) is not needed again. */
void input_release(struct input *input, size_t from, size_t to);
/* ret_short_read may be NULL; true: a mapped file is shorter than it was when opened, or pages of it could
 * not be read. Accepts NULL and an input that input_open refused. */
void input_close(struct input *input, bool *ret_short_read);

/* Do the first bytes of a file tell that it is compressed, or an archive? */
bool input_is_packed(struct span head);

/* Which libraries decode, for --version: "zstd 1.5.4, zlib 1.2.13". */
const char *input_libraries(void);

#endif
