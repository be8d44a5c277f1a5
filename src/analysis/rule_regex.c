/* Limits, because a rule may come from a user's folder and a text from anywhere. PCRE2 counts a "match" at
 * each backtrack point; an honest rule on an 8 KiB text stays below a few ten thousand, a catastrophic one
 * passes 100,000 within a millisecond or two. Depth and heap bound what nested groups may take meanwhile. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "analysis/rule_regex.h"

#include "base/arena.h"

#include <pcre2.h>
#include <stdlib.h>

#define MATCH_LIMIT       100000
#define DEPTH_LIMIT       10000
#define HEAP_LIMIT_KIB    4096
#define PARENS_LIMIT      50
#define PATTERN_BYTES_MAX 4096
#define JIT_STACK_BYTES   (32 * 1024)
#define JIT_STACK_MAX     (512 * 1024)

struct matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* `struct regex` is a name for pcre2_code: no second object, no second allocation. */
static pcre2_code *code_of(const struct regex *regex)
{
    return (pcre2_code *)(uintptr_t)regex;
}

struct regex *regex_new(const char *pattern, struct onset_error *err)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context) {
        pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
        pcre2_set_parens_nest_limit(context, PARENS_LIMIT);
    }
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *regex =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_NEVER_UTF, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (!regex) {
        PCRE2_UCHAR text[160];
        pcre2_get_error_message(code, text, sizeof text);
        error_set(err, "bad pattern at byte %zu: %s", (size_t)offset, (const char *)text);
        return NULL;
    }
    return (struct regex *)regex;
}

struct regex *regex_free(struct regex *regex)
{
    pcre2_code_free(code_of(regex));
    return NULL;
}

void regex_hurry(struct regex *regex)
{
    pcre2_jit_compile(code_of(regex), PCRE2_JIT_COMPLETE); /* a failure leaves the interpreter in use */
}

struct matcher *matcher_new(void)
{
    struct matcher *m = memory_alloc(sizeof *m);
    m->data = pcre2_match_data_create(1, NULL);
    m->context = pcre2_match_context_create(NULL);
    m->stack = pcre2_jit_stack_create(JIT_STACK_BYTES, JIT_STACK_MAX, NULL);
    if (!m->data || !m->context)
        return matcher_free(m);
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
    if (m->stack)
        pcre2_jit_stack_assign(m->context, NULL, m->stack);
    return m;
}

struct matcher *matcher_free(struct matcher *m)
{
    if (!m)
        return NULL;
    pcre2_jit_stack_free(m->stack);
    pcre2_match_context_free(m->context);
    pcre2_match_data_free(m->data);
    free(m);
    return NULL;
}

enum matched matcher_run(struct matcher *m, const struct regex *regex, struct span text)
{
    int rc = pcre2_match(code_of(regex), text.ptr ? text.ptr : (PCRE2_SPTR) "", text.len, 0, 0, m->data,
                         m->context);
    if (rc >= 0)
        return MATCHED_YES;
    return rc == PCRE2_ERROR_NOMATCH ? MATCHED_NO : MATCHED_LIMIT;
}
