#include "record/request.h"

#include "base/ascii.h"
#include "record/find.h"

#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The quotes of a message that no backslash hides, 64 bytes at a time: what is quoted is of any length, so
 * each search for the next one would end where nothing foretells. */
struct quotes {
    const uint8_t *readable; /* what is from here to begin can be read as well */
    const uint8_t *begin, *end;
    const uint8_t *at; /* of bits */
    uint64_t bits;
};

static uint64_t quote_bits(const struct quotes *quotes)
{
    const uint8_t *p = quotes->at;
    size_t left = (size_t)(quotes->end - p), n = left < 64 ? left : 64;
    uint64_t marks, slashes;
    if (quotes->end - quotes->readable >= 64) { /* the last 64 bytes that can be read, whatever the length */
        marks = find_marks64(p + n - 64, '"') >> (64 - n);
        slashes = find_marks64(p + n - 64, '\\') >> (64 - n);
    } else {
        marks = find_marks(quotes->readable, p, n, '"');
        slashes = find_marks(quotes->readable, p, n, '\\');
    }
    return marks & ~(slashes << 1 | (p > quotes->begin && p[-1] == '\\'));
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

#if defined(__SSE2__)
static __m128i in_range(__m128i bytes, char from, char count)
{
    __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8(from));
    return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8((char)(count - 1))), value);
}
#endif

/* "Mozilla/5", "kube-probe/1", "ELB-HealthChecker/2" */
static bool starts_product(const uint8_t *p, const uint8_t *end, const uint8_t *readable)
{
    if (p == end || !is_letter(*p))
        return false;
#if defined(__SSE2__)
    if (end - readable >= 16) { /* without a branch on how long the name is */
        unsigned left = end - p < 16 ? (unsigned)(end - p) : 16;
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + left - 16));
        __m128i named = in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
        named = _mm_or_si128(named, _mm_or_si128(in_range(bytes, '0', 10), in_range(bytes, '-', 2)));
        named = _mm_or_si128(named, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
        unsigned n = (unsigned)__builtin_ctz(~((unsigned)_mm_movemask_epi8(named) >> (16 - left)));
        if (n + 1 < left)
            return (p[n] == '/') & is_digit(p[n + 1]);
    }
#endif
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

struct span request_alone(struct span message, const uint8_t *readable, struct scratch *scratch)
{
    if (message.len == 0)
        return message;
    const uint8_t *p = message.ptr, *end = p + message.len;
    struct quotes quotes = {readable, p, end, p, 0};
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
        if (starts_product(open + 1, end, readable))
            break;
        bool beside = close && end - close > 2 && close[1] == ' ' && close[2] == '"';
        before = beside && open > behind ? open : NULL;
    }
    if (!open || !starts_product(open + 1, end, readable))
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

/* Quotes from `at` on, by their bits. */
struct marked_quotes {
    const uint64_t *words;
    size_t at, to;
    uint64_t bits; /* of the word of `at` */
};

/* `to`: there is none. */
static inline size_t next_marked(struct marked_quotes *quotes)
{
    while (quotes->bits == 0) {
        quotes->at += 64;
        if (quotes->at >= quotes->to)
            return quotes->to;
        quotes->bits = quotes->words[quotes->at / 64];
    }
    size_t quote = quotes->at + (size_t)__builtin_ctzll(quotes->bits);
    quotes->bits &= quotes->bits - 1;
    return quote < quotes->to ? quote : quotes->to;
}

static inline bool is_hidden(const uint8_t *bytes, size_t quote, size_t to)
{
    return quote < to && bytes[quote - 1] == '\\';
}

size_t request_end(const uint8_t *bytes, const uint64_t *words, size_t from, size_t to)
{
    const uint8_t *end = bytes + to;
    struct marked_quotes quotes = {words, from & ~(size_t)63, to, words[from / 64] & ~0ull << from % 64};
    next_marked(&quotes);
    size_t close = next_marked(&quotes), product = to, before = to;
    bool hidden = is_hidden(bytes, close, to);
    while (close < to && product == to) {
        size_t behind = close + 1, open = next_marked(&quotes);
        close = next_marked(&quotes);
        hidden |= is_hidden(bytes, open, to) | is_hidden(bytes, close, to);
        if (open < to && starts_product(bytes + open + 1, end, bytes)) {
            product = open;
        } else {
            bool beside = to - close > 2 && bytes[close + 1] == ' ' && bytes[close + 2] == '"';
            before = beside && open > behind ? open : to;
        }
    }
    if (hidden || (product < to && close < to && has_letter(bytes + close + 1, end)))
        return 0;
    if (product == to)
        return to;
    size_t begin = before < product ? before : product;
    while (bytes[begin - 1] == ' ')
        begin--;
    return begin;
}
