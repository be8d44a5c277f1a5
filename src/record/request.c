#include "record/request.h"

#include "record/find.h"

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

/* The quotes of a message that no backslash hides, 64 bytes at a time: what is quoted is of any length, so
 * each search for the next one would end where nothing foretells. */
struct quotes {
    const uint8_t *begin, *end;
    const uint8_t *at; /* of bits */
    uint64_t bits;
};

static uint64_t quote_bits(const struct quotes *quotes)
{
    const uint8_t *p = quotes->at;
    size_t n = (size_t)(quotes->end - p) < 64 ? (size_t)(quotes->end - p) : 64;
    uint64_t marks = find_marks(quotes->begin, p, n, '"');
    uint64_t hidden = find_marks(quotes->begin, p, n, '\\') << 1 | (p > quotes->begin && p[-1] == '\\');
    return marks & ~hidden;
}

/* The next one, or NULL. */
static inline const uint8_t *next_quote(struct quotes *quotes)
{
    while (quotes->bits == 0) {
        if (quotes->end - quotes->at <= 64)
            return NULL;
        quotes->at += 64;
        quotes->bits = quote_bits(quotes);
    }
    const uint8_t *quote = quotes->at + __builtin_ctzll(quotes->bits);
    quotes->bits &= quotes->bits - 1;
    return quote;
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
    struct quotes quotes = {p, end, p, 0};
    quotes.bits = quote_bits(&quotes);
    const uint8_t *open = next_quote(&quotes), *close = open ? next_quote(&quotes) : NULL;
    const uint8_t *before = NULL; /* where the quoted field in front begins, if it stands right there */
    if (!close)
        return message; /* what is cut off is no request in front of a browser */
    while (close) {
        const uint8_t *behind = close + 1;
        open = next_quote(&quotes);
        if (!open)
            return message;
        close = next_quote(&quotes);
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
