/* A number that N lines had is another one in the next with P = 1 / (N + 2) (Laplace's rule of succession). A
 * counter that was 0 or 1 and moves is everyday, one that falls to 0 is not. */
#include "analysis/numbers.h"

#include "profile/odds.h"
#include "record/severity.h"
#include "record/turning.h"

#include <math.h>
#include <stdlib.h>

#define BEFORE_LEAST 4.0 /* lines that had the number */

struct jump {
    struct span name, was, is;
};

static int64_t time_of(const struct model *m, const struct series *s, const struct exemplar *line)
{
    return stream_time(m, table_get(&m->logs->streams, s->stream), line->time_ns);
}

static double value_of(struct span number)
{
    char text[ODDS_BYTES + 1];
    memcpy(text, number.ptr, number.len);
    text[number.len] = 0;
    return strtod(text, NULL);
}

/* "Mar 12": the day of a date is no state. */
static bool is_day(struct span message, struct span number)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    size_t at = (size_t)(number.ptr - message.ptr);
    while (at && message.ptr[at - 1] == ' ')
        at--;
    for (size_t i = 0; at >= 3 && i < 12; i++)
        if (memcmp(message.ptr + at - 3, months + 3 * i, 3) == 0)
            return true;
    return false;
}

static bool tells(const struct model *m, const struct pattern *p)
{
    bool told = p->severity == 0 || p->severity >= SEVERITY_INFO;
    return told && p->kind == SERIES_RECORD && !p->accepted && !p->minted && !p->guessed_time &&
           !m->by_order && turning_is_work(exemplar_message(&p->first->exemplar));
}

/* Did another series of the pattern have this number there before? What is not known of may have. */
static bool known_elsewhere(const struct model *m, const struct pattern *p, const struct series *own,
                            size_t place, struct span number, int64_t t)
{
    struct span name;
    for (uint32_t i = 0; i < p->part_count + p->known_count; i++) {
        bool past = i >= p->part_count;
        const struct series *s = past ? p->known[i - p->part_count] : p->parts[i];
        if (s->count > TURNS_RARE)
            return true;
        const struct exemplar *line;
        for (size_t k = 0; s != own && (line = series_kept(s, k)); k++)
            if ((past || time_of(m, s, line) < t) &&
                span_equal(odds_number(exemplar_message(line), place, &name), number))
                return true;
    }
    return false;
}

static bool changed(const struct model *m, const struct pattern *p, const struct series *s,
                    const struct odd_line *odd, int64_t t, struct jump *ret)
{
    for (size_t place = 0; place < ODDS_PLACES; place++) {
        if (!(odd->places >> place & 1))
            continue;
        struct span message = exemplar_message(&s->exemplar), name;
        struct span was = odds_number(message, place, &name);
        struct span is = odds_number(exemplar_message(&odd->line), place, &name);
        if (!was.len || !is.len || is_day(message, was) || (value_of(was) <= 1 && value_of(is) != 0) ||
            known_elsewhere(m, p, s, place, is, t))
            continue;
        *ret = (struct jump){name, was, is};
        return true;
    }
    return false;
}

struct value_news *numbers_find(struct model *m, int64_t from_ns, int64_t to_ns, size_t *ret_count)
{
    struct value_news *list = NULL;
    size_t count = 0, size = 0;
    for (size_t i = 0; i < m->pattern_count; i++) {
        const struct pattern *p = &m->patterns[i];
        if (!tells(m, p))
            continue;
        for (uint32_t k = 0; k < p->part_count; k++) {
            const struct series *s = p->parts[k];
            for (size_t o = 0; o < s->odd_count; o++) {
                const struct odd_line *odd = &s->odds[o];
                int64_t t = time_of(m, s, &odd->line);
                double before = series_between(m, s, m->first_ns, t);
                struct jump c;
                if (t < from_ns || t > to_ns || before < BEFORE_LEAST || !changed(m, p, s, odd, t, &c))
                    continue;
                struct series *own = arena_alloc(&m->arena, sizeof *own);
                *own = *s;
                own->exemplar = odd->line;
                if (count == size) {
                    size = size ? 2 * size : 16;
                    list = memory_resize(list, size * sizeof *list);
                }
                double bits = log2(before + 2);
                list[count++] = (struct value_news){
                    .pattern = p,
                    .series = own,
                    .time_ns = t,
                    .name = arena_printf(&m->arena, "%.*s", (int)c.name.len, (const char *)c.name.ptr),
                    .now = arena_printf(&m->arena, "%.*s", (int)c.is.len, (const char *)c.is.ptr),
                    .before = arena_printf(&m->arena, "%.*s", (int)c.was.len, (const char *)c.was.ptr),
                    .count = (uint64_t)(series_between(m, s, t, m->last_ns + 1) + 0.5),
                    .records_before = (uint64_t)(before + 0.5),
                    .bits = bits,
                    .chance_bits = bits,
                    .turns = true};
            }
        }
    }
    struct value_news *kept = arena_alloc(&m->arena, (count + 1) * sizeof *kept);
    if (count)
        memcpy(kept, list, count * sizeof *kept);
    free(list);
    *ret_count = count;
    return kept;
}
