/* Why only where words were found to be values, between words that stay: "failed: <*>" must not take any
 * reason that is longer than the others, and what nobody saw vary is the sentence. Why by what is in front of
 * the first variable and behind the last: both are known of a message for any places by sums, so the
 * templates that may cover it are looked up and not tried. */
#include "pattern/template_gaps.h"

#include "pattern/template.h"

#define TELLS_MIN   3  /* words that a template needs to cover what differs from it */
#define TELLS_PLAIN 5  /* where nothing but plain words stands in the gap */
#define GAP_MAX     24 /* words and blanks in one */
#define CHAIN_MAX   32 /* templates of one key that are tried */

#define FEWER 8 /* times as many messages has a template as what it covers, if that has many, too */

struct general { /* a template of many messages */
    uint64_t key;
    uint32_t row, tells, size;
};

enum gap { GAP_NONE, GAP_EMPTY, GAP_WORDS };

static int compare_general(const void *a, const void *b)
{
    const struct general *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->tells != y->tells)
        return x->tells > y->tells ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static const struct word *word_of(const struct row *row, uint32_t t, const struct word_list *list)
{
    return &list->words[row->words[t]];
}

/* The key of a template that may cover others; 0: it may not. *ret_prefix: hash of what is in front of its
 * first variable. */
static uint64_t general_key(const struct row *row, const struct word_list *list, uint64_t *ret_prefix,
                            uint32_t *ret_tells)
{
    struct row_sums sums;
    uint32_t first = row->count, last = 0;
    *ret_tells = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = word_of(row, t, list);
        *ret_tells += word->open && word->text.len > 1;
        if (word->variable) {
            first = first < t ? first : t;
            last = t;
        }
    }
    if (first == row->count || *ret_tells < TELLS_MIN)
        return 0;
    row_sum(row, list, &sums);
    *ret_prefix = sums.before[first] | 1;
    return key_mix(sums.before[first], sums.behind[last + 1]) | 1;
}

static bool is_mark(const struct row *row, uint32_t t, const struct word_list *list)
{
    const struct word *word = word_of(row, t, list);
    return !word->open && !word->variable && word->text.ptr[0] != ' ';
}

/* Is there a sign, no blank, beside the words [from, to)? Then a value is missing there, and not a word. */
static bool touches_sign(const struct row *row, uint32_t from, uint32_t to, const struct word_list *list)
{
    return (from && is_mark(row, from - 1, list)) || (to < row->count && is_mark(row, to, list));
}

/* What the words [from, to) of the row are, where words are known to stand (opened), or numbers. */
static enum gap gap_of(const struct row *row, uint32_t from, uint32_t to, bool opened, uint32_t tells,
                       const struct word_list *list)
{
    bool named = tells >= TELLS_PLAIN, known = true;
    if (from == to)
        return touches_sign(row, from, to, list) ? GAP_EMPTY : GAP_NONE;
    if (to - from == 1 && word_of(row, from, list)->variable)
        return GAP_EMPTY;
    uint32_t words;
    bool closed = from && to < row->count && row_pair_end(row, from - 1, list, &words) == to;
    if (!opened || (!closed && (to - from > GAP_MAX || row->words[from] == WORD_ID_BLANK ||
                                row->words[to - 1] == WORD_ID_BLANK)))
        return GAP_NONE;
    named |= closed;
    for (uint32_t t = from; t < to; t++) {
        const struct word *word = word_of(row, t, list);
        if (word->outcome || word->number ||
            (!closed && !word->open && !word->variable && !strchr(" ,./-_@&+", word->text.ptr[0])))
            return GAP_NONE;
        bool value = table_get(&list->values, word->hash) != NULL;
        named |= value || word->variable || word->text.ptr[0] == ',' || (word->open && !word->small);
        known &= value || !word->open;
    }
    /* at the end of a sentence many a thing may follow */
    bool ends = to == row->count || (from == 0 && !touches_sign(row, from, to, list));
    return (ends && to - from > 1 ? known : named) ? GAP_WORDS : GAP_NONE;
}

static bool same_words(const struct row *a, uint32_t at, const struct row *b, uint32_t from, uint32_t n,
                       const struct word_list *list)
{
    if (from + n > b->count)
        return false;
    for (uint32_t k = 0; k < n; k++)
        if (word_of(a, at + k, list)->hash != word_of(b, from + k, list)->hash)
            return false;
    return true;
}

/* Does the template stand for the row? What is fixed in it is looked for from the front, each as early as
 * possible, and the last at the end. GAP_EMPTY: all that differs is that values are missing. */
static enum gap covers(const struct row *general, uint32_t tells, const struct row *row,
                       const struct word_list *list)
{
    uint32_t at = 0, from = 0;
    enum gap most = GAP_EMPTY;
    while (at < general->count) {
        bool variable = word_of(general, at, list)->variable;
        bool opened = general->words[at] == WORD_ID_OPENED;
        uint32_t piece = at + variable, end = piece;
        while (end < general->count && !word_of(general, end, list)->variable)
            end++;
        uint32_t n = end - piece, to = from;
        if (end == general->count && variable)
            to = row->count >= n + from ? row->count - n : row->count + 1;
        else if (variable && n == 0)
            to = from + 1;
        while (variable && n && end < general->count && to < row->count &&
               !same_words(general, piece, row, to, n, list))
            to++;
        if (to > row->count || !same_words(general, piece, row, to, n, list))
            return GAP_NONE;
        enum gap gap = variable ? gap_of(row, from, to, opened, tells, list) : GAP_EMPTY;
        if (gap == GAP_NONE)
            return GAP_NONE;
        most = gap > most ? gap : most;
        from = to + n;
        at = end;
    }
    return from == row->count ? most : GAP_NONE;
}

struct generals {
    struct general *list;
    size_t count;
    struct table prefixes, keys; /* keys: -> index + 1 of the first with it */
};

static void find_generals(struct generals *g, const struct row *rows, size_t count, const uint32_t *sizes,
                          const struct word_list *list)
{
    static const char seen[1];
    g->list = memory_alloc((count + 1) * sizeof *g->list);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t prefix;
        uint32_t tells;
        uint64_t key = rows[i].parent == i && sizes[i] >= TEMPLATE_VALUES
                           ? general_key(&rows[i], list, &prefix, &tells)
                           : 0;
        if (!key)
            continue;
        g->list[g->count++] = (struct general){key, i, tells, sizes[i]};
        table_put(&g->prefixes, prefix, (void *)seen);
    }
    qsort(g->list, g->count, sizeof *g->list, compare_general);
    for (size_t i = g->count; i-- > 0;)
        table_put(&g->keys, g->list[i].key, (void *)(uintptr_t)(i + 1));
}

/* The better cover first: more words, then the smaller row. */
static int compare_cover(const struct general *a, const struct general *b)
{
    if (a->tells != b->tells)
        return a->tells > b->tells ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static bool may_cover(const struct general *general, const struct row *rows, uint32_t i, uint32_t size,
                      const struct word_list *list)
{
    if (general->row == i)
        return false;
    enum gap gap = covers(&rows[general->row], general->tells, &rows[i], list);
    bool fewer = size < TEMPLATE_VALUES || (uint64_t)size * FEWER <= general->size;
    return gap == GAP_EMPTY || (gap == GAP_WORDS && fewer);
}

/* The template with the most words that covers the row. */
static const struct general *find_cover(const struct generals *g, const struct row *rows, uint32_t i,
                                        uint32_t size, const struct word_list *list)
{
    const struct row *row = &rows[i];
    struct row_sums sums;
    const struct general *best = NULL;
    row_sum(row, list, &sums);
    for (uint32_t from = 0; from <= row->count; from++) {
        if (!table_get(&g->prefixes, sums.before[from] | 1))
            continue;
        for (uint32_t to = from; to <= row->count; to++) {
            uint64_t key = key_mix(sums.before[from], sums.behind[to]) | 1;
            size_t first = (size_t)(uintptr_t)table_get(&g->keys, key);
            for (size_t k = first; k && k <= g->count && k < first + CHAIN_MAX; k++) {
                const struct general *general = &g->list[k - 1];
                if (general->key != key || (best && compare_cover(general, best) >= 0))
                    break;
                if (may_cover(general, rows, i, size, list)) {
                    best = general;
                    break;
                }
            }
        }
    }
    return best;
}

bool gaps_merge(struct row *rows, size_t count, const struct word_list *list)
{
    struct generals g = {0};
    uint32_t *sizes = memory_alloc((count + 1) * sizeof *sizes);
    bool merged = false;
    for (uint32_t i = 0; i < count; i++)
        sizes[row_root(rows, i)] += rows[i].first;
    find_generals(&g, rows, count, sizes, list);
    for (uint32_t i = 0; i < count && g.count; i++) {
        const struct general *general = rows[i].parent == i ? find_cover(&g, rows, i, sizes[i], list) : NULL;
        if (!general || row_root(rows, general->row) == i)
            continue;
        row_join(rows, i, general->row, list);
        merged = true;
    }
    table_done(&g.prefixes);
    table_done(&g.keys);
    free(g.list);
    free(sizes);
    return merged;
}
