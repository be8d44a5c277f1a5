/* field_parts: what the parts of fields share: field_names.c (what a name means), fields.c (what a value
 * tells), field_text.c (what comes out as text). Private to fields. */
#ifndef ONSET_RECORD_FIELD_PARTS_H
#define ONSET_RECORD_FIELD_PARTS_H

#include "record/fields.h"

enum { FIELD_TIME_RANK_LAST = 30 }; /* of names that merely end in "timestamp" */

/* Letters are folded by setting bit 5, which maps a few other bytes onto each other ('_' and DEL). */
static inline bool same_folded(const uint8_t *bytes, const char *name, size_t n)
{
    const uint64_t fold = 0x2020202020202020u;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t a, b;
        memcpy(&a, bytes + i, 8);
        memcpy(&b, name + i, 8);
        if ((a | fold) != (b | fold))
            return false;
    }
    for (; i < n; i++)
        if ((bytes[i] | 0x20) != ((uint8_t)name[i] | 0x20))
            return false;
    return true;
}

#endif
