/* What a log can say to a terminal: nothing but text. */
#include "report/clean.h"

#include <criterion/criterion.h>

#define ELLIPSIS "\xE2\x80\xA6"

static const char *cleaned(struct text *out, const char *bytes, size_t len, size_t columns, bool ascii,
                           size_t *ret_used)
{
    text_clear(out);
    *ret_used = clean_add(out, span_make(bytes, len), columns, ascii);
    text_add_byte(out, 0);
    return (const char *)out->ptr;
}

#define BYTES(literal) literal, sizeof(literal) - 1

Test(clean, makes_text_of_any_bytes)
{
    static const struct {
        const char *bytes;
        size_t len;
        size_t columns; /* 0: no limit */
        const char *want;
        size_t want_columns;
    } rows[] = {
        {BYTES("plain words"), 0, "plain words", 11},
        {BYTES(""), 0, "", 0},
        {BYTES("tab\there\r\nnext"), 0, "tab here  next", 14},
        {BYTES("\x1b[31;1mERROR\x1b[0m x"), 0, "ERROR x", 7},
        {BYTES("\x1b[2J\x1b[H\x1b[?25lhidden"), 0, "hidden", 6},
        {BYTES("\x1b]0;title\x07"), 0, "\xE2\x90\x9B]0;title\xE2\x90\x87", 10},
        {BYTES("\x1b[31"), 0, "\xE2\x90\x9B[31", 4},
        {BYTES("\x1b"), 0, "\xE2\x90\x9B", 1},
        {BYTES("a\0b"), 0,
         "a\xE2\x90\x80"
         "b",
         3},
        {BYTES("a\x7F"), 0, "a\xE2\x90\xA1", 2},
        {BYTES("\xC2\x9B"
               "31m"),
         0,
         "\xEF\xBF\xBD"
         "31m",
         4}, /* C1 CSI in UTF-8 */
        {BYTES("\x9B"
               "31m"),
         0,
         "\xEF\xBF\xBD"
         "31m",
         4}, /* and as a byte */
        {BYTES("caf\xC3\xA9"), 0, "caf\xC3\xA9", 4},
        {BYTES("caf\xC3"), 0, "caf\xEF\xBF\xBD", 4},
        {BYTES("\xC0\xAF"), 0, "\xEF\xBF\xBD\xEF\xBF\xBD", 2},                 /* overlong */
        {BYTES("\xE0\x80\x9B"), 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3}, /* overlong CSI */
        {BYTES("\xED\xA0\x80"), 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3}, /* surrogate */
        {BYTES("\xF4\x90\x80\x80"), 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 4},
        {BYTES("a\xE2\x80\xAE"
               "b\xE2\x81\xA6"
               "c\xE2\x80\x8B"),
         0, "abc", 3}, /* direction and zero width */
        {BYTES("\xEF\xBB\xBFtext"), 0, "text", 4},
        {BYTES("e\xCC\x81\xCC\x81\xCC\x81\xCC\x81"), 0, "e\xCC\x81\xCC\x81", 1}, /* marks are bounded */
        {BYTES("\xE6\x97\xA5\xE6\x9C\xAC"), 0, "\xE6\x97\xA5\xE6\x9C\xAC", 4},
        {BYTES("0123456789"), 10, "0123456789", 10},
        {BYTES("0123456789"), 9, "01234567" ELLIPSIS, 9},
        {BYTES("0123456789"), 1, ELLIPSIS, 1},
        {BYTES("\xE6\x97\xA5\xE6\x9C\xAC"), 3, "\xE6\x97\xA5" ELLIPSIS, 3}, /* never half a wide character */
        {BYTES("\xE6\x97\xA5\xE6\x9C\xAC"), 2, ELLIPSIS, 1},
        {BYTES("abc\x1b[0m"), 3, "abc", 3}, /* nothing visible is lost, so no ellipsis */
        {BYTES("abe\xCC\x81"), 3, "abe\xCC\x81", 3},
    };
    struct text out;
    text_init(&out, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t used;
        const char *got = cleaned(&out, rows[i].bytes, rows[i].len, rows[i].columns, false, &used);
        cr_expect_str_eq(got, rows[i].want, "row %zu: got '%s'", i, got);
        cr_expect_eq(used, rows[i].want_columns, "row %zu: %zu columns", i, used);
    }
    text_done(&out);
}

Test(clean, speaks_ascii_when_asked)
{
    static const struct {
        const char *bytes;
        size_t len, columns;
        const char *want;
    } rows[] = {
        {BYTES("caf\xC3\xA9 \x1b[1mnow\x1b[0m"), 0, "caf? now"},
        {BYTES("\x1b]0;x\x07"), 0, "?]0;x?"},
        {BYTES("e\xCC\x81"), 0, "e"},
        {BYTES("0123456789"), 5, "0123~"},
        {BYTES("\xFF\x80"), 0, "??"},
    };
    struct text out;
    text_init(&out, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t used;
        const char *got = cleaned(&out, rows[i].bytes, rows[i].len, rows[i].columns, true, &used);
        cr_expect_str_eq(got, rows[i].want, "row %zu: got '%s'", i, got);
    }
    text_done(&out);
}

/* Whatever the bytes and the width: no control byte but what is asked for, never wider than allowed, and the
 * answer is already clean. */
Test(clean, holds_for_every_pair_of_bytes_and_width)
{
    struct text once, twice;
    text_init(&once, 0);
    text_init(&twice, 0);
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            const uint8_t bytes[] = {'x', (uint8_t)a, (uint8_t)b, '[',        '1',
                                     'm', 0xE6,       (uint8_t)a, (uint8_t)b, 'y'};
            for (size_t columns = 0; columns < 8; columns++) {
                text_clear(&once);
                size_t used = clean_add(&once, span_make(bytes, sizeof bytes), columns, (a ^ b) & 1);
                cr_assert(!columns || used <= columns, "%02x %02x: %zu of %zu columns", a, b, used, columns);
                cr_assert_eq(used, clean_columns(text_span(&once)), "%02x %02x: not the width told", a, b);
                for (size_t i = 0; i < once.len; i++) {
                    bool c1 = i && once.ptr[i - 1] == 0xC2 && once.ptr[i] < 0xA0;
                    cr_assert(once.ptr[i] >= 0x20 && once.ptr[i] != 0x7F && !c1, "%02x %02x: control", a, b);
                }
                text_clear(&twice);
                clean_add(&twice, text_span(&once), 0, false);
                cr_assert(span_equal(text_span(&once), text_span(&twice)), "%02x %02x: not clean", a, b);
            }
        }
    }
    text_done(&once);
    text_done(&twice);
}

Test(clean, wraps_between_words)
{
    static const struct {
        const char *text;
        size_t columns, indent, lines_max;
        const char *want;
        size_t want_lines;
    } rows[] = {
        {"one two three", 20, 2, 3, "one two three", 1}, {"one two three", 7, 2, 3, "one two\n  three", 2},
        {"one two three", 8, 0, 3, "one two\nthree", 2}, {"one two three", 3, 0, 2, "one\ntw" ELLIPSIS, 2},
        {"one two three", 5, 0, 1, "one " ELLIPSIS, 1},  {"abcdefghij", 4, 0, 3, "abcd\nefgh\nij", 3},
        {"  padded  ", 20, 0, 3, "padded", 1},           {"", 20, 0, 3, "", 0},
        {"two\nlines", 20, 0, 3, "two lines", 1},
    };
    struct text out;
    text_init(&out, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text_clear(&out);
        size_t lines = clean_wrap(&out, span_of(rows[i].text), rows[i].columns, rows[i].indent,
                                  rows[i].lines_max, false);
        text_add_byte(&out, 0);
        cr_expect_str_eq((char *)out.ptr, rows[i].want, "row %zu: got '%s'", i, (char *)out.ptr);
        cr_expect_eq(lines, rows[i].want_lines, "row %zu: %zu lines", i, lines);
    }
    text_done(&out);
}

Test(clean, a_path_that_is_too_long_loses_its_beginning)
{
    static const struct {
        const char *path;
        size_t columns;
        const char *want;
        size_t want_columns;
    } rows[] = {
        {"shop/api.log:12", 0, "shop/api.log:12", 15},
        {"shop/api.log:12", 15, "shop/api.log:12", 15},
        {"shop/api.log:12", 14, ELLIPSIS "op/api.log:12", 14},
        {"shop/api.log:12", 1, ELLIPSIS, 1},
        {"\x1b[31ma/b.log:7", 7, ELLIPSIS ".log:7", 7},
        {"\xE6\x97\xA5\xE6\x97\xA5.log", 7, ELLIPSIS "\xE6\x97\xA5.log", 7}, /* two columns each */
        {"\xE6\x97\xA5\xE6\x97\xA5.log", 6, ELLIPSIS ".log", 5},
    };
    struct text out;
    text_init(&out, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        text_clear(&out);
        size_t used = clean_add_end(&out, span_of(rows[i].path), rows[i].columns, false);
        text_add_byte(&out, 0);
        cr_expect_str_eq((const char *)out.ptr, rows[i].want, "%zu: '%s'", i, (const char *)out.ptr);
        cr_expect_eq(used, rows[i].want_columns, "%zu: %zu", i, used);
    }
    text_done(&out);
}
