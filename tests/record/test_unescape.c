/* What escapes mean is put together beside them, piece by piece (RFC 8259, section 7). */
#include "record/unescape.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct {
    const char *escaped, *meant;
} pieces[] = {
    {"\\n", "\n"},
    {"\\t", "\t"},
    {"\\r", "\r"},
    {"\\\"", "\""},
    {"\\\\", "\\"},
    {"\\/", "/"},
    {"\\b", " "},
    {"\\f", " "}, /* of no use in a message */
    {"\\u0041", "A"},
    {"\\u00e9", "\xc3\xa9"},
    {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
    {"\\ud83d.", "\xef\xbf\xbd."}, /* half of a pair */
    {"\\u12x", "\\u12x"},
    {"\\x", "\\x"},
    {"{\\\"level\\\":\\\"", "{\"level\":\""},
    {"word ", "word "},
    {"a sentence that is longer than a block of the reader, by some bytes or more",
     "a sentence that is longer than a block of the reader, by some bytes or more"},
    {"\xc3\xa9", "\xc3\xa9"},
    {"7", "7"},
};

static uint64_t random_state = 3;

static size_t below(size_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % n;
}

Test(unescape, terminal)
{
    static const struct {
        const char *escaped, *meant;
    } rows[] = {
        {"\033[31mred\033[0m", "red"},
        {"\033]0;title\007up", "up"},
        {"\033_anything\033\\up", "up"},
        {"\033_bk;t=1786113065123\007up", "t=1786113065123 up"},
        {"up \033_bk;t=1786113065123\007up", "up up"},
        {"\033_bk;t=17861130651234\007up", "up"},
        {"\033_bk;t=1786113065123", ""},
        {"\033", ""},
    };
    struct arena arena = {0};
    struct scratch scratch;
    scratch_init(&scratch, &arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span got = unescape_terminal(&scratch, span_of(rows[i].escaped));
        cr_expect(span_equal(got, span_of(rows[i].meant)), "%zu is '%.*s'", i, (int)got.len,
                  (const char *)got.ptr);
    }
    scratch_done(&scratch);
    arena_done(&arena);
}

Test(unescape, json)
{
    struct arena arena = {0};
    struct scratch scratch;
    scratch_init(&scratch, &arena);
    for (size_t i = 0; i < 20000; i++) {
        char escaped[700] = "", meant[700] = "";
        size_t kinds = 1 + below(sizeof pieces / sizeof *pieces);
        for (size_t bytes = below(500), n = 0; n < bytes;) {
            size_t piece = below(kinds);
            strcpy(escaped + n, pieces[piece].escaped);
            strcat(meant, pieces[piece].meant);
            n += strlen(pieces[piece].escaped);
        }
        size_t n = strlen(escaped);
        char *copy = malloc(n + (n == 0)); /* of its own, so that a sanitizer sees a byte too far */
        memcpy(copy, escaped, n);
        struct span got = unescape_json(&scratch, span_make(copy, n));
        cr_assert(span_equal(got, span_of(meant)), "'%s' is '%.*s'", escaped, (int)got.len,
                  (const char *)got.ptr);
        free(copy);
        scratch_recycle(&scratch);
    }
    scratch_done(&scratch);
    arena_done(&arena);
}
