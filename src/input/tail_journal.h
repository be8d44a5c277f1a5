/* tail_journal: the systemd journal while it grows, as the text of `journalctl -o export`. Each entry is
 * given once, whatever journald does with the files: rotates them, makes new ones, removes the oldest.
 *
 *     struct tail_journal *j = tail_journal_open(folder, &err);
 *     while ((n = tail_journal_read(j, buffer, size)) > 0) ...
 *     poll(tail_journal_descriptor(j) for input, a second at most), and again
 *     tail_journal_free(j);
 *
 * Threads: one. */
#ifndef ONSET_INPUT_TAIL_JOURNAL_H
#define ONSET_INPUT_TAIL_JOURNAL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tail_journal;

/* All journal files of a folder, those of users among them; NULL: the journal of this machine. From its first
 * entry on. */
struct tail_journal *tail_journal_open(const char *folder, struct onset_error *err);
struct tail_journal *tail_journal_free(struct tail_journal *j); /* accepts NULL, returns NULL */
/* The next bytes of it, 0 when there are no more now. */
size_t tail_journal_read(struct tail_journal *j, uint8_t *buffer, size_t size);
/* Readable when there may be more; -1 when the kernel cannot tell. It may be another one after a read. */
int tail_journal_descriptor(const struct tail_journal *j);

/* Does a file look like one of a journal? False in a build that reads none. */
bool is_journal_file(const char *path);

#endif
