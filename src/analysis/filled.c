#include "analysis/filled.h"

#include "base/ascii.h"

#include <strings.h>

static const char *const phrases[] = {"no space left",    "disk full",
                                      "disk is full",     "disk space",
                                      "space available",  "free space",
                                      "out of space",     "watermark",
                                      "out of memory",    "oom",
                                      "memory limit",     "heap space",
                                      "cannot allocate",  "quota",
                                      "open files",       "table full",
                                      "table is full",    "too many connections",
                                      "tablespace",       "queue is full",
                                      "queue full",       "low on",
                                      "address in use",   "cannot assign",
                                      "no free",          "exhausted",
                                      "inodes",           "used up",
                                      "too many clients", "max_children"};

static bool is_word_byte(uint8_t c)
{
    return is_letter(c) || is_digit(c);
}

/* As words of their own. */
static bool holds(struct span text, const char *phrase)
{
    size_t n = strlen(phrase);
    for (size_t i = 0; i + n <= text.len; i++)
        if ((text.ptr[i] | 0x20) == phrase[0] && (i == 0 || !is_word_byte(text.ptr[i - 1])) &&
            strncasecmp((const char *)text.ptr + i, phrase, n) == 0 &&
            (i + n == text.len || !is_word_byte(text.ptr[i + n])))
            return true;
    return false;
}

bool filled_is_told(const struct hypothesis *h)
{
    const struct news *const said[] = {h->lead, h->worst, h->detail};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        for (size_t k = 0; said[i] && k < sizeof phrases / sizeof *phrases; k++) {
            const struct exemplar *e = &said[i]->series->exemplar;
            if (holds(exemplar_message(e), phrases[k]))
                return true;
        }
    return false;
}
