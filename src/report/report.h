/* report: findings in, bytes out, through the sink that the caller gives. Reports are pure: no clock, no
 * environment, no terminal; the same findings and style give the same bytes. A sink that returns -1 ends the
 * report with -1. */
#ifndef ONSET_REPORT_REPORT_H
#define ONSET_REPORT_REPORT_H

#include "analysis/findings.h"
#include "base/json_writer.h"
#include "onset.h"

struct report_style {
    bool color;  /* SGR colours */
    bool ascii;  /* nothing but ASCII: for a terminal that does not speak UTF-8 */
    int columns; /* width, at least 60; 0: 100 */
};

int report_text(const struct findings *f, const struct report_style *style, onset_sink sink, void *context);
int report_json(const struct findings *f, onset_sink sink, void *context);

/* One candidate, as it stands in the whole report. Rank and number count from 1. */
void report_text_candidate(const struct findings *f, size_t number, const struct report_style *style,
                           struct text *out);
void report_json_candidate(struct json_writer *json, const struct candidate *candidate, size_t rank);

#endif
