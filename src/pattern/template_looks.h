/* template_looks: what a word of a message is by its looks: a host, a month, base64 ... Pure functions of the
 * word. */
#ifndef ONSET_PATTERN_TEMPLATE_LOOKS_H
#define ONSET_PATTERN_TEMPLATE_LOOKS_H

#include "base/ascii.h"
#include "base/span.h"
#include "pattern/kernel.h"

#include <strings.h>

/* What names are made of: word bytes of the masking, and what it has masked. */
static inline bool is_atom(uint8_t c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c >= 0x80 || c == MASK_BYTE;
}

static inline bool is_hex(uint8_t c)
{
    return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6;
}

/* Case does not matter. */
static inline bool word_in(struct span word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word.len == strlen(words[i]) && strncasecmp((const char *)word.ptr, words[i], word.len) == 0)
            return true;
    return false;
}

#define WORD_IN(word, list) word_in(word, list, sizeof(list) / sizeof *(list))

static inline bool is_word(struct span word, const char *text)
{
    return word_in(word, &text, 1);
}

bool is_host(struct span word); /* by its ending: mail.example.com, not com.example.Thing */
bool is_month(struct span word);
bool is_weekday(struct span word);
bool is_zone(struct span word);
bool is_mixed(struct span word); /* changes between small and large letters all the time */

#endif
