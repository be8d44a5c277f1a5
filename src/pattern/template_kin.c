/* Both look at roots only and merge what has equal keys, so the order of rows cannot matter. */
#include "pattern/template_kin.h"

#include "pattern/template.h"
#include "pattern/template_slots.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

struct kin {
    uint64_t key;
    uint32_t row;
};

static int compare_kin(const void *a, const void *b)
{
    const struct kin *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static bool is_joint(const struct word *word)
{
    return word->text.len == 1 && word->text.ptr[0] && strchr(" ,;:/|+.&", word->text.ptr[0]);
}

/* The end of the list of variables that starts at word t: t + 1 when it stands alone. */
static uint32_t list_end(const struct row *row, uint32_t t, const struct word_list *list)
{
    uint32_t end = t + 1;
    for (;;) {
        uint32_t next = end;
        while (next < row->count && next < end + 2 && is_joint(&list->words[row->words[next]]))
            next++;
        if (next == end || next >= row->count || !list->words[row->words[next]].variable)
            return end;
        end = next + 1;
    }
}

static uint64_t list_key(const struct row *row, const struct word_list *list, bool *ret_lists)
{
    uint64_t key = key_mix(row->group, 11);
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = &list->words[row->words[t]];
        key = key_mix(key, word->hash);
        if (word->variable) {
            uint32_t end = list_end(row, t, list);
            *ret_lists |= end > t + 1;
            t = end - 1;
        }
    }
    return key;
}

static void fold_lists(struct row *row, const struct word_list *list)
{
    uint32_t n = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        uint32_t word = row->words[t];
        if (list->words[word].variable) {
            uint32_t end = list_end(row, t, list);
            word = end > t + 1 ? WORD_ID_OPENED : word;
            t = end - 1;
        }
        row->words[n++] = word;
    }
    row->version++;
    row->count = n;
}

bool lists_merge(struct row *rows, size_t count, const struct word_list *list)
{
    struct kin *kin = memory_alloc((count + 1) * sizeof *kin);
    size_t n = 0;
    bool merged = false, lists = false;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].parent == i)
            kin[n++] = (struct kin){list_key(&rows[i], list, &lists), i};
    if (lists)
        qsort(kin, n, sizeof *kin, compare_kin);
    for (size_t i = 0, j; i < n && lists; i = j) {
        for (j = i + 1; j < n && kin[j].key == kin[i].key; j++)
            continue;
        for (size_t k = i; k < j && j - i > 1; k++) {
            fold_lists(&rows[kin[k].row], list);
            rows_unite(rows, kin[i].row, kin[k].row);
            merged = true;
        }
    }
    free(kin);
    return merged;
}

static bool is_value(const struct word *word, const struct word_list *list)
{
    return word->open && !word->outcome && !word->number && table_get(&list->values, word->hash);
}

static uint64_t value_key(const struct row *row, const struct word_list *list, bool *ret_values)
{
    uint64_t key = key_mix(row->group, 13);
    uint32_t left = 0, first = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = &list->words[row->words[t]];
        bool value = is_value(word, list);
        *ret_values |= value;
        bool tells = word->open && word->text.len > 1 && !value;
        first = left == 0 && tells ? t + 1 : first;
        left += tells;
        key = key_mix(key, value ? list->words[WORD_ID_VARIABLE].hash : word->hash);
    }
    return left >= 2 || (left && first == 1) ? key : 0;
}

/* Rows of many messages in which a place never varied: there it is no value. */
static bool settled_differ(const struct row *rows, const struct kin *kin, size_t n, const uint32_t *sizes,
                           const struct word_list *list)
{
    const struct row *settled = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &rows[kin[i].row];
        if (sizes[kin[i].row] < TEMPLATE_VALUES)
            continue;
        for (uint32_t t = 0; settled && t < row->count; t++)
            if (list->words[row->words[t]].hash != list->words[settled->words[t]].hash)
                return true;
        settled = row;
    }
    return false;
}

bool values_merge(struct row *rows, size_t count, const struct word_list *list)
{
    if (list->values.count == 0)
        return false;
    struct kin *kin = memory_alloc((count + 1) * sizeof *kin);
    uint32_t *sizes = memory_alloc((count + 1) * sizeof *sizes);
    size_t n = 0;
    bool merged = false, values = false;
    for (uint32_t i = 0; i < count; i++)
        sizes[row_root(rows, i)] += rows[i].first;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = rows[i].parent == i ? value_key(&rows[i], list, &values) : 0;
        if (key)
            kin[n++] = (struct kin){key, i};
    }
    if (values)
        qsort(kin, n, sizeof *kin, compare_kin);
    for (size_t i = 0, j; i < n && values; i = j) {
        for (j = i + 1; j < n && kin[j].key == kin[i].key; j++)
            continue;
        if (j - i < 2 || settled_differ(rows, kin + i, j - i, sizes, list))
            continue;
        for (size_t k = i + 1; k < j; k++)
            rows_unite(rows, kin[i].row, kin[k].row);
        merged = true;
    }
    free(sizes);
    free(kin);
    return merged;
}

/* Where the bracket or quote at t closes, also around nothing, or a single word that may be a value. 0: it is
 * none. */
static uint32_t any_bracket_end(const struct row *row, uint32_t t, const struct word_list *list)
{
    uint32_t words, end = row_pair_end(row, t, list, &words);
    const struct word *word = &list->words[row->words[t + 1 < row->count ? t + 1 : t]];
    bool value = end == t + 1 || (end == t + 2 ? word->open && !word->number : words > 0);
    return end && value ? end : 0;
}

/* The row with a variable for known values and inside brackets. *ret_general: it was so before. 0: nothing is
 * left that says what happened, or an outcome stands inside a bracket. */
static uint64_t bracket_key(const struct row *row, const struct word_list *list, bool *ret_general)
{
    uint64_t key = key_mix(row->group, 17), variable = list->words[WORD_ID_VARIABLE].hash;
    uint32_t left = 0, brackets = 0;
    *ret_general = true;
    for (uint32_t t = 0; t < row->count; t++) {
        const struct word *word = &list->words[row->words[t]];
        uint32_t end = any_bracket_end(row, t, list);
        bool value = !end && is_value(word, list);
        key = key_mix(key, value ? variable : word->hash);
        left += word->open && word->text.len > 1 && !value;
        brackets += strchr("([{\"'`", word->text.ptr[0]) != NULL;
        *ret_general &= !value && !end;
        for (uint32_t i = t + 1; i < end; i++)
            if (list->words[row->words[i]].outcome)
                return 0;
        if (end) {
            key = key_mix(key, variable);
            t = end - 1;
        }
    }
    return left && brackets ? key : 0;
}

bool brackets_merge(struct row *rows, size_t count, const struct word_list *list)
{
    if (!list->brackets)
        return false;
    struct kin *kin = memory_alloc((count + 1) * sizeof *kin);
    uint32_t *sizes = memory_alloc((count + 1) * sizeof *sizes);
    struct table general = {0}; /* key -> row + 1 */
    size_t n = 0;
    bool merged = false;
    for (uint32_t i = 0; i < count; i++)
        sizes[row_root(rows, i)] += rows[i].first;
    for (uint32_t i = 0; i < count; i++) {
        bool is_general;
        uint64_t key = rows[i].parent == i && rows[i].brackets ? bracket_key(&rows[i], list, &is_general) : 0;
        if (!key)
            continue;
        if (!is_general)
            kin[n++] = (struct kin){key, i};
        else if (sizes[i] >= TEMPLATE_VALUES)
            table_put(&general, key, (void *)(uintptr_t)(i + 1));
    }
    for (size_t k = 0; k < n; k++) {
        uintptr_t found = (uintptr_t)table_get(&general, kin[k].key);
        if (!found)
            continue;
        row_join(rows, kin[k].row, (uint32_t)(found - 1), list);
        merged = true;
    }
    table_done(&general);
    free(sizes);
    free(kin);
    return merged;
}
