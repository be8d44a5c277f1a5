/* blocks: records of several lines "Name: value", as `wevtutil qe /f:text` and PowerShell's Format-List print
 * events of Windows:
 *
 *     Event[0]:                          TimeCreated  : 8/7/2026 2:31:05 PM
 *       Log Name: System                 ProviderName : Service Control Manager
 *       Date: 2026-08-07T14:31:05.123    Id           : 7031
 *       Description:                     Message      : The Spooler service terminated
 *     The Spooler service terminated                    unexpectedly.
 *
 * A block ends where a line behind an empty one begins as the first line of the source does; a message may
 * hold empty lines. */
#ifndef ONSET_RECORD_BLOCKS_H
#define ONSET_RECORD_BLOCKS_H

#include "base/text.h"
#include "record/fields.h"

enum { BLOCK_WORD_MAX = 24, BLOCK_MESSAGE_BYTES_MAX = 1 << 18, BLOCK_LINES_MAX = 1000 };

struct blocks {
    struct fields fields; /* what the block says, as if it were an object of JSON */
    const struct stamp_context *context;
    struct stamp_cache *cache;
    struct scratch values;
    struct arena overflow;
    struct text message, id;
    /* learnt */
    uint8_t word[BLOCK_WORD_MAX]; /* that begins a block */
    uint8_t word_bytes;
    uint8_t column; /* of the colons; 0: names are followed by one at once */
    /* of the block that is open */
    size_t lines;
    bool any, in_message, after_empty;
};

void blocks_init(struct blocks *blocks, const struct field_names *names); /* must not be moved then */
void blocks_done(struct blocks *blocks);
void blocks_reset(struct blocks *blocks); /* forget the block that is open */
/* Are these, the first lines of a source, such blocks? Remembers how one begins. */
bool blocks_learn(struct blocks *blocks, const struct span *lines, size_t count);
/* Does a block begin with this line, of which nothing was added yet? Then the one before is complete. */
bool blocks_starts(const struct blocks *blocks, struct span line);
/* One line of the block. */
void blocks_add(struct blocks *blocks, struct span line, const struct stamp_context *context,
                struct stamp_cache *cache);
/* The block is complete: true, and fields are set until blocks_reset, if there is one. */
bool blocks_finish(struct blocks *blocks);

#endif
