#include "profile/odds.h"

#include "base/ascii.h"
#include "profile/exemplar.h"
#include "record/severity.h"

#include <stdlib.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define ODDS_ALL     ((uint16_t)((1u << ODDS_PLACES) - 1))
#define NUMBER_BYTES 24
#define UNIT_BYTES   2 /* "30s", "512MB" */

/* clang-format off */
static const bool is_part[256] = {
    ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, [0x80 ... 0xff] = true,
    ['.'] = true, ['-'] = true, ['_'] = true, ['/'] = true, ['+'] = true, ['%'] = true, ['#'] = true, ['@'] = true,
};
/* clang-format on */

/* A clock's colons are part of a word, that of "pairs:14" is not. */
static inline bool in_word(struct span text, size_t i)
{
    uint8_t c = text.ptr[i];
    return is_part[c] || (c == ':' && i && is_digit(text.ptr[i - 1]));
}

/* The next word from *at on, which moves behind it; empty at the end. */
static inline struct span next_word(struct span text, size_t *at)
{
    size_t from = *at;
    while (from < text.len && !in_word(text, from))
        from++;
    size_t end = from;
    while (end < text.len && in_word(text, end))
        end++;
    *at = end;
    return span_make(text.ptr + from, end - from);
}

static struct span number_of(struct span word)
{
    static const struct span none;
    size_t i = 0, dots = 0;
    while (word.len && (word.ptr[word.len - 1] == '.' || word.ptr[word.len - 1] == ':'))
        word.len--;
    for (; i < word.len && (is_digit(word.ptr[i]) || (i && word.ptr[i] == '.')); i++)
        dots += word.ptr[i] == '.';
    size_t digits = i;
    while (i < word.len && (is_letter(word.ptr[i]) || word.ptr[i] == '%'))
        i++;
    bool is_number = digits && dots <= 1 && i == word.len && i - digits <= UNIT_BYTES && i <= NUMBER_BYTES;
    return is_number ? word : none;
}

static struct span head_of(struct span message)
{
    return span_make(message.ptr, message.len < ODDS_BYTES ? message.len : ODDS_BYTES);
}

struct span odds_number(struct span message, size_t place, struct span *ret_name)
{
    struct span text = head_of(message), before = {0}, word = {0};
    size_t at = 0;
    for (size_t i = 0; i <= place; i++) {
        before = word;
        word = next_word(text, &at);
    }
    size_t gap = (size_t)(word.ptr - (before.ptr + before.len));
    bool joined = before.len && word.len &&
                  (before.ptr[before.len] == '=' || before.ptr[before.len] == ':') && gap <= 2;
    *ret_name = joined ? before : (struct span){0};
    return number_of(word);
}

/* Words of a message, a bit for each byte of it. Asked of 32 lines of each series, so not byte by byte. */
struct words {
    uint64_t in[ODDS_BYTES / 64 + 1];                          /* bytes of words; nothing behind the last */
    uint64_t starts[ODDS_BYTES / 64], digits[ODDS_BYTES / 64]; /* their first bytes; of those, digits */
    size_t blocks;
};

/* Bit i: p[i] is a part of a word, a digit, a colon; n up to 64. What is from begin on can be read as well.
 */
static void classes_of(const uint8_t *begin, const uint8_t *p, size_t n, uint64_t *ret_parts,
                       uint64_t *ret_digits, uint64_t *ret_colons)
{
    uint64_t parts = 0, digits = 0, colons = 0;
    size_t i = 0;
#if defined(__SSE2__)
#define IS(c)              _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))
#define FROM(x, c)         _mm_sub_epi8(x, _mm_set1_epi8(c))
#define WITHIN(from, most) _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(most)), from)
#define MASK(x)            ((uint64_t)((unsigned)_mm_movemask_epi8(x) >> again) << i)
    while (i < n && (size_t)(p - begin) + n >= 16) {
        size_t again = n - i < 16 ? 16 - (n - i) : 0; /* bytes that were looked at before */
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i - again));
        __m128i letter = FROM(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a');
        __m128i number = FROM(bytes, '-'), digit = FROM(bytes, '0'); /* - . / 0 to 9 */
        __m128i part = _mm_or_si128(WITHIN(letter, 25), WITHIN(number, '9' - '-'));
        part = _mm_or_si128(part, _mm_or_si128(_mm_or_si128(IS('_'), IS('+')), IS('%')));
        part = _mm_or_si128(part, _mm_or_si128(_mm_or_si128(IS('#'), IS('@')), bytes)); /* 0x80 and above */
        parts |= MASK(part);
        digits |= MASK(WITHIN(digit, 9));
        colons |= MASK(IS(':'));
        i += 16 - again;
    }
#undef IS
#undef FROM
#undef WITHIN
#undef MASK
#else
    (void)begin;
#endif
    for (; i < n; i++) {
        parts |= (uint64_t)is_part[p[i]] << i;
        digits |= (uint64_t)is_digit(p[i]) << i;
        colons |= (uint64_t)(p[i] == ':') << i;
    }
    *ret_parts = parts;
    *ret_digits = digits;
    *ret_colons = colons;
}

static void find_words(struct span text, struct words *ret)
{
    uint64_t digit_before = 0, word_before = 0;
    size_t blocks = (text.len + 63) / 64;
    for (size_t i = 0; i < blocks; i++) {
        size_t left = text.len - i * 64;
        uint64_t parts, digits, colons;
        classes_of(text.ptr, text.ptr + i * 64, left < 64 ? left : 64, &parts, &digits, &colons);
        uint64_t in = parts | (colons & (digits << 1 | digit_before));
        ret->in[i] = in;
        ret->starts[i] = in & ~(in << 1 | word_before);
        ret->digits[i] = ret->starts[i] & digits;
        digit_before = digits >> 63;
        word_before = in >> 63;
    }
    ret->in[blocks] = 0;
    ret->blocks = blocks;
}

/* The number that begins at that byte, if one does. */
static struct span number_at(struct span text, const struct words *words, size_t at)
{
    size_t block = at / 64, end = block * 64;
    uint64_t others = ~words->in[block] & ~0ull << at % 64;
    while (!others) {
        others = ~words->in[++block];
        end += 64;
    }
    end += (size_t)__builtin_ctzll(others);
    return number_of(span_make(text.ptr + at, (end < text.len ? end : text.len) - at));
}

/* Of the first ODDS_PLACES words those that begin with a digit, as numbers are: which, and where. */
static uint16_t digit_places(const struct words *words, uint16_t *ret_at)
{
    uint16_t places = 0;
    unsigned before = 0;
    for (size_t i = 0; i < words->blocks && before < ODDS_PLACES; i++) {
        for (uint64_t rest = words->digits[i]; rest; rest &= rest - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(rest);
            unsigned place = before + (unsigned)__builtin_popcountll(words->starts[i] & ((1ull << bit) - 1));
            if (place >= ODDS_PLACES)
                break;
            places |= (uint16_t)(1u << place);
            ret_at[place] = (uint16_t)(i * 64 + bit);
        }
        before += (unsigned)__builtin_popcountll(words->starts[i]);
    }
    return places;
}

/* Those of the places at which the numbers of two messages differ. */
static uint16_t differing(struct span a, struct span b, uint16_t places)
{
    struct words words_a, words_b;
    uint16_t at_a[ODDS_PLACES], at_b[ODDS_PLACES], differ = 0;
    a = head_of(a);
    b = head_of(b);
    if (span_equal(a, b))
        return 0;
    find_words(a, &words_a);
    find_words(b, &words_b);
    uint16_t in_a = digit_places(&words_a, at_a), in_b = digit_places(&words_b, at_b);
    for (unsigned rest = (in_a | in_b) & places; rest; rest &= rest - 1) {
        unsigned i = (unsigned)__builtin_ctz(rest);
        struct span x = {0}, y = {0};
        if (in_a >> i & 1)
            x = number_at(a, &words_a, at_a[i]);
        if (in_b >> i & 1)
            y = number_at(b, &words_b, at_b[i]);
        if (!span_equal(x, y))
            differ |= (uint16_t)(1u << i);
    }
    return differ;
}

/* As much of the message as the series would keep of it. */
static struct span kept_message(const struct occurrence *line)
{
    size_t raw = line->raw.len < EXEMPLAR_BYTES_MAX ? line->raw.len : EXEMPLAR_BYTES_MAX;
    uintptr_t at = (uintptr_t)line->message.ptr - (uintptr_t)line->raw.ptr;
    size_t most = at < raw ? raw - at : EXEMPLAR_BYTES_MAX;
    return span_make(line->message.ptr, line->message.len < most ? line->message.len : most);
}

static struct span first_message(const struct series *series)
{
    const struct exemplar *e = &series->exemplar;
    return exemplar_message(e);
}

static bool may_be_odd(const struct series *series)
{
    return series->kind == SERIES_RECORD && series->severity < SEVERITY_WARN && series->count <= TURNS_RARE &&
           !series->routine;
}

static void drop(struct series *series, size_t i)
{
    free(series->odds[i].line.text);
    series->odd_count--;
    memmove(series->odds + i, series->odds + i + 1, (series->odd_count - i) * sizeof *series->odds);
}

/* Where no line before that one has another number than the first line. ret_at: how many there are. */
static uint16_t open_places(const struct series *series, const struct occurrence *line, size_t *ret_at)
{
    struct exemplar place = {.time_ns = line->time_ns, .file = line->file, .offset = line->offset};
    uint16_t places = ODDS_ALL;
    size_t at = 0;
    for (; at < series->odd_count && exemplar_before(&series->odds[at].line, &place); at++)
        places &= (uint16_t)~series->odds[at].places;
    *ret_at = at;
    return places;
}

/* The line differs at these places from the first one: at those where no line before it does, it counts. */
static void put(struct series *series, const struct occurrence *line, uint16_t places)
{
    size_t at;
    places &= open_places(series, line, &at);
    if (!places)
        return;
    for (size_t i = series->odd_count; i-- > at;) {
        series->odds[i].places &= (uint16_t)~places;
        if (!series->odds[i].places)
            drop(series, i);
    }
    series->odds = memory_resize(series->odds, (series->odd_count + 1u) * sizeof *series->odds);
    memmove(series->odds + at + 1, series->odds + at, (series->odd_count - at) * sizeof *series->odds);
    series->odds[at] = (struct odd_line){.places = places};
    exemplar_keep(&series->odds[at].line, line, TURN_BYTES_MAX);
    series->odd_count++;
}

/* Another number than theirs becomes what the others are compared with, at these places. */
static void forget(struct series *series, uint16_t places)
{
    for (size_t i = series->odd_count; i-- > 0;) {
        series->odds[i].places &= (uint16_t)~places;
        if (!series->odds[i].places)
            drop(series, i);
    }
}

void odds_add(struct series *series, const struct occurrence *line)
{
    size_t at;
    if (!may_be_odd(series))
        return;
    uint16_t places = differing(first_message(series), kept_message(line), open_places(series, line, &at));
    if (places)
        put(series, line, places);
}

void odds_demote(struct series *series, const struct occurrence *line)
{
    if (!may_be_odd(series))
        return;
    uint16_t places = differing(first_message(series), kept_message(line), ODDS_ALL);
    struct occurrence old = exemplar_line(&series->exemplar);
    forget(series, places);
    if (places)
        put(series, &old, places);
}

void odds_merge(struct series *into, const struct series *from, bool from_first)
{
    if (!may_be_odd(into) || !may_be_odd(from))
        return;
    struct occurrence theirs = exemplar_line(&from->exemplar);
    uint16_t places = 0;
    if (from_first && into->count) {
        odds_demote(into, &theirs);
    } else if (into->count) {
        places = differing(first_message(into), first_message(from), ODDS_ALL);
        if (places)
            put(into, &theirs, places);
    }
    for (size_t i = 0; i < from->odd_count; i++) {
        struct occurrence line = exemplar_line(&from->odds[i].line);
        uint16_t own = (uint16_t)(from->odds[i].places & ~places);
        if (own)
            put(into, &line, own);
    }
}

void odds_done(struct series *series)
{
    for (size_t i = 0; i < series->odd_count; i++)
        free(series->odds[i].line.text);
    free(series->odds);
    series->odds = NULL;
    series->odd_count = 0;
}

bool odds_fit(const struct series *series)
{
    uint16_t places = 0;
    if (series->odd_count && (!may_be_odd(series) || series->odd_count >= series->count))
        return false;
    for (size_t i = 0; i < series->odd_count; i++) {
        const struct odd_line *odd = &series->odds[i];
        const struct exemplar *before = i ? &series->odds[i - 1].line : &series->exemplar;
        if (!odd->places || odd->places >> ODDS_PLACES || (odd->places & places) ||
            !exemplar_before(before, &odd->line) || odd->line.time_ns > series->last_ns)
            return false;
        places |= odd->places;
    }
    return true;
}
