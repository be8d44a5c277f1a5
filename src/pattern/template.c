/* The steps in order. What one line tells goes first, so that few rows are left for the costly step. */
#include "pattern/template.h"

#include "pattern/kernel.h"
#include "pattern/template_header.h"
#include "pattern/template_shape.h"
#include "pattern/template_slots.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static int compare_source(const void *a, const void *b)
{
    const struct template_input *x = *(const struct template_input *const *)a,
                                *y = *(const struct template_input *const *)b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return span_compare(x->masked, y->masked);
}

/* The sentences of all messages: each source's messages, every one once, tell its header. */
static void cut_headers(const struct template_input *inputs, size_t count, struct span *ret_sentences)
{
    const struct template_input **order = memory_alloc((count + 1) * sizeof *order);
    struct span *texts = memory_alloc((count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        order[i] = &inputs[i];
    qsort(order, count, sizeof *order, compare_source);
    for (size_t i = 0, j; i < count; i = j) {
        size_t different = 0;
        for (j = i; j < count && order[j]->source == order[i]->source; j++)
            if (j == i || !span_equal(order[j]->masked, order[j - 1]->masked))
                texts[different++] = order[j]->masked;
        struct header header;
        header_learn(texts, different, &header);
        for (size_t k = i; k < j; k++)
            ret_sentences[order[k] - inputs] =
                span_skip(order[k]->masked, header_bytes(&header, order[k]->masked));
    }
    free(texts);
    free(order);
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

void template_merge(const struct template_input *inputs, size_t count, struct arena *arena, uint32_t *ret_ids,
                    struct span *ret_text)
{
    struct span *sentences = memory_alloc((count + 1) * sizeof *sentences);
    struct row *rows = memory_alloc((count + 1) * sizeof *rows);
    struct arena words = {0};
    struct word_list list;
    cut_headers(inputs, count, sentences);
    words_init(&list);
    for (size_t i = 0; i < count; i++) {
        uint8_t *shaped = arena_alloc(&words, SHAPE_ROOM(sentences[i].len));
        size_t n = template_shape(sentences[i], shaped);
        rows[i].group = inputs[i].group;
        rows[i].source = inputs[i].source;
        row_split(&rows[i], span_make(shaped, n), &list, &words);
    }
    rows_merge(rows, count, &list);
    for (uint32_t i = 0; i < count; i++) {
        ret_ids[i] = row_root(rows, i);
        ret_text[i] = ret_ids[i] == i ? render(&rows[i], &list, arena) : (struct span){0};
    }
    words_done(&list);
    arena_done(&words);
    free(rows);
    free(sentences);
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
