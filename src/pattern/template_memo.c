/* A memo is a checksum of what follows, how many different messages there are, of each the first message of
 * its template, and of those that are one, in order, the text: its length and its bytes. Numbers are of four
 * bytes, the least significant one first. */
#include "pattern/template_memo.h"

#include "pattern/kernel.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SUM_BYTES 8

static bool same_message(const struct template_input *a, const struct template_input *b)
{
    return a->group == b->group && span_equal(a->masked, b->masked);
}

uint64_t template_memo_key(const struct template_input *inputs, size_t count)
{
    uint64_t key = key_mix(TEMPLATE_VERSION, MASK_VERSION);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !same_message(&inputs[i], &inputs[i - 1]))
            key = key_mix(key_mix(key, XXH3_64bits(inputs[i].masked.ptr, inputs[i].masked.len)),
                          inputs[i].group);
    return key;
}

static void add_number(struct text *out, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        text_add_byte(out, (uint8_t)(number >> 8 * i));
}

/* 0 when there are not so many bytes left: every use of it finds out by what does not fit then. */
static uint64_t take_number(struct span *in, int bytes)
{
    uint64_t number = 0;
    if (in->len < (size_t)bytes) {
        in->len = 0;
        return 0;
    }
    for (int i = 0; i < bytes; i++)
        number |= (uint64_t)in->ptr[i] << 8 * i;
    *in = span_skip(*in, (size_t)bytes);
    return number;
}

void template_memo_write(const struct template_input *inputs, size_t count, const uint32_t *ids,
                         const struct span *texts, struct text *ret_memo)
{
    uint32_t *number = memory_alloc((count + 1) * sizeof *number), different = 0;
    for (size_t i = 0; i < count; i++) {
        different += i == 0 || !same_message(&inputs[i], &inputs[i - 1]);
        number[i] = different - 1;
    }
    size_t start = ret_memo->len;
    add_number(ret_memo, 0, SUM_BYTES);
    add_number(ret_memo, different, 4);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || number[i] != number[i - 1])
            add_number(ret_memo, number[ids[i]], 4);
    for (size_t i = 0; i < count; i++)
        if (ids[i] == i) {
            add_number(ret_memo, texts[i].len, 4);
            text_add(ret_memo, texts[i].ptr, texts[i].len);
        }
    uint64_t sum = XXH3_64bits(ret_memo->ptr + start + SUM_BYTES, ret_memo->len - start - SUM_BYTES);
    for (int i = 0; i < SUM_BYTES; i++)
        ret_memo->ptr[start + (size_t)i] = (uint8_t)(sum >> 8 * i);
    free(number);
}

bool template_memo_read(struct span memo, const struct template_input *inputs, size_t count,
                        uint32_t *ret_ids, struct span *ret_text)
{
    uint64_t sum = take_number(&memo, SUM_BYTES);
    if (sum != XXH3_64bits(memo.ptr, memo.len))
        return false;
    uint32_t different = (uint32_t)take_number(&memo, 4), n = 0;
    uint32_t *first =
        memory_alloc((count + 1) * sizeof *first); /* of each different message the first input */
    bool fits = different <= count && memo.len / 4 >= different;
    struct span roots = memo, texts = fits ? span_skip(memo, (size_t)different * 4) : memo;
    for (size_t i = 0; i < count && fits; i++) {
        bool fresh = i == 0 || !same_message(&inputs[i], &inputs[i - 1]);
        ret_text[i] = (struct span){0};
        ret_ids[i] = fresh ? 0 : ret_ids[i - 1];
        if (!fresh)
            continue;
        fits = n < different;
        uint32_t root = fits ? (uint32_t)take_number(&roots, 4) : 0;
        first[n] = (uint32_t)i;
        fits = fits && root <= n && (root == n || ret_ids[first[root]] == first[root]);
        ret_ids[i] = fits ? first[root] : 0;
        if (fits && root == n) {
            size_t len = (size_t)take_number(&texts, 4);
            fits = len <= texts.len;
            ret_text[i] = span_make(texts.ptr, len);
            texts = fits ? span_skip(texts, len) : texts;
        }
        n++;
    }
    free(first);
    return fits && n == different && texts.len == 0;
}

void template_memos_put(struct table *memos, uint64_t key, struct span memo)
{
    struct span *copy = memory_alloc(sizeof *copy + memo.len);
    uint8_t *bytes = (uint8_t *)(copy + 1);
    if (memo.len)
        memcpy(bytes, memo.ptr, memo.len);
    *copy = span_make(bytes, memo.len);
    free(table_get(memos, key));
    table_put(memos, key, copy);
}

void template_memos_done(struct table *memos)
{
    for (size_t i = 0; i < memos->size; i++)
        free(memos->slots[i].value);
    table_done(memos);
}
