/* Lines come out as they are in the file, wherever the buffer ends and however long they are. */
#include "engine/reading.h"
#include "input/files.h"

#include <criterion/criterion.h>

TestSuite(reading, .init = folder_make, .fini = folder_remove);

struct check {
    const char *name;
    const struct text *bytes;
    const struct plan *plan;
    size_t sources;
};

/* What a plain walk over the bytes says. */
static int compare(void *context, struct plan_file *file, struct input *input)
{
    struct check *check = context;
    const struct text *bytes = check->bytes;
    struct onset_error err;
    struct profile profile;
    struct reading *r = memory_alloc(sizeof *r);
    struct reading_line line;
    check->sources++;
    profile_init(&profile);
    cr_assert(reading_open(r, file, input, &check->plan->stamp, kernel_choose("scalar", &err), &profile));
    size_t at = 0, count = 0;
    for (; reading_next(r, &line); count++) {
        const uint8_t *newline = at < bytes->len ? memchr(bytes->ptr + at, '\n', bytes->len - at) : NULL;
        size_t len = newline ? (size_t)(newline - bytes->ptr) + 1 - at : bytes->len - at;
        bool overlong = len - (newline != NULL) > LINE_BYTES_MAX;
        struct span want = {bytes->ptr + at, overlong ? LINE_BYTES_MAX + 1 : len};
        if (!span_equal(line.bytes, want) || line.offset != at || line.last != (overlong || !newline))
            cr_assert_fail("%s: line %zu at %zu: %zu bytes at %zu, not %zu", check->name, count, at,
                           line.bytes.len, (size_t)line.offset, want.len);
        at += len;
    }
    cr_expect_eq(at, bytes->len, "%s: ends at %zu of %zu", check->name, at, bytes->len);
    reading_close(r);
    cr_expect_not(reading_next(&(struct reading){.ended = true}, &line));
    free(r);
    profile_done(&profile);
    return 0;
}

static void check(const char *name, const struct text *bytes)
{
    struct onset_error err;
    struct plan plan = {0};
    write_file(path_of(name), bytes->ptr, bytes->len);
    cr_assert_eq(input_list_add(&plan.lists[0], path_of(name), &err), 0);
    input_list_sort(&plan.lists[0]);
    plan_make(&plan, 1 << 20, 1, 0, TIME_NONE, 1786200000LL * NS_PER_SECOND, true);
    struct check context = {name, bytes, &plan, 0};
    cr_expect_eq(reading_sources(&plan, compare, &context), 0);
    cr_expect_eq(context.sources, 1);
    plan_done(&plan);
}

static void add_line(struct text *text, size_t len, bool newline)
{
    for (size_t i = 0; i < len; i++)
        text_add_byte(text, (uint8_t)('a' + (text->len + i) % 26));
    if (newline)
        text_add_byte(text, '\n');
}

Test(reading, lines_across_the_buffer)
{
    static const size_t lengths[] = {0, 1, 100, 4000, LINE_BYTES_MAX - 1, LINE_BYTES_MAX};
    for (size_t seed = 0; seed < 3; seed++) {
        struct text text;
        text_init(&text, 0);
        uint32_t noise = 7 + (uint32_t)seed;
        while (text.len < 3u << 20) {
            noise = noise * 1664525u + 1013904223u;
            add_line(&text, lengths[(noise >> 16) % 6], true);
        }
        add_line(&text, 50 * seed, false);
        check("mixed.log", &text);
        text_done(&text);
    }
}

Test(reading, overlong_lines)
{
    static const size_t lengths[] = {LINE_BYTES_MAX + 1, 1u << 20, (1u << 20) + 1, 3u << 20};
    for (size_t i = 0; i < 8; i++) {
        struct text text;
        text_init(&text, 0);
        add_line(&text, 10, true);
        add_line(&text, lengths[i / 2], true);
        add_line(&text, 20, true);
        add_line(&text, lengths[i / 2], i % 2);
        check("overlong.log", &text);
        text_done(&text);
    }
}
