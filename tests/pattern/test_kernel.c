/* Every kernel that this machine runs, against the masking written by hand and against the scalar kernel.
 * Buffers lie flush against pages that cannot be read or written, in front and behind, so a byte too far is a
 * crash. */
#include "pattern/kernels.h"

/* The masking by hand; '#' stands for MASK_BYTE. */
static const struct known {
    const char *message, *masked;
} known[] = {
    {"", ""},
    {"   ", ""},
    {"\t", ""},
    {" \t a \t b  ", "a b"},
    {"a\tb", "a b"},
    {"no digit at all", "no digit at all"},
    {"7", "#"},
    {"took 12 ms", "took # ms"},
    {"took12ms", "#"},
    {"x 1.5-rc_2 y", "x # y"},
    {"10.0.0.1:8080", "#:#"},
    {"pid[1234]: up", "pid[#]: up"},
    {"x\n7", "x\n#"},
    {"caf\xc3\xa9 9", "caf\xc3\xa9 #"},
    {"\xc3\xa9\x37", "#"},
    /* 1a */
    {"status=502", "status=502"},
    {"STATUS=502", "STATUS=502"},
    {"exitstatus 3", "exitstatus 3"},
    {"status=5021", "status=5021"},
    {"status=50212", "status=#"},
    {"status=50a", "status=#"},
    {"status=", "status="},
    {"status502", "#"},
    {"status/502", "status/#"},
    {"statu=502", "statu=#"},
    {"Status: \"502", "Status: \"502"},
    {"status:  \"502", "status: \"#"},
    {"exit code: 7", "exit code: 7"},
    {"exit code 137, signal 9", "exit code 137, signal 9"},
    {"exit 7 8", "exit 7 #"},
    {"errno=-1", "errno=-1"},
    {"exit code -9999", "exit code -9999"},
    {"exit code -99999", "exit code #"},
    {"code=--1", "code=#"},
    {"code=-1a", "code=#"},
    {"code=1-", "code=#"},
    {"code=E12", "code=#"},
    {"code=-", "code=-"},
    {"=-1", "=#"},
    {"errno (13)", "errno (13)"},
    {"signal(11)", "signal(11)"},
    {"http [200]", "http [200]"},
    {"http\t200", "http #"},
    {"502 status", "# status"},
    {"=502", "=#"},
    /* 1b */
    {"GET / HTTP/1.1\" 404 12", "GET / HTTP/#\" 404 #"},
    {"\" 604", "\" #"},
    {"\" 099", "\" #"},
    {"\" 4040", "\" #"},
    {"\"  404", "\" #"},
    {"\"\t404", "\" #"},
    {"\"404", "\"#"},
    {" 404", "#"},
    {"\" 4a4", "\" #"},
    /* 1c */
    {"HTTP/1.1 503 Service", "HTTP/# 503 Service"},
    {"(http/2 200)", "(http/# 200)"},
    {"HTTP/1.1  503", "HTTP/# #"},
    {"HTTP/1.1 603", "HTTP/# #"},
    {"HTTP/1.1 5031", "HTTP/# #"},
    {"FTP/1.1 503", "FTP/# #"},
    {"HTTP/x1 503", "HTTP/# #"},
    {"web-1 0/1001/-1/-1/1001 503 217", "# #/#/#/#/# 503 #"},
    {"be/web 10/0/30/69/+109 200 2750", "be/web #/#/#/#/+# 200 #"},
    {"x 10/0/30/69/109 200", "x #/#/#/#/# 200"},
    {"x10/0/30/69/109 200", "#/#/#/#/# #"},
    {"be/web 1/0/3 187", "be/web #/#/# #"},
    {"on 2026/08/07 145", "on #/#/# #"},
    {"x 12 345 67", "x # # #"},
    {"a 1/2/3/4/12345678901234567890123456789012345678901 200", "a #/#/#/#/# #"},
    /* 1d */
    {"SQLSTATE 57P01", "SQLSTATE 57P01"},
    {"(SQLSTATE: 40001)", "(SQLSTATE: 40001)"},
    {"SQLSTATE[HY000] [2002]", "SQLSTATE[HY000] [#]"},
    {"sqlstate=57p01", "sqlstate=#"},
    {"sqlstate=570011", "sqlstate=#"},
    {"sqlstate=5700", "sqlstate=#"},
    {"state=57P01", "state=#"},
    {"code=57P01", "code=#"},
    {"code=23505", "code=#"},
};

static void check_known(const struct kernel *kernel, const uint8_t *p, size_t n, const char *masked,
                        struct room out)
{
    size_t used = kernel->mask(p, n, out.end - n - 64);
    for (size_t i = 0; i < used; i++)
        if (out.end[(ptrdiff_t)i - (ptrdiff_t)n - 64] == MASK_BYTE)
            out.end[(ptrdiff_t)i - (ptrdiff_t)n - 64] = '#';
    cr_assert(used == strlen(masked) && memcmp(out.end - n - 64, masked, used) == 0,
              "%s: '%.*s' gave '%.*s', not '%s'", kernel->name, (int)n, (const char *)p, (int)used,
              (const char *)out.end - n - 64, masked);
}

Test(kernel, masks_what_was_written_by_hand)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(SHORT_MAX), out = room_new(SHORT_MAX + 64);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            size_t n = strlen(known[i].message);
            memcpy(in.end - n, known[i].message, n);
            check_known(kernels[k], in.end - n, n, known[i].masked, out);
        }
    room_free(in);
    room_free(out);
}

/* The same behind 1 to 200 other bytes, so that each message lies across each border of a block; once behind
 * bytes that stay and once behind a token that is masked. */
Test(kernel, masks_the_same_across_block_borders)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(SHORT_MAX), out = room_new(SHORT_MAX + 64);
    char expected[SHORT_MAX + 64];
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            size_t n = strlen(known[i].message);
            if (n == 0 || strchr(" \t", known[i].message[0]) || strchr(" \t", known[i].message[n - 1]))
                continue; /* blanks at the ends are not at the ends here */
            for (size_t pad = 2; pad <= 200; pad++) {
                uint8_t *p = in.end - pad - n;
                memset(p, '/', pad);
                memcpy(p + pad, known[i].message, n);
                snprintf(expected, sizeof expected, "%.*s%s", (int)pad, (const char *)p, known[i].masked);
                check_known(kernels[k], p, pad + n, expected, out);
                memset(p, 'a', pad - 1);
                p[pad / 2 - (pad == 2)] = '1';
                snprintf(expected, sizeof expected, "#/%s", known[i].masked);
                check_known(kernels[k], p, pad + n, expected, out);
            }
        }
    room_free(in);
    room_free(out);
}

static void check_mask(const struct kernel *kernel, const uint8_t *p, size_t n, const char *alphabet,
                       struct room out)
{
    static uint8_t expected[MESSAGE_MAX + 64];
    size_t want = kernel_scalar.mask(p, n, expected);
    uint8_t *got = out.end - n - 64; /* out has room for n + 64 bytes and no more */
    size_t used = kernel->mask(p, n, got);
    cr_assert(used == want && memcmp(got, expected, want) == 0,
              "%s: %s, %zu bytes at %zu: %zu bytes out, not %zu", kernel->name, alphabet, n,
              (size_t)((uintptr_t)p % OFFSETS), used, want);
}

Test(kernel, masks_as_the_scalar_kernel_does, .timeout = 120)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(MESSAGE_MAX + OFFSETS), out = room_new(MESSAGE_MAX + 64);
    for (size_t a = 0; a < ALPHABETS; a++) {
        random_state = a;
        for (size_t n = 0; n <= SHORT_MAX; n++)
            for (size_t offset = 0; offset < OFFSETS; offset++) {
                alphabets[a].fill(in.first, n + offset);
                for (size_t k = 0; k < count; k++)
                    check_mask(kernels[k], in.first + offset, n, alphabets[a].name, out);
            }
        for (size_t round = 0; round < 3000; round++) {
            size_t n = round < 1000 ? round : random_below(MESSAGE_MAX + 1);
            alphabets[a].fill(in.end - n, n);
            for (size_t k = 0; k < count; k++)
                check_mask(kernels[k], in.end - n, n, alphabets[a].name, out);
        }
    }
    room_free(in);
    room_free(out);
}

#define MESSAGES 700

Test(kernel, fingerprints_are_the_hash_of_the_masked_bytes, .timeout = 120)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    static struct span messages[MESSAGES];
    static uint64_t seeds[MESSAGES], got[MESSAGES + 1];
    static uint8_t masked[MESSAGE_MAX + 64];
    struct room in = room_new(256 << 10), scratch = room_new(MESSAGE_MAX + 64);
    for (size_t round = 0; round < 4 * ALPHABETS; round++) {
        random_state = round;
        size_t size = (size_t)(in.end - in.first);
        alphabets[round % ALPHABETS].fill(in.first, size);
        /* Every length up to SHORT_MAX, then some of any length; all over the buffer, the last ones flush
         * with its ends. */
        size_t longest = 0;
        for (size_t i = 0; i < MESSAGES; i++) {
            size_t n = i <= SHORT_MAX ? i : random_below(round % 2 ? 200 : MESSAGE_MAX + 1);
            size_t at = i == MESSAGES - 1   ? size - n
                        : i == MESSAGES - 2 ? 0
                                            : random_below((uint32_t)(size - n + 1));
            messages[i] = span_make(in.first + at, n);
            seeds[i] = (uint64_t)random_below(1000) << random_below(50);
            longest = n > longest ? n : longest;
        }
        for (size_t k = 0; k < count; k++) {
            size_t some = round < ALPHABETS ? MESSAGES : random_below(MESSAGES + 1);
            got[some] = 42;
            kernels[k]->fingerprint(NULL, messages, seeds, some, scratch.end - longest - 64, got);
            cr_assert_eq(got[some], 42, "%s wrote past its results", kernels[k]->name);
            for (size_t i = 0; i < some; i++) {
                size_t n = kernel_scalar.mask(messages[i].ptr, messages[i].len, masked);
                cr_assert_eq(got[i], fingerprint_mix(mask_hash(masked, n), seeds[i]),
                             "%s: %s, message %zu of %zu bytes", kernels[k]->name,
                             alphabets[round % ALPHABETS].name, i, messages[i].len);
            }
        }
    }
    room_free(in);
    room_free(scratch);
}

Test(kernel, fingerprints_say_what_the_header_says)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    const struct span messages[] = {span_of("took 12 ms"), span_of("took 13 ms"), span_of("status=200"),
                                    span_of("status=502"), span_of("took 12 ms")};
    const uint64_t seeds[] = {9, 9, 9, 9, 10};
    uint8_t scratch[16 + 64];
    uint64_t f[5];
    for (size_t k = 0; k < count; k++) {
        kernels[k]->fingerprint(NULL, messages, seeds, 5, scratch, f);
        cr_assert_eq(f[0], fingerprint_mix(mask_hash((const uint8_t *)"took \1 ms", 9), 9));
        cr_assert_eq(f[0], f[1]);
        cr_assert_neq(f[2], f[3]);
        cr_assert_neq(f[0], f[4]);
    }
}

/* ends must have room for cap offsets and no more. */
static void check_lines(const struct kernel *kernel, const uint8_t *p, size_t n, size_t cap, bool escapes,
                        struct room room)
{
    static uint32_t expected[MESSAGE_MAX + 1];
    bool want_escapes = escapes;
    size_t want = kernel_scalar.lines(p, n, expected, cap, &want_escapes);
    uint32_t *ends = (uint32_t *)room.end - cap;
    size_t count = kernel->lines(p, n, ends, cap, &escapes);
    cr_assert(count == want && memcmp(ends, expected, count * sizeof *ends) == 0,
              "%s: %zu bytes, cap %zu: %zu lines, not %zu", kernel->name, n, cap, count, want);
    cr_assert_eq(escapes, want_escapes, "%s: %zu bytes, cap %zu: escapes %d", kernel->name, n, cap, escapes);
}

Test(kernel, lines_as_the_scalar_kernel_does, .timeout = 120)
{
    static const char *const of[] = {"\n", "a", "a\n", "abcdefg\n",
                                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"};
    static const size_t caps[] = {0, 1, 2, 3, 63, 64, 65, 66, 100, 128, 129, 1000, MESSAGE_MAX + 1};
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(MESSAGE_MAX), ends = room_new((MESSAGE_MAX + 1) * sizeof(uint32_t));
    random_state = 1;
    for (size_t a = 0; a < sizeof of / sizeof *of; a++)
        for (size_t round = 0; round < 1500; round++) {
            size_t n = round <= SHORT_MAX ? round : random_below(MESSAGE_MAX + 1);
            uint8_t *p = round % 3 ? in.end - n : in.first;
            fill_from(p, n, of[a]);
            if (n && round % 2)
                p[random_below((uint32_t)n)] = 0x1b;
            for (size_t c = 0; c < sizeof caps / sizeof *caps; c++)
                for (size_t k = 0; k < count; k++)
                    check_lines(kernels[k], p, n, caps[c], round % 8 == 0, ends);
        }
    room_free(in);
    room_free(ends);
}

Test(kernel, lines_by_hand)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    const char *text = "one\n\ntwo\x1b[m\nrest";
    for (size_t k = 0; k < count; k++) {
        uint32_t ends[8];
        bool escapes = false;
        cr_assert_eq(kernels[k]->lines((const uint8_t *)text, strlen(text), ends, 2, &escapes), 2);
        cr_assert(ends[0] == 3 && ends[1] == 4);
        cr_assert_not(escapes, "it looked no further than the second end");
        cr_assert_eq(kernels[k]->lines((const uint8_t *)text, strlen(text), ends, 8, &escapes), 3);
        cr_assert(ends[0] == 3 && ends[1] == 4 && ends[2] == 11);
        cr_assert(escapes);
        cr_assert_eq(kernels[k]->lines((const uint8_t *)text, 3, ends, 8, &escapes), 0);
        cr_assert(escapes, "never cleared");
    }
}

Test(kernel, is_chosen_by_name)
{
    struct onset_error err = {0};
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    cr_assert_eq(kernel_choose("scalar", &err), &kernel_scalar);
    cr_assert_eq(kernel_choose(NULL, &err), kernels[count - 1], "the best of this machine");
    cr_assert_eq(kernel_choose("", &err), kernels[count - 1]);
    cr_assert_null(kernel_choose("abacus", &err));
    cr_assert_not_null(strstr(err.text, "'abacus'"));
    for (size_t k = 0; k < count; k++)
        cr_assert_not_null(strstr(err.text, kernels[k]->name));
}
