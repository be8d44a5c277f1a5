/* A memo gives what merging gives, and is of no use when it is damaged or of other messages. */
#include "pattern/template_memo.h"

#include "pattern/messages.h"

static void add_all(struct fixture *f)
{
    static const char *const users[] = {"alice", "bob", "carol", "dora", "emil", "frida"};
    char message[100];
    for (size_t i = 0; i < 6; i++) {
        snprintf(message, sizeof message, "session opened for account %s by cron", users[i]);
        add(f, 10, message);
        add(f, 11, message);
        snprintf(message, sizeof message, "disk %zu state %s", i, i % 2 ? "PASSED" : "FAILED");
        add(f, 11, message);
    }
    add(f, 10, "session opened for account bob by cron"); /* from the logs, and from the baseline */
}

static void use(struct fixture *f, struct table *memos)
{
    qsort(f->inputs, f->count, sizeof *f->inputs, compare_input);
    template_merge(f->inputs, f->count, memos, &f->arena, f->ids, f->texts);
}

Test(template_memo, gives_what_merging_gives)
{
    struct fixture *a = fixture_new(), *b = fixture_new();
    struct table memos = {0};
    struct text memo;
    text_init(&memo, 0);
    add_all(a);
    add_all(b);
    merge(a);
    template_memo_write(a->inputs, a->count, a->ids, a->texts, &memo);
    template_memos_put(&memos, template_memo_key(a->inputs, a->count), text_span(&memo));
    use(b, &memos);
    for (size_t i = 0; i < a->count; i++) {
        cr_expect_eq(a->ids[i], b->ids[i]);
        cr_expect(span_equal(a->texts[i], b->texts[i]));
    }
    struct span put = *(const struct span *)table_get(&memos, template_memo_key(b->inputs, b->count));
    const struct span *first = &b->texts[b->ids[0]];
    cr_expect(first->ptr > put.ptr && first->ptr < put.ptr + put.len, "it was not taken from the memo");
    text_done(&memo);
    template_memos_done(&memos);
    fixture_free(a);
    fixture_free(b);
}

Test(template_memo, damaged_it_is_of_no_use)
{
    struct fixture *f = fixture_new();
    struct text memo;
    text_init(&memo, 0);
    add_all(f);
    merge(f);
    template_memo_write(f->inputs, f->count, f->ids, f->texts, &memo);
    for (size_t bit = 0; bit < memo.len * 8; bit++) {
        memo.ptr[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_not(template_memo_read(text_span(&memo), f->inputs, f->count, f->ids, f->texts), "bit %zu",
                      bit);
        memo.ptr[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < memo.len; len++)
        cr_assert_not(template_memo_read(span_make(memo.ptr, len), f->inputs, f->count, f->ids, f->texts));
    cr_assert(template_memo_read(text_span(&memo), f->inputs, f->count, f->ids, f->texts));
    text_done(&memo);
    fixture_free(f);
}

Test(template_memo, is_of_these_messages_alone)
{
    struct fixture *a = fixture_new(), *b = fixture_new();
    struct text memo;
    text_init(&memo, 0);
    add_all(a);
    add_all(b);
    add(b, 11, "quorum reached");
    merge(a);
    merge(b);
    cr_expect_neq(template_memo_key(a->inputs, a->count), template_memo_key(b->inputs, b->count));
    template_memo_write(a->inputs, a->count, a->ids, a->texts, &memo);
    cr_expect_not(template_memo_read(text_span(&memo), b->inputs, b->count, b->ids, b->texts));
    uint64_t key = template_memo_key(a->inputs, a->count);
    a->inputs[0].group = 9; /* another severity of the same text */
    cr_expect_neq(template_memo_key(a->inputs, a->count), key);
    text_done(&memo);
    fixture_free(a);
    fixture_free(b);
}
