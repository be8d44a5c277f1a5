/* template_header: where the sentence of a message begins, behind level, thread, logger, process and whatever
 * else the source writes in front of every message.
 *
 * Learnt over all masked messages of one source, position by position; a pure function of the set of them. A
 * column is a run without blanks, or a bracketed group. It belongs to the header when nearly all messages
 * hold the same kind of thing there (a level, a variable, a bracket, a logger) and what stands behind it
 * differs. Cells between '|' are columns whatever they hold, if they hold few different things. */
#ifndef ONSET_PATTERN_TEMPLATE_HEADER_H
#define ONSET_PATTERN_TEMPLATE_HEADER_H

#include "base/span.h"

#define HEADER_COLUMNS_MAX 12

enum column_kind {
    COLUMN_NONE,
    COLUMN_WORD,
    COLUMN_VARIABLE,
    COLUMN_TAGGED, /* a variable and a colon: an address, or a logger whose name holds a digit */
    COLUMN_LEVEL,
    COLUMN_DASH,
    COLUMN_BRACKET,
    COLUMN_LOGGER,
    COLUMN_TO_DASH, /* one to three columns and the dash behind them: a program's name with blanks in it */
    COLUMN_CELLS    /* so many as .cells says, each up to a '|': a thread's name with blanks in it */
};

struct header {
    bool skips; /* a variable in front is left out first: some stamps are not read to their end */
    uint8_t count, cells;
    uint8_t kinds[HEADER_COLUMNS_MAX];
};

/* masked: sorted, every message once. */
void header_learn(const struct span *masked, size_t count, struct header *ret_header);
/* Bytes of the header of this message; 0 when it does not fit. */
size_t header_bytes(const struct header *header, struct span masked);

#endif
