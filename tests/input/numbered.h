/* numbered: lines that tell their number ("line 5 of the log."), and how often each one was given. */
#ifndef ONSET_TESTS_INPUT_NUMBERED_H
#define ONSET_TESTS_INPUT_NUMBERED_H

#include "base/text.h"

#include <stdio.h>

struct numbered {
    uint8_t *given; /* of each number below `count` */
    size_t count;
    uint64_t others;   /* lines without a number, or not whole */
    struct text *keep; /* all lines, each with a '|' behind it; NULL: not wanted */
};

static inline bool numbered_read(struct span line, unsigned long *ret_number)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(line.len < 60 ? line.len : 60), line.ptr);
    return sscanf(text, "line %lu of ", ret_number) == 1 && line.ptr[line.len - 1] == '.';
}

/* As a scanner takes bytes: whole lines, the rest comes again. */
static inline size_t numbered_take(struct numbered *at, struct span bytes, bool end)
{
    size_t used = 0;
    while (used < bytes.len) {
        const uint8_t *newline = memchr(bytes.ptr + used, '\n', bytes.len - used);
        if (!newline && !end)
            break;
        size_t stop = newline ? (size_t)(newline - bytes.ptr) : bytes.len;
        struct span line = span_make(bytes.ptr + used, stop - used);
        unsigned long number;
        if (line.len && numbered_read(line, &number) && number < at->count)
            at->given[number]++;
        else
            at->others++;
        if (at->keep)
            text_add(at->keep, line.ptr, line.len), text_add_byte(at->keep, '|');
        used = newline ? stop + 1 : stop;
    }
    return used;
}

#endif
