/* journal_entry: private to the input stage. The next entry of a journal as the text that `journalctl -o
 * export` writes of it: fields, one a line, and an empty line. */
#ifndef ONSET_INPUT_JOURNAL_ENTRY_H
#define ONSET_INPUT_JOURNAL_ENTRY_H

#if HAVE_SYSTEMD
#include "base/text.h"
#include "input/libsystemd.h"

#define FIELD_BYTES_MAX ((size_t)1 << 20) /* a longer one is cut; as the reader of records would */

/* 1 with *entry filled, 0 at the end, negative errno when a file is damaged. */
int journal_entry_next(sd_journal *journal, struct text *entry);
#endif

#endif
