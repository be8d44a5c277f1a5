#include "profile/odds.h"

#include "base/ascii.h"
#include "profile/exemplar.h"
#include "record/severity.h"

#include <stdlib.h>

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

/* The places at which the numbers of two messages differ. */
static uint16_t differing(struct span a, struct span b)
{
    uint16_t places = 0;
    a = head_of(a);
    b = head_of(b);
    if (span_equal(a, b))
        return 0;
    size_t at_a = 0, at_b = 0;
    for (size_t i = 0; i < ODDS_PLACES; i++) {
        struct span x = next_word(a, &at_a), y = next_word(b, &at_b);
        if (x.len == 0 && y.len == 0)
            break;
        bool digit = (x.len && is_digit(x.ptr[0])) || (y.len && is_digit(y.ptr[0])); /* numbers begin so */
        if (digit && !span_equal(number_of(x), number_of(y)))
            places |= (uint16_t)(1u << i);
    }
    return places;
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
    return span_make(e->text + e->message_at, e->message_bytes);
}

static bool may_be_odd(const struct series *series)
{
    return series->kind == SERIES_RECORD && series->severity < SEVERITY_WARN && series->count <= TURNS_RARE;
}

static void drop(struct series *series, size_t i)
{
    free(series->odds[i].line.text);
    series->odd_count--;
    memmove(series->odds + i, series->odds + i + 1, (series->odd_count - i) * sizeof *series->odds);
}

/* The line differs at these places from the first one: at those where no line before it does, it counts. */
static void put(struct series *series, const struct occurrence *line, uint16_t places)
{
    struct exemplar place = {.time_ns = line->time_ns, .file = line->file, .offset = line->offset};
    size_t at = 0;
    for (; at < series->odd_count && exemplar_before(&series->odds[at].line, &place); at++)
        places &= (uint16_t)~series->odds[at].places;
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
    uint16_t places = may_be_odd(series) ? differing(first_message(series), kept_message(line)) : 0;
    if (places)
        put(series, line, places);
}

void odds_demote(struct series *series, const struct occurrence *line)
{
    if (!may_be_odd(series))
        return;
    uint16_t places = differing(first_message(series), kept_message(line));
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
        places = differing(first_message(into), first_message(from));
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
