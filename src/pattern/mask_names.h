/* mask_names: is a number a name (rule 1 of kernel.h)? The one test that all kernels share. It is scalar: the
 * kernels rule out nearly all numbers with class masks before they come here. */
#ifndef ONSET_PATTERN_MASK_NAMES_H
#define ONSET_PATTERN_MASK_NAMES_H

#include "base/ascii.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NAME_DIGITS_MAX     4
#define NAME_SEPARATORS_MAX 3
#define SQLSTATE_BYTES      5
#define NAME_BYTES_MAX      5
#define SPACED_SLASHES_MIN  4  /* HAProxy's five timers */
#define SPACED_BYTES_MAX    48 /* they are within so many bytes */

static inline bool is_word(uint8_t c)
{
    return is_digit(c) || is_letter(c) || c == '_' || c == '-' || c == '.' || c >= 0x80;
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

static inline bool is_status(const uint8_t *p, size_t start, size_t end)
{
    return end - start == 3 && p[start] >= '1' && p[start] <= '5' && is_digit(p[start + 1]) &&
           is_digit(p[start + 2]) && start >= 2 && p[start - 1] == ' ';
}

/* Rule 1b. */
static inline bool is_quoted_status(const uint8_t *p, size_t start, size_t end)
{
    return is_status(p, start, end) && p[start - 2] == '"';
}

/* Where the numbers and slashes begin that stand before the blank in front of start. */
static inline size_t spaced_from(const uint8_t *p, size_t start, size_t *ret_slashes, size_t *ret_first)
{
    size_t at = start - 2;
    for (; at > 0 && start - at < SPACED_BYTES_MAX; at--) {
        uint8_t c = p[at - 1];
        if (c == '/') {
            *ret_first = *ret_first ? *ret_first : at;
            ++*ret_slashes;
        } else if (!is_digit(c) && c != '.' && c != '-' && c != '+') {
            break;
        }
    }
    return at;
}

/* Rule 1c. */
static inline bool is_spaced_status(const uint8_t *p, size_t start, size_t end)
{
    if (!is_status(p, start, end) || !is_digit(p[start - 2]))
        return false;
    size_t slashes = 0, first = 0; /* first: where the last number before it begins */
    size_t at = spaced_from(p, start, &slashes, &first);
    bool timers = slashes >= SPACED_SLASHES_MIN && (at == 0 || p[at - 1] == ' ');
    return timers || (first && ends_with_letters(p, first - 1, "http"));
}

/* Rule 1d. */
static inline bool is_sqlstate(const uint8_t *p, size_t start, size_t end)
{
    if (end - start != SQLSTATE_BYTES)
        return false;
    for (size_t i = start; i < end; i++)
        if (!is_digit(p[i]) && !(p[i] >= 'A' && p[i] <= 'Z'))
            return false;
    return true;
}

/* Up to four digits, behind a minus or not. */
static inline bool is_small_number(const uint8_t *p, size_t start, size_t end)
{
    size_t at = start + (p[start] == '-');
    if (at == end || end - at > NAME_DIGITS_MAX)
        return false;
    for (; at < end; at++)
        if (!is_digit(p[at]))
            return false;
    return true;
}

/* Whether a run at start is a name does not depend on bytes before this place, but for those of the run that
 * ends there. */
static inline size_t name_reach(const uint8_t *p, size_t start)
{
    size_t slashes = 0, first = 0;
    if (start >= 2 && p[start - 1] == ' ' && is_digit(p[start - 2]))
        return spaced_from(p, start, &slashes, &first);
    return start > NAME_SEPARATORS_MAX ? start - NAME_SEPARATORS_MAX : 0;
}

/* Is the run p[start, end), which holds a digit, a number that is a name? Looks only at p[0, end). */
static inline bool is_name(const uint8_t *p, size_t start, size_t end)
{
    if (end - start > NAME_BYTES_MAX)
        return false;
    if (is_quoted_status(p, start, end) || is_spaced_status(p, start, end))
        return true;
    size_t at = start;
    while (at > 0 && start - at < NAME_SEPARATORS_MAX && is_separator(p[at - 1]))
        at--;
    if (at == start)
        return false;
    if (is_sqlstate(p, start, end))
        return ends_with_letters(p, at, "sqlstate");
    return is_small_number(p, start, end) &&
           (ends_with_letters(p, at, "status") || ends_with_letters(p, at, "code") ||
            ends_with_letters(p, at, "exit") || ends_with_letters(p, at, "signal") ||
            ends_with_letters(p, at, "errno") || ends_with_letters(p, at, "http"));
}

#endif
