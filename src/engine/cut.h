/* cut: where a file may be cut whose records need a look back: parts of long lines, writers that take turns.
 *
 * No look back goes farther than LINE_WAIT_BYTES of text (line.h). So from any line on
 *
 *     start       unknown: records in parts that began earlier, and every writer's open record
 *     warm        behind so much text, none open in parts: lines read as they do in one piece
 *     cut         behind so much again, of each writer who spoke lately a line was seen that starts a record
 *                 whatever came before, or that came first after as long a silence: joins are as in one piece
 *
 * A chunk is scanned from `warm` on, and counted from `at` on; the chunk before it ends there. Both places
 * are a function of the bytes behind the chunk's first one, so whoever asks gets the same answer. */
#ifndef ONSET_ENGINE_CUT_H
#define ONSET_ENGINE_CUT_H

#include "record/line.h"

struct cut {
    bool looked, found; /* not found: the chunk before runs on */
    size_t warm, at;
};

/* The cut of the chunk map[from, to) of map[0, size); from is not 0. reader: has learnt the head and read
 * nothing else; left as it was. */
struct cut cut_find(struct line_reader *reader, const uint8_t *map, size_t from, size_t to, size_t size);

#endif
