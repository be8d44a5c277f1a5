/* Families are told by their first words, as many as half of the family have in common: what stands behind
 * them is what never repeats. */
#include "analysis/minting.h"

#include "record/severity.h"

#define HEAD_WORDS 3
#define HEAD_BYTES 60
#define RARE       4 /* records a series, and less: lines that hardly ever repeat */

struct family {
    struct span head;
    size_t series;
};

static struct span head_of(struct span text, int words)
{
    size_t end = 0;
    for (int blanks = 0; end < text.len && end < HEAD_BYTES; end++)
        if (text.ptr[end] == ' ' && ++blanks == words)
            break;
    return span_make(text.ptr, end);
}

static int compare_family(const void *a, const void *b)
{
    return span_compare(((const struct family *)a)->head, ((const struct family *)b)->head);
}

/* The largest family of n patterns by their first words; list: their texts and series. */
static struct family largest_of(const struct family *list, struct family *scratch, size_t n, int words)
{
    struct family best = {0};
    for (size_t i = 0; i < n; i++)
        scratch[i] = (struct family){head_of(list[i].head, words), list[i].series};
    qsort(scratch, n, sizeof *scratch, compare_family);
    for (size_t i = 0, j; i < n; i = j) {
        struct family family = {scratch[i].head, 0};
        for (j = i; j < n && span_equal(scratch[j].head, scratch[i].head); j++)
            family.series += scratch[j].series;
        if (family.series > best.series)
            best = family;
    }
    return best;
}

/* Marks the largest family of a service: the longest first words that half of it have in common. */
static void mark(struct model *m, uint32_t service)
{
    struct service *s = &m->services[service];
    size_t room = m->pattern_count + m->past_count + 1, n = 0;
    struct family *list = memory_alloc(room * sizeof *list), *scratch = memory_alloc(room * sizeof *scratch);
    for (size_t i = 0; i + 1 < room; i++) {
        const struct pattern *p = i < m->pattern_count ? &m->patterns[i] : &m->past[i - m->pattern_count];
        if (p->service == service)
            list[n++] = (struct family){p->template_text, p->part_count + p->known_count};
    }
    struct family best = largest_of(list, scratch, n, 1);
    int words = 1;
    for (; words < HEAD_WORDS; words++) {
        struct family longer = largest_of(list, scratch, n, words + 1);
        if (longer.series * 2 < best.series)
            break;
        best = longer;
    }
    free(scratch);
    free(list);
    if (best.series * 2 < s->series)
        return;
    s->minted = best.head;
    s->minted_series = best.series;
    for (size_t i = 0; i < m->pattern_count; i++) {
        struct pattern *p = &m->patterns[i];
        if (p->service != service)
            continue;
        p->minted = p->severity < SEVERITY_ERROR && span_equal(head_of(p->template_text, words), best.head);
        s->once -= p->minted && p->count + p->baseline_count == 1;
    }
}

/* Records whose text was kept: of a family that mints only a share is (quota.h). */
static uint64_t kept_records(const struct service *s)
{
    uint64_t overflow = s->baseline_overflow, records = s->records + s->baseline_records;
    for (size_t k = 0; k < s->stream_count; k++)
        overflow += s->streams[k]->overflow;
    return records > overflow ? records - overflow : 0;
}

void minting_mark(struct model *m)
{
    for (uint32_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        if (s->series >= MINTING_SERIES && kept_records(s) <= s->series * RARE)
            mark(m, i);
    }
}

size_t minting_describe(const struct model *m, struct arena *arena, const char **ret_sentences)
{
    size_t n = 0;
    for (size_t i = 0; i < m->service_count; i++) {
        const struct service *s = &m->services[i];
        if (s->minted_series == 0)
            continue;
        ret_sentences[n++] =
            arena_printf(arena,
                         "%s mints patterns: its %llu records make %zu that are kept, %zu of them like "
                         "'%.*s'; that these are "
                         "new is no news",
                         s->name, (unsigned long long)(s->records + s->baseline_records), s->series,
                         s->minted_series, (int)s->minted.len, (const char *)s->minted.ptr);
    }
    return n;
}
