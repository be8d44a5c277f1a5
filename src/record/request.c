#include "record/request.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter(uint8_t byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26;
}

static bool is_digit(uint8_t byte)
{
    return (unsigned)byte - '0' < 10;
}

/* The next quote from p on that no backslash hides, or NULL. */
static const uint8_t *next_quote(const uint8_t *p, const uint8_t *end)
{
    for (const uint8_t *quote; p < end && (quote = memchr(p, '"', (size_t)(end - p))); p = quote + 1)
        if (quote == p || quote[-1] != '\\')
            return quote;
    return NULL;
}

/* "Mozilla/5", "kube-probe/1", "ELB-HealthChecker/2" */
static bool starts_product(const uint8_t *p, const uint8_t *end)
{
    if (p == end || !is_letter(*p))
        return false;
    while (p < end && (is_letter(*p) || is_digit(*p) || *p == '-' || *p == '_' || *p == '.'))
        p++;
    return end - p > 1 && p[0] == '/' && is_digit(p[1]);
}

static bool has_letter(const uint8_t *p, const uint8_t *end)
{
    for (; p < end; p++)
        if (is_letter(*p))
            return true;
    return false;
}

struct span request_alone(struct span message, struct scratch *scratch)
{
    const uint8_t *p = message.ptr, *end = p + message.len;
    const uint8_t *open = next_quote(p, end), *close = open ? next_quote(open + 1, end) : NULL;
    const uint8_t *before = NULL; /* where the quoted field in front begins, if it stands right there */
    while (close) {
        const uint8_t *behind = close + 1;
        open = next_quote(behind, end);
        if (!open)
            return message;
        close = next_quote(open + 1, end);
        if (starts_product(open + 1, end))
            break;
        bool beside = close && end - close > 2 && close[1] == ' ' && close[2] == '"';
        before = beside && open > behind ? open : NULL;
    }
    if (!open || !starts_product(open + 1, end))
        return message;
    const uint8_t *begin = before ? before : open, *rest = close ? close + 1 : end;
    while (begin > p && begin[-1] == ' ')
        begin--;
    size_t kept = (size_t)(begin - p);
    if (!has_letter(rest, end))
        return span_make(p, kept);
    size_t more = (size_t)(end - rest);
    uint8_t *copy = scratch_alloc(scratch, kept + more);
    memcpy(copy, p, kept);
    memcpy(copy + kept, rest, more);
    return span_make(copy, kept + more);
}
