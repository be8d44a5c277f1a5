/* Text in other encodings, and with other ends of lines. */
#include "input/decoded.h"

#include <iconv.h>

TestSuite(decode_text, .init = folder_make, .fini = folder_remove);

/* iconv's reading of the same text. */
static void add_encoded(struct text *text, struct span utf8, const char *encoding)
{
    iconv_t cd = iconv_open(encoding, "UTF-8");
    cr_assert_neq(cd, (iconv_t)-1);
    size_t left = utf8.len, room = 4 * utf8.len;
    char *in = (char *)utf8.ptr, *out = malloc(room + 1), *start = out;
    cr_assert_eq(iconv(cd, &in, &left, &out, &room), 0);
    text_add(text, start, (size_t)(out - start));
    free(start);
    iconv_close(cd);
}

Test(decode_text, utf16)
{
    static const struct {
        const char *encoding, *mark;
    } kinds[] = {{"UTF-16LE", "\xff\xfe"}, {"UTF-16BE", "\xfe\xff"}, {"UTF-16LE", ""}, {"UTF-16BE", ""}};
    struct text plain = {0}, packed = {0}, both = {0};
    add_lines(&plain, 300);
    for (size_t i = 0; i < 500; i++) /* one to four bytes of UTF-8 in turn */
        text_printf(&plain, "%zu caf\u00e9 \u2713 \U0001f525 %.*s\r\n", i, (int)(i % 17),
                    "aaaaaaaaaaaaaaaaa");
    text_printf(&plain, "\ufeff in the middle stays, \U0010ffff");
    for (size_t i = 0; i < 4; i++) {
        text_clear(&packed);
        text_add(&packed, kinds[i].mark, strlen(kinds[i].mark));
        add_encoded(&packed, text_span(&plain), kinds[i].encoding);
        check_all(kinds[i].encoding, text_span(&packed), text_span(&plain), 0, NULL);
        text_clear(&both);
        add_gzip(&both, text_span(&packed));
        check_all("gzip of UTF-16", text_span(&both), text_span(&plain), 0, NULL);
    }
    check_all("mark only", span_make((const uint8_t *)"\xff\xfe", 2), span_of(""), 0, NULL);
    text_done(&plain), text_done(&packed), text_done(&both);
}

/* What is no character, by the standard's table of ill-formed sequences: each half alone, the pair in the
 * wrong order, an odd byte at the end. */
Test(decode_text, utf16_that_is_broken)
{
#define FFFD "\xef\xbf\xbd"
    static const struct {
        const char *bytes;
        size_t len;
        const char *text;
        uint64_t replaced;
    } rows[] = {{"\xff\xfe"
                 "a\0\x3d\xd8"
                 "b\0",
                 8, "a" FFFD "b", 1},
                {"\xff\xfe"
                 "a\0\x3d\xdc"
                 "b\0",
                 8, "a" FFFD "b", 1},
                {"\xff\xfe"
                 "\x25\xdd\x3d\xd8"
                 "b\0",
                 8, FFFD FFFD "b", 2},
                {"\xff\xfe"
                 "\x3d\xd8\x3d\xd8\x25\xdd",
                 8, FFFD "\xf0\x9f\x94\xa5", 1},
                {"\xff\xfe"
                 "a\0b",
                 5, "a" FFFD, 1},
                {"\xff\xfe"
                 "a\0\x3d\xd8",
                 6, "a" FFFD, 1},
                {"\xff\xfe"
                 "a\0\x3d\xd8"
                 "b",
                 7, "a" FFFD FFFD, 2},
                {"\xfe\xff"
                 "\0a\xd8\x3d\0b",
                 8, "a" FFFD "b", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span bytes = {(const uint8_t *)rows[i].bytes, rows[i].len};
        check_all(rows[i].text, bytes, span_of(rows[i].text), 0, NULL);
        struct input in;
        struct input_file file = {.path = (char *)path_of("file"), .name = (char *)"x"};
        struct onset_error err;
        uint8_t buffer[100];
        cr_assert_eq(input_open(&in, &file, &err), 0);
        while (input_read(&in, buffer, 3, &err) > 0)
            ;
        cr_expect_eq(input_replaced(&in), rows[i].replaced, "row %zu", i);
        input_close(&in, NULL);
    }
}

Test(decode_text, utf32)
{
    static const struct {
        const char *encoding, *mark;
    } kinds[] = {{"UTF-32LE", "\xff\xfe\0"}, {"UTF-32BE", "\0\0\xfe\xff"}};
    struct text plain = {0}, packed = {0};
    add_lines(&plain, 300);
    text_printf(&plain, "caf\u00e9 \u2713 \U0001f525 \U0010ffff\n");
    for (size_t i = 0; i < 2; i++) {
        text_clear(&packed);
        text_add(&packed, kinds[i].mark, 4);
        add_encoded(&packed, text_span(&plain), kinds[i].encoding);
        check_all(kinds[i].encoding, text_span(&packed), text_span(&plain), 0, NULL);
    }
    text_clear(&packed);
    text_add(&packed, "\xff\xfe\0\0a\0\0\0\0\xd8\0\0\0\0\x11\0z\0\0\0b\0", 22);
    check_all("no characters", text_span(&packed), span_of("a" FFFD FFFD "z" FFFD), 0, NULL);
    text_done(&plain), text_done(&packed);
}

Test(decode_text, lines_that_end_in_cr)
{
    struct text plain = {0}, cr = {0}, packed = {0};
    add_lines(&plain, 3000);
    text_add(&cr, plain.ptr, plain.len);
    for (size_t i = 0; i < cr.len; i++)
        cr.ptr[i] = cr.ptr[i] == '\n' ? '\r' : cr.ptr[i];
    check_all("CR", text_span(&cr), text_span(&plain), 0, NULL);
    add_gzip(&packed, text_span(&cr));
    check_all("gzip of CR", text_span(&packed), text_span(&plain), 0, NULL);
    check_all("short", span_of("a\rb\rc"), span_of("a\nb\nc"), 0, NULL);
    text_clear(&packed);
    text_add(&packed, cr.ptr, cr.len);
    text_add(&packed, "one\r\ntwo\n\r\n", 11);
    text_add(&plain, "one\ntwo\n\n", 9);
    check_all("CR, then others", text_span(&packed), text_span(&plain), 0, NULL);
    check_all("one CR only", span_of("a\rb"), span_of("a\rb"), 0, NULL);
    check_all("CRLF", span_of("a\r\nb\r\n"), span_of("a\r\nb\r\n"), 0, NULL);
    check_all("progress", span_of("a\n\r 1%\r 2%\r 3%\n"), span_of("a\n\r 1%\r 2%\r 3%\n"), 0, NULL);
    text_done(&plain), text_done(&cr), text_done(&packed);
}
