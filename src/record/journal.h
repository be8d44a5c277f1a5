/* journal: journalctl -o export, where an entry is a block of lines that ends at an empty one. A field is
 * NAME=TEXT, or NAME alone, then eight bytes of length (little endian) and as many bytes, which may hold
 * newlines. https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#ifndef ONSET_RECORD_JOURNAL_H
#define ONSET_RECORD_JOURNAL_H

#include "base/text.h"
#include "record/fields.h"

struct journal {
    struct fields fields; /* what the entry says, as if it were an object of JSON */
    struct scratch values;
    struct arena overflow;
    struct text name, binary;
    uint64_t binary_bytes; /* of the field being read, length included; what came so far is in `seen` */
    uint64_t seen, lines;
    bool in_binary, broken, any;
};

void journal_init(struct journal *journal, const struct field_names *names); /* must not be moved then */
void journal_done(struct journal *journal);
void journal_reset(struct journal *journal); /* forget the entry that is open */
/* One physical line. True when it completed an entry: fields (finished) and broken are set until
 * journal_reset. */
bool journal_add(struct journal *journal, struct span line, const struct stamp_context *context,
                 struct stamp_cache *cache);
/* True when an entry is open at the end of the source. */
bool journal_finish(struct journal *journal);

#endif
