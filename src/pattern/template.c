/* The steps in order. What one line tells goes first, so that few rows are left for the costly step. */
#include "pattern/template.h"

#include "pattern/kernel.h"
#include "pattern/template_header.h"
#include "pattern/template_memo.h"
#include "pattern/template_shape.h"
#include "pattern/template_slots.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static int compare_span(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The messages of a source, every one once, tell its header. */
static void learn_header(const struct template_input *inputs, size_t count, struct header *ret_header)
{
    struct span *texts = memory_alloc((count + 1) * sizeof *texts);
    size_t n = 0, different = 0;
    for (size_t i = 0; i < count; i++) /* groups one after the other, each of them sorted */
        if (i == 0 || inputs[i].group != inputs[i - 1].group ||
            !span_equal(inputs[i].masked, inputs[i - 1].masked))
            texts[n++] = inputs[i].masked;
    qsort(texts, n, sizeof *texts, compare_span);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !span_equal(texts[i], texts[different - 1]))
            texts[different++] = texts[i];
    header_learn(texts, different, ret_header);
    free(texts);
}

static struct span render(const struct row *row, const struct word_list *list, struct arena *arena)
{
    size_t bytes = 0;
    for (uint32_t t = 0; t < row->count; t++)
        bytes += 3 * list->words[row->words[t]].text.len;
    uint8_t *out = arena_alloc(arena, bytes + 1);
    size_t n = 0;
    for (uint32_t t = 0; t < row->count; t++) {
        struct span text = list->words[row->words[t]].text;
        for (size_t i = 0; i < text.len; i++) {
            if (text.ptr[i] == MASK_BYTE) {
                memcpy(out + n, "<*>", 3);
                n += 3;
            } else {
                out[n++] = text.ptr[i];
            }
        }
    }
    return span_make(out, n);
}

static void merge_source(const struct template_input *inputs, size_t count, struct arena *arena,
                         struct arena *words, struct word_list *list, uint32_t *ret_ids,
                         struct span *ret_text)
{
    struct row *rows = memory_alloc((count + 1) * sizeof *rows);
    struct header header;
    learn_header(inputs, count, &header);
    words_next_source(list);
    for (size_t i = 0; i < count; i++) {
        struct span sentence = span_skip(inputs[i].masked, header_bytes(&header, inputs[i].masked));
        uint8_t *shaped = arena_alloc(words, SHAPE_ROOM(sentence.len));
        size_t n = template_shape(sentence, shaped);
        rows[i].group = key_mix(1, inputs[i].group);
        row_split(&rows[i], span_make(shaped, n), list, words);
    }
    rows_merge(rows, count, list);
    for (uint32_t i = 0; i < count; i++) {
        ret_ids[i] = row_root(rows, i);
        ret_text[i] = ret_ids[i] == i ? render(&rows[i], list, arena) : (struct span){0};
    }
    free(rows);
}

static bool remember(const struct table *memos, const struct template_input *inputs, size_t count,
                     uint32_t *ret_ids, struct span *ret_text)
{
    const struct span *memo =
        memos && memos->count ? table_get(memos, template_memo_key(inputs, count)) : NULL;
    return memo && template_memo_read(*memo, inputs, count, ret_ids, ret_text);
}

void template_merge(const struct template_input *inputs, size_t count, const struct table *memos,
                    struct arena *arena, uint32_t *ret_ids, struct span *ret_text)
{
    struct arena words = {0};
    struct word_list list;
    words_init(&list);
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && inputs[j].source == inputs[i].source; j++)
            continue;
        if (!remember(memos, inputs + i, j - i, ret_ids + i, ret_text + i))
            merge_source(inputs + i, j - i, arena, &words, &list, ret_ids + i, ret_text + i);
        for (size_t k = i; k < j; k++)
            ret_ids[k] += (uint32_t)i;
    }
    words_done(&list);
    arena_done(&words);
}

static int compare_input(const void *a, const void *b)
{
    const struct template_input *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return span_compare(x->masked, y->masked);
}

void template_sort(struct template_input *inputs, size_t count)
{
    if (count)
        qsort(inputs, count, sizeof *inputs, compare_input);
}

uint64_t template_id(struct span text, const char *service, uint8_t severity)
{
    return key_mix(XXH3_64bits(text.ptr, text.len), key_mix(XXH3_64bits(service, strlen(service)), severity));
}

/* Greedy match of literal pieces between <*>, each as early as possible: enough, for <*> takes anything. */
bool template_fits(struct span text, struct span masked)
{
    size_t at = 0;
    bool anchored = false; /* the header is free, so is the start */
    while (text.len) {
        const uint8_t *star = memmem(text.ptr, text.len, "<*>", 3);
        size_t piece = star ? (size_t)(star - text.ptr) : text.len;
        if (!star) { /* the last piece ends the message */
            return masked.len - at >= piece && memcmp(masked.ptr + masked.len - piece, text.ptr, piece) == 0;
        }
        const uint8_t *found =
            piece ? memmem(masked.ptr + at, masked.len - at, text.ptr, piece) : masked.ptr + at;
        if (!found)
            return false;
        at = (size_t)(found - masked.ptr) + piece;
        text = span_skip(text, piece + 3);
        anchored = true;
    }
    return anchored || at == masked.len;
}

size_t template_values(struct span text, struct span masked, struct span *ret_values, size_t max)
{
    size_t at = 0, n = 0, from = SIZE_MAX; /* from: where the open value starts */
    while (text.len) {
        const uint8_t *star = memmem(text.ptr, text.len, "<*>", 3);
        size_t piece = star ? (size_t)(star - text.ptr) : text.len;
        size_t left = masked.len - at;
        const uint8_t *found = masked.ptr + at;
        if (!star)
            found = left >= piece && memcmp(masked.ptr + masked.len - piece, text.ptr, piece) == 0
                        ? masked.ptr + masked.len - piece
                        : NULL;
        else if (piece)
            found = memmem(masked.ptr + at, left, text.ptr, piece);
        if (!found)
            return 0;
        if (from != SIZE_MAX && n < max)
            ret_values[n++] = span_make(masked.ptr + from, (size_t)(found - masked.ptr) - from);
        at = (size_t)(found - masked.ptr) + piece;
        if (!star)
            return n;
        from = at || n ? at : SIZE_MAX;
        text = span_skip(text, piece + 3);
    }
    if (from != SIZE_MAX && n < max)
        ret_values[n++] = span_make(masked.ptr + from, masked.len - from);
    return n;
}
