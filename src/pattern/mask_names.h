/* mask_names: is a number a name (rule 1 of kernel.h)? The one test that all kernels share. It is scalar: the
 * kernels rule out nearly all numbers with class masks before they come here. */
#ifndef ONSET_PATTERN_MASK_NAMES_H
#define ONSET_PATTERN_MASK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NAME_DIGITS_MAX     4
#define NAME_SEPARATORS_MAX 3

static inline bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_word(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.' || c >= 0x80;
}

static inline bool is_separator(uint8_t c)
{
    return c == ' ' || c == '=' || c == ':' || c == '"' || c == '(' || c == '[' || c == ',';
}

static inline bool ends_with_letters(const uint8_t *p, size_t n, const char *letters)
{
    size_t len = strlen(letters);
    if (n < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((p[n - len + i] | 0x20) != letters[i])
            return false;
    return true;
}

/* Rule 1b, for a run of digits. */
static inline bool is_quoted_status(const uint8_t *p, size_t start, size_t end)
{
    return end - start == 3 && p[start] >= '1' && p[start] <= '5' && start >= 2 && p[start - 1] == ' ' &&
           p[start - 2] == '"';
}

/* Is the run p[start, end), which holds a digit, a number that is a name? Looks only at p[0, end). */
static inline bool is_name(const uint8_t *p, size_t start, size_t end)
{
    if (end - start > NAME_DIGITS_MAX)
        return false;
    for (size_t i = start; i < end; i++)
        if (!is_digit(p[i]))
            return false;
    if (is_quoted_status(p, start, end))
        return true;
    size_t at = start;
    while (at > 0 && start - at < NAME_SEPARATORS_MAX && is_separator(p[at - 1]))
        at--;
    return at < start && (ends_with_letters(p, at, "status") || ends_with_letters(p, at, "code") ||
                          ends_with_letters(p, at, "exit") || ends_with_letters(p, at, "signal") ||
                          ends_with_letters(p, at, "errno") || ends_with_letters(p, at, "http"));
}

#endif
