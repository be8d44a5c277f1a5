/* The page that the text report is set on: labelled paragraphs, rows of tables, headings, colour. What may
 * come from a log passes clean.h here, and no line gets wider than the page. A page grows in memory and is
 * handed on when it is whole. */
#ifndef ONSET_REPORT_PAGE_H
#define ONSET_REPORT_PAGE_H

#include "analysis/findings.h"
#include "report/report.h"

#define PAGE_INDENT 3 /* columns before everything below a heading */
#define PAGE_LABEL  8 /* columns of a label: "where   " */

struct page {
    struct text out, row; /* what is set; the row of a table that is being set */
    const struct findings *f;
    int64_t onset_ns; /* start of the onset; TIME_NONE when nothing began or there are no times */
    size_t columns;
    bool color, ascii;
};

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_GREEN, INK_YELLOW, INK_CYAN };

void page_init(struct page *p, const struct findings *f, const struct report_style *style);
void page_done(struct page *p);

void page_ink(struct page *p, enum ink ink);
struct span page_words(const char *text); /* empty for a text that is NULL */

/* Clean text in at most `columns` columns (never 0), padded with spaces to `pad`. */
void page_put(struct page *p, struct span text, size_t columns, size_t pad);
void page_spaces(struct page *p, size_t count);
void page_end(struct page *p); /* the line */

/* A row of a table: clean cells of a fixed width, then the last one; cut as a whole to the width of the page.
 */
void page_cell(struct page *p, struct span text, size_t columns);
void page_end_row(struct page *p, enum ink color, struct span last);

/* Words over as many lines as allowed, from the given indent to the right edge. The cursor stands at the
 * indent. */
void page_flow(struct page *p, enum ink color, struct span text, size_t indent, size_t lines_max);

void page_label(struct page *p, const char *name);
void page_heading(struct page *p, const char *name);

/* The whole of the first candidate; three lines of another. `number` counts from 1. */
void page_first_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch);
void page_other_candidate(struct page *p, const struct candidate *c, size_t number, struct text *scratch);

#endif
