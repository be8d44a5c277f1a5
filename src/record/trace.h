/* trace: of which language a line of a stack trace is, so that where writers without names take turns in one
 * stream (kubectl logs of several pods, threads) a line is not given to a stranger's record. */
#ifndef ONSET_RECORD_TRACE_H
#define ONSET_RECORD_TRACE_H

#include "record/join.h"

enum trace_kind { TRACE_NONE = 0, TRACE_JAVA = 1, TRACE_PYTHON = 2, TRACE_GO = 4 }; /* Java: and .NET, Node */

struct trace_line {
    uint8_t kind; /* trace_kind */
    bool begins;  /* a trace begins with it, right behind what it belongs to */
    bool ends;    /* the exception that ends Python's */
    bool weak;    /* may be anything that is indented */
};

/* text: a line that carries a record on, with its indentation. */
struct trace_line trace_line_of(struct span text, enum joined joined);

#endif
