/* ids: what ties records of several services together: the trace, span and request that a line names,
 * wherever it does: members of JSON (also within quotes), pairs, brackets of a logger, W3C's traceparent. A
 * look through the whole text, so for who shows records, not for who counts them. */
#ifndef ONSET_RECORD_IDS_H
#define ONSET_RECORD_IDS_H

#include "base/span.h"

enum id_kind { ID_TRACE, ID_SPAN, ID_REQUEST, ID_KINDS };

struct ids {
    struct span of[ID_KINDS]; /* in the text; empty: none */
};

/* The first of each kind. */
void ids_find(struct span text, struct ids *ret_ids);

#endif
