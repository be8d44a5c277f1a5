/* report_formats: what was recognised in each source, for bug reports: no content of the logs but the names
 * of the files. Text for a person, JSON (schema "onset-formats/1") for a program. Same rules as report.h. */
#ifndef ONSET_REPORT_REPORT_FORMATS_H
#define ONSET_REPORT_REPORT_FORMATS_H

#include "profile/profile.h"
#include "report/report.h"

struct formats_row {    /* one source */
    const char *source; /* file; borrowed */
    const char *format; /* line_format_name; "binary", "unreadable" */
    bool stamped;       /* its lines usually carry a time */
    bool sequential;    /* read in one piece, because its records need a look back */
    struct tally tally; /* what its lines were */
};

int report_formats_text(const struct formats_row *rows, size_t count, const struct report_style *style,
                        onset_sink sink, void *context);
int report_formats_json(const struct formats_row *rows, size_t count, onset_sink sink, void *context);

#endif
