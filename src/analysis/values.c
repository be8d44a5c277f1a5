/* A value is new with about (k + 1) / (N + 1), of N records that held k values before it: surprising where N
 * is large and k small. More than VALUES_OPEN values are no states but names, and one more name is no news.
 */
#include "analysis/values.h"

#include "analysis/language.h"
#include "analysis/numbers.h"
#include "pattern/kernel.h"
#include "pattern/template.h"
#include "record/severity.h"

#include <math.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define VALUES_FEW    8    /* values that a place may have held before */
#define VALUES_OPEN   16   /* values in all, from which on it is open */
#define VALUES_BITS   4.0  /* surprise that is worth a word */
#define VALUES_LISTED 20   /* most surprising first */
#define TURN_BITS     2.0  /* surprise that makes a first run an event */
#define TURN_SECONDS  10.0 /* between such lines, at least */
#define PLACES_MAX    16   /* of a template */
#define WORDS_LEFT    2    /* what the rest of the message must hold */
#define SHOWN         3    /* earlier values in a sentence */

struct finder {
    struct model *m;
    int64_t from_ns, to_ns;
    struct value_news *list;
    size_t count, size;
};

struct held { /* a value of a place */
    struct span text;
    int64_t first_ns; /* INT64_MIN: in the baseline */
    const struct series *series;
    double total, said; /* records of the logs with it; of the baseline too */
};

struct variant { /* one series of a pattern */
    const struct series *series;
    bool baseline;
    struct span values[PLACES_MAX];
};

static bool is_atom(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' ||
           c == '.' || c >= 0x80;
}

static double surprise(double records, size_t values)
{
    return log2((records + 1) / ((double)values + 1));
}

/* Good and Turing again: of N records, the next one names something new as often as one named what no other
 * did. */
static double chance(double records, size_t once)
{
    return log2((records + 2) / ((double)once + 1));
}

/* Jobs and changes come seldom, calls and requests are said to start as well. */
static bool tells_turn(const struct model *m, const struct pattern *p, const struct series *series)
{
    const struct exemplar *e = &series->exemplar;
    double seconds = (double)(m->last_ns - m->first_ns) / NS_PER_SECOND;
    if ((p->severity && p->severity < SEVERITY_INFO) || (double)p->count * TURN_SECONDS > seconds)
        return false;
    return p->role == ROLE_CHANGE || (p->role == ROLE_UNKNOWN && language_begins(exemplar_message(e)));
}

static void add_news(struct finder *f, const struct value_news *news)
{
    if (f->count == f->size) {
        f->size = f->size ? f->size * 2 : 64;
        f->list = memory_resize(f->list, f->size * sizeof *f->list);
    }
    f->list[f->count++] = *news;
}

static const char *join(struct model *m, const struct held *const *held, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count && i < SHOWN; i++)
        text = arena_printf(&m->arena, "%s%s%.*s", text, i ? ", " : "", (int)held[i]->text.len,
                            (const char *)held[i]->text.ptr);
    return count > SHOWN ? arena_printf(&m->arena, "%s and %zu more", text, count - SHOWN) : text;
}

static int compare_held(const void *a, const void *b)
{
    const struct held *x = *(const struct held *const *)a, *y = *(const struct held *const *)b;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return span_compare(x->text, y->text);
}

/* "application" of "application=argocd/<*>" when the value begins at `at`, or within it does. */
static struct span place_name(struct span text, size_t at)
{
    while (at && text.ptr[at - 1] != '=' && text.ptr[at - 1] != ' ')
        at--;
    size_t end = at && text.ptr[at - 1] == '=' ? at - 1 : at, from = end;
    while (from && is_atom(text.ptr[from - 1]))
        from--;
    return span_make(text.ptr + from, end < at ? end - from : 0);
}

/* Where the place number k of template_values begins. */
static size_t place_at(struct span text, size_t k)
{
    size_t at = 0;
    for (;; at += 3) {
        const uint8_t *star = memmem(text.ptr + at, text.len - at, "<*>", 3);
        if (!star)
            return 0;
        at = (size_t)(star - text.ptr);
        if (at && k-- == 0)
            return at;
    }
}

/* held: the values of one place of a pattern, or of patterns that differ in one word; before(context, t)
 * counts the records of the place until t. Reports those that are new in the window. */
static void judge_place(struct finder *f, const struct pattern *pattern, struct span name,
                        const struct held *held, size_t count, double (*before)(void *context, int64_t t),
                        void *context)
{
    const struct held *order[VALUES_OPEN];
    for (size_t i = 0; i < count; i++)
        order[i] = &held[i];
    qsort(order, count, sizeof *order, compare_held);
    size_t once = 0; /* of the values before */
    for (size_t i = 1; i < count; i++) {
        const struct held *now = order[i];
        once += order[i - 1]->said == 1;
        if (now->first_ns == INT64_MIN || now->first_ns < f->from_ns || now->first_ns > f->to_ns)
            continue;
        double records = before(context, now->first_ns), bits = i > VALUES_FEW ? 0 : surprise(records, i);
        bool turns = pattern && chance(records, once) >= TURN_BITS && tells_turn(f->m, pattern, now->series);
        if (bits < VALUES_BITS && !turns)
            continue;
        add_news(f, &(struct value_news){
                        .pattern = pattern,
                        .chance_bits = chance(records, once),
                        .turns = turns,
                        .series = now->series,
                        .time_ns = now->first_ns,
                        .name = arena_printf(&f->m->arena, "%.*s", (int)name.len, (const char *)name.ptr),
                        .now = join(f->m, &order[i], 1),
                        .before = join(f->m, order, i),
                        .count = (uint64_t)(now->total + 0.5),
                        .records_before = (uint64_t)(records + 0.5),
                        .bits = bits});
    }
}

/* Within a pattern */

struct parts {
    const struct model *m;
    const struct variant *list;
    size_t count;
};

static double parts_before(void *context, int64_t t)
{
    const struct parts *parts = context;
    double sum = 0;
    for (size_t i = 0; i < parts->count; i++)
        sum += parts->list[i].baseline
                   ? (double)parts->list[i].series->count
                   : series_between(parts->m, parts->list[i].series, parts->m->first_ns, t);
    return sum;
}

static void note_value(struct held *held, size_t *count, const struct model *m, const struct variant *part,
                       struct span value)
{
    int64_t first = part->baseline ? INT64_MIN : series_time(m, part->series);
    size_t i = 0;
    while (i < *count && !span_equal(held[i].text, value))
        i++;
    if (i == VALUES_OPEN) {
        *count = VALUES_OPEN + 1;
        return;
    }
    if (i == *count)
        held[(*count)++] = (struct held){value, INT64_MAX, NULL, 0, 0};
    held[i].total += part->baseline ? 0 : (double)part->series->count;
    held[i].said += (double)part->series->count;
    if (first < held[i].first_ns) {
        held[i].first_ns = first;
        held[i].series = part->series;
    }
}

static size_t add_part(struct variant *parts, size_t n, const struct pattern *p, const struct series *series,
                       bool baseline, struct model *m, size_t *ret_places)
{
    const struct exemplar *e = &series->exemplar;
    uint8_t *masked = arena_alloc(&m->arena, e->message_bytes + 64u);
    size_t len = m->kernel->mask(e->text + e->message_at, e->message_bytes, masked);
    parts[n] = (struct variant){.series = series, .baseline = baseline};
    size_t places = template_values(p->template_text, span_make(masked, len), parts[n].values, PLACES_MAX);
    if (places > *ret_places)
        *ret_places = places;
    return n + (places > 0);
}

static void look_inside(struct finder *f, const struct pattern *p)
{
    size_t all = p->part_count + p->known_count, n = 0, places = 0;
    if (all < 2 || !memmem(p->template_text.ptr, p->template_text.len, "<*>", 3))
        return;
    struct variant *parts = memory_alloc(all * sizeof *parts);
    for (uint32_t i = 0; i < p->known_count; i++)
        n = add_part(parts, n, p, p->known[i], true, f->m, &places);
    for (uint32_t i = 0; i < p->part_count; i++)
        n = add_part(parts, n, p, p->parts[i], false, f->m, &places);
    struct parts context = {f->m, parts, n};
    for (size_t k = 0; k < places; k++) {
        struct held held[VALUES_OPEN];
        size_t count = 0, masked = 0;
        for (size_t i = 0; i < n && count <= VALUES_OPEN; i++) {
            struct span value = parts[i].values[k];
            bool variable = value.len == 0 || memchr(value.ptr, MASK_BYTE, value.len);
            masked += variable;
            if (!variable)
                note_value(held, &count, f->m, &parts[i], value);
        }
        if (masked == 0 && count > 1 && count <= VALUES_OPEN)
            judge_place(f, p, place_name(p->template_text, place_at(p->template_text, k)), held, count,
                        parts_before, &context);
    }
    free(parts);
}

/* Between patterns */

struct entry { /* a pattern without one of its words */
    uint64_t key;
    const struct pattern *pattern;
    struct span word;
};

struct entries {
    const struct model *m;
    const struct entry *list;
    size_t count;
};

static double entries_before(void *context, int64_t t)
{
    const struct entries *entries = context;
    double sum = 0;
    for (size_t i = 0; i < entries->count; i++) {
        const struct pattern *p = entries->list[i].pattern;
        sum += (double)p->baseline_count +
               (p->count ? pattern_count(entries->m, p, entries->m->first_ns, t) : 0);
    }
    return sum;
}

static size_t add_entries(const struct pattern *p, struct entry *entries)
{
    struct span text = p->template_text;
    size_t n = 0, words = 0;
    for (size_t at = 0; at < text.len;) {
        size_t end = at + 1;
        if (!is_atom(text.ptr[at])) {
            at = end;
            continue;
        }
        while (end < text.len && is_atom(text.ptr[end]))
            end++;
        words += end > at + 1;
        uint64_t key = key_mix(XXH3_64bits(text.ptr, at), XXH3_64bits(text.ptr + end, text.len - end));
        entries[n++] = (struct entry){key_mix(key, p->service), p, span_make(text.ptr + at, end - at)};
        at = end;
    }
    return words > WORDS_LEFT ? n : 0;
}

static size_t count_words(struct span text)
{
    size_t words = 0;
    for (size_t i = 0; i < text.len; i++)
        words += is_atom(text.ptr[i]) && (i == 0 || !is_atom(text.ptr[i - 1]));
    return words;
}

static int compare_entry(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    int c = span_compare(x->word, y->word);
    if (c)
        return c;
    return (x->pattern->id > y->pattern->id) - (x->pattern->id < y->pattern->id);
}

static const struct pattern *any_pattern(const struct model *m, size_t i)
{
    return i < m->pattern_count ? &m->patterns[i] : &m->past[i - m->pattern_count];
}

/* Patterns that are equal but for one word, which is new in one of them. */
static void look_between(struct finder *f)
{
    struct model *m = f->m;
    size_t room = 1, n = 0, all = m->pattern_count + m->past_count;
    for (size_t i = 0; i < all; i++)
        room += count_words(any_pattern(m, i)->template_text);
    struct entry *list = memory_alloc(room * sizeof *list);
    for (size_t i = 0; i < all; i++)
        n += add_entries(any_pattern(m, i), list + n);
    qsort(list, n, sizeof *list, compare_entry);
    for (size_t i = 0, j; i < n; i = j) {
        struct held held[VALUES_OPEN];
        size_t count = 0;
        for (j = i; j < n && list[j].key == list[i].key; j++) {
            const struct pattern *p = list[j].pattern;
            bool same = j > i && span_equal(list[j].word, list[j - 1].word);
            int64_t first = p->baseline_count ? INT64_MIN : p->first_ns;
            if (!same && count++ >= VALUES_OPEN)
                continue;
            struct held *h = &held[count - 1];
            if (!same)
                *h = (struct held){list[j].word, INT64_MAX, NULL, 0, 0};
            h->total += (double)p->count;
            h->said += (double)(p->count + p->baseline_count);
            if (first < h->first_ns) {
                h->first_ns = first;
                h->series = p->first;
            }
        }
        struct entries context = {m, list + i, j - i};
        size_t before = f->count;
        struct span text = list[i].pattern->template_text;
        if (count > 1 && count <= VALUES_OPEN)
            judge_place(f, NULL, place_name(text, (size_t)(list[i].word.ptr - text.ptr)), held, count,
                        entries_before, &context);
        for (size_t k = before; k < f->count; k++) /* the pattern that took it */
            for (size_t e = i; e < j; e++)
                if (list[e].pattern->first == f->list[k].series)
                    f->list[k].pattern = list[e].pattern;
    }
    free(list);
}

static int compare_bits(const void *a, const void *b)
{
    const struct value_news *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->pattern->id != y->pattern->id)
        return x->pattern->id < y->pattern->id ? -1 : 1;
    return strcmp(x->now, y->now);
}

static int compare_time(const void *a, const void *b)
{
    const struct value_news *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->pattern->id != y->pattern->id)
        return x->pattern->id < y->pattern->id ? -1 : 1;
    return compare_bits(a, b);
}

struct value_news *values_find(struct model *m, int64_t from_ns, int64_t to_ns, size_t *ret_count)
{
    struct finder f = {.m = m, .from_ns = from_ns, .to_ns = to_ns};
    for (size_t i = 0; i < m->pattern_count; i++)
        if (m->patterns[i].kind == SERIES_RECORD)
            look_inside(&f, &m->patterns[i]);
    look_between(&f);
    size_t numbers;
    const struct value_news *list_numbers = numbers_find(m, from_ns, to_ns, &numbers);
    for (size_t i = 0; i < numbers; i++)
        add_news(&f, &list_numbers[i]);
    struct value_news *list = arena_alloc(&m->arena, (f.count + 1) * sizeof *list);
    if (f.count) {
        qsort(f.list, f.count, sizeof *f.list, compare_time);
        size_t kept = 0; /* one for each pattern and moment: the most surprising */
        for (size_t i = 0; i < f.count; i++)
            if (kept == 0 || list[kept - 1].pattern != f.list[i].pattern ||
                list[kept - 1].time_ns != f.list[i].time_ns)
                list[kept++] = f.list[i];
            else
                list[kept - 1].turns |= f.list[i].turns;
        f.count = kept;
        qsort(list, kept, sizeof *list, compare_time);
    }
    free(f.list);
    *ret_count = f.count;
    return list;
}

struct value_news *values_list(struct model *m, const struct value_news *values, size_t count,
                               int64_t from_ns, int64_t to_ns, size_t *ret_count)
{
    struct value_news *list = arena_alloc(&m->arena, (count + 1) * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i].time_ns >= from_ns && values[i].time_ns <= to_ns && values[i].bits >= VALUES_BITS)
            list[n++] = values[i];
    qsort(list, n, sizeof *list, compare_bits);
    *ret_count = n < VALUES_LISTED ? n : VALUES_LISTED;
    qsort(list, *ret_count, sizeof *list, compare_time);
    return list;
}

const char *values_said(struct model *m, const struct value_news *v)
{
    return arena_printf(&m->arena, "%s%s%s", v->name, *v->name ? " " : "", v->now);
}

const struct value_news *values_of(const struct value_news *values, size_t count,
                                   const struct pattern *pattern)
{
    for (size_t i = 0; i < count; i++)
        if (values[i].pattern == pattern)
            return &values[i];
    return NULL;
}
