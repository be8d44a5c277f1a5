/* clean: the one place where text from a log becomes text for a terminal. What comes out is valid UTF-8 (or
 * plain ASCII) without a control, escape or direction-changing character, whatever goes in, and its width is
 * known in columns.
 *
 *     invalid UTF-8           U+FFFD
 *     tab, newline, return    a space
 *     ESC [ ... final byte    dropped whole (colours and cursor moves)
 *     other control bytes     a visible picture (U+2400 block); C1 controls U+FFFD
 *     bidi and invisible      dropped; more than two combining marks on one character dropped
 *     ascii = true            every one of these, and every other non-ASCII character, as '?'
 *
 * Widths: East Asian wide and emoji are two columns, combining marks none; a table here, no locale. */
#ifndef ONSET_REPORT_CLEAN_H
#define ONSET_REPORT_CLEAN_H

#include "base/span.h"
#include "base/text.h"

/* Append at most `columns` columns (0: no limit) of `bytes`; what is cut ends in an ellipsis (ASCII: "~").
 * Returns the columns that were added. */
size_t clean_add(struct text *out, struct span bytes, size_t columns, bool ascii);

/* The same for what is told apart by its end, a path: what does not fit is left out at the beginning. */
size_t clean_add_end(struct text *out, struct span bytes, size_t columns, bool ascii);

/* Append `bytes` broken between words into at most `lines_max` lines of `columns` columns; the last line is
 * cut with an ellipsis when text remains. Lines after the first start with `indent` spaces, which count into
 * nothing: `columns` is the room right of the indent. No newline is added at the end. Returns the number of
 * lines. */
size_t clean_wrap(struct text *out, struct span bytes, size_t columns, size_t indent, size_t lines_max,
                  bool ascii);

/* Width of text that is already clean. */
size_t clean_columns(struct span clean);

#endif
