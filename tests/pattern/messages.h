/* messages: what the tests of templates share: messages that are masked, merged, and asked for their
 * template. */
#ifndef TESTS_PATTERN_MESSAGES_H
#define TESTS_PATTERN_MESSAGES_H

#include "pattern/kernel.h"
#include "pattern/template.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define MESSAGES_MAX 4000
#define MESSAGE_MAX  512

struct fixture { /* messages, masked, and what became of them */
    struct arena arena;
    struct template_input inputs[MESSAGES_MAX];
    size_t count;
    uint32_t ids[MESSAGES_MAX];
    struct span texts[MESSAGES_MAX];
};

static inline struct fixture *fixture_new(void)
{
    return memory_alloc(sizeof(struct fixture));
}

static inline void fixture_free(struct fixture *f)
{
    arena_done(&f->arena);
    free(f);
}

static inline void add(struct fixture *f, uint64_t group, const char *message)
{
    uint8_t masked[MESSAGE_MAX + 64];
    cr_assert_lt(f->count, MESSAGES_MAX);
    size_t n = kernel_scalar.mask((const uint8_t *)message, strlen(message), masked);
    f->inputs[f->count++] =
        (struct template_input){group / 10, group, arena_copy(&f->arena, span_make(masked, n))};
}

static inline int compare_input(const void *a, const void *b)
{
    const struct template_input *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return span_compare(x->masked, y->masked);
}

static inline void merge(struct fixture *f)
{
    qsort(f->inputs, f->count, sizeof *f->inputs, compare_input);
    template_merge(f->inputs, f->count, NULL, &f->arena, f->ids, f->texts);
}

/* The template of a message that was added; merge comes first. */
static inline struct span template_of(const struct fixture *f, uint64_t group, const char *message)
{
    uint8_t masked[MESSAGE_MAX + 64];
    size_t n = kernel_scalar.mask((const uint8_t *)message, strlen(message), masked);
    for (size_t i = 0; i < f->count; i++)
        if (f->inputs[i].group == group && span_equal(f->inputs[i].masked, span_make(masked, n)))
            return f->texts[f->ids[i]];
    cr_assert_fail("'%s' was not added", message);
    return span_of("");
}

static inline void expect(const struct fixture *f, uint64_t group, const char *message, const char *expected)
{
    struct span text = template_of(f, group, message);
    cr_expect(span_equal(text, span_of(expected)), "'%s' became '%.*s', not '%s'", message, (int)text.len,
              text.ptr, expected);
}

static inline void add_each(struct fixture *f, uint64_t group, const char *format, const char *const *words,
                            size_t count)
{
    char message[MESSAGE_MAX];
    for (size_t i = 0; i < count; i++) {
        snprintf(message, sizeof message, format, words[i]);
        add(f, group, message);
    }
}

#endif
