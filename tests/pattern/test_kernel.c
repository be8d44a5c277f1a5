/* Every kernel that this machine runs, against the masking written by hand and against the scalar kernel.
 * Buffers lie flush against pages that cannot be read or written, in front and behind, so a byte too far is a
 * crash. */
#include "pattern/kernel.h"
#include "pattern/mask_hash.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHORT_MAX   300
#define MESSAGE_MAX 5000
#define OFFSETS     64
#define KERNELS_MAX 3

static size_t kernels_here(const struct kernel *ret_kernels[KERNELS_MAX])
{
    static const char *const names[KERNELS_MAX] = {"scalar", "avx2", "avx512"};
    struct onset_error err;
    size_t count = 0;
    for (size_t i = 0; i < KERNELS_MAX; i++) {
        const struct kernel *kernel = kernel_choose(names[i], &err);
        if (kernel)
            ret_kernels[count++] = kernel;
    }
    return count;
}

/* Room for size bytes between two guard pages: [first, end), whole pages. */
struct room {
    uint8_t *map, *first, *end;
};

static struct room room_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inside = (size + page - 1) / page * page + page;
    uint8_t *map = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(map, MAP_FAILED);
    cr_assert_eq(mprotect(map + page, inside, PROT_READ | PROT_WRITE), 0);
    return (struct room){map, map + page, map + page + inside};
}

static void room_free(struct room room)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(room.map, (size_t)(room.end - room.map) + page);
}

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

/* Alphabets. */

static size_t put(uint8_t *p, size_t at, size_t n, const char *piece)
{
    for (; *piece && at < n; piece++)
        p[at++] = (uint8_t)*piece;
    return at;
}

static void fill_log(uint8_t *p, size_t n)
{
    static const char *const pieces[] = {
        "status=502",
        "\" 404 ",
        "exit code: 7",
        "errno (13)",
        "HTTP: [200",
        "signal,9",
        "code \"1",
        "status=50212",
        "\" 604 ",
        " ",
        "  ",
        " \t",
        "took 12ms",
        "10.0.0.1:8080",
        "/var/log/app.log",
        "blk_-1608999687919862906",
        "user",
        "[main]",
        "2026-08-07T14:31:05.123Z",
        "\xc3\xa9t\xc3\xa9",
        "=",
        ": ",
        ", ",
        "(",
        ")",
        "connection refused",
        "0x7f3a",
        "exit ",
        "7",
        "123",
        "1234",
        "12345",
        "e",
        "t",
        "\"",
        "Status: 503",
        "STATUS:  404",
        "a1b2-c3d4",
        "HTTP/1.1 503 ",
        " 0/1001/-1/-1/1001 503 ",
        "/30",
        " 200",
        "SQLSTATE[HY000]",
        "sqlstate: 57P01",
        "errno=-1",
        "exit -",
        "-12 ",
        "-1",
        "\r",
        "57P0",
    };
    for (size_t at = 0; at < n;)
        at = put(p, at, n, pieces[random_below(sizeof pieces / sizeof *pieces)]);
}

static void fill_from(uint8_t *p, size_t n, const char *letters)
{
    size_t count = strlen(letters);
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)letters[random_below((uint32_t)count)];
}

static void fill_digits(uint8_t *p, size_t n)
{
    fill_from(p, n, "0123456789");
}

static void fill_blanks(uint8_t *p, size_t n)
{
    fill_from(p, n, " \t");
}

static void fill_names(uint8_t *p, size_t n)
{
    fill_from(p, n, "123  ==::\"([,exitcode");
}

static void fill_spaced(uint8_t *p, size_t n)
{
    fill_from(p, n, "1235  ///-.httpP");
}

static void fill_states(uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;)
        at = put(p, at, n,
                 (const char *const[]){"sqlstate", "SQLState", "=", " ", "[", "HY000", "5", "P", "-", "state",
                                       "a"}[random_below(11)]);
}

static void fill_clean(uint8_t *p, size_t n)
{
    fill_from(p, n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-. /()<>");
}

static void fill_bytes(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)random_below(256);
}

/* Tokens of 1 to 200 bytes, half of them with one digit somewhere, one or two delimiters between. */
static void fill_long_tokens(uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t start = at, len = 1 + random_below(200);
        for (; at < n && at < start + len; at++)
            p[at] = (uint8_t)("abcxyz_-.\xc3"[random_below(10)]);
        if (random_below(2))
            p[start + random_below((uint32_t)(at - start))] = '5';
        if (at < n)
            p[at++] = (uint8_t)(" \t/="[random_below(4)]);
        if (at < n && random_below(2))
            p[at++] = ' ';
    }
}

/* Runs of digits, blanks, letters, and others, 1 to 80 bytes each: borders of runs at all places in a block.
 */
static void fill_runs(uint8_t *p, size_t n)
{
    static const char *const of[] = {"0123456789", " \t", "abc_-.", "/:=()"};
    for (size_t at = 0; at < n;) {
        size_t len = 1 + random_below(random_below(2) ? 80 : 5);
        len = len < n - at ? len : n - at;
        fill_from(p + at, len, of[random_below(4)]);
        at += len;
    }
}

static void fill_one_blank(uint8_t *p, size_t n)
{
    fill_from(p, n, "ab");
    if (n)
        p[random_below((uint32_t)n)] = ' ';
}

static const struct alphabet {
    const char *name;
    void (*fill)(uint8_t *p, size_t n);
} alphabets[] = {
    {"log", fill_log},     {"digits", fill_digits},       {"blanks", fill_blanks},
    {"names", fill_names}, {"spaced", fill_spaced},       {"states", fill_states},
    {"clean", fill_clean}, {"bytes", fill_bytes},         {"long tokens", fill_long_tokens},
    {"runs", fill_runs},   {"one blank", fill_one_blank},
};
#define ALPHABETS (sizeof alphabets / sizeof *alphabets)

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

/* Of messages that lie in a survey, whole lines and others. */
static void check_survey(const struct kernel *kernel, struct survey *survey, const uint8_t *p, size_t n,
                         const char *alphabet, struct room scratch)
{
    static struct span messages[SURVEY_BYTES + MESSAGES];
    static uint64_t seeds[SURVEY_BYTES + MESSAGES], got[SURVEY_BYTES + MESSAGES];
    static uint8_t masked[SURVEY_BYTES + 64];
    static uint32_t ends[SURVEY_BYTES + 1];
    bool escapes = false;
    size_t lines = kernel_scalar.lines(p, n, ends, SURVEY_BYTES + 1, &escapes), count = 0;
    kernel->survey(p, n, survey);
    cr_assert(survey->count == lines && memcmp(survey->ends, ends, lines * sizeof *ends) == 0,
              "%s: %s, %zu bytes: %zu lines, not %zu", kernel->name, alphabet, n, survey->count, lines);
    cr_assert_eq(survey->escapes, escapes);
    bool colons = false;
    for (size_t i = 0; i + 2 < n; i++)
        colons |=
            p[i] == ':' && (p[i + 1] == ' ' || p[i + 1] == '\t') && (p[i + 2] == ' ' || p[i + 2] == '\t');
    cr_assert_eq(survey->colons, colons);
    for (size_t start = 0; count < lines; start = ends[count++] + 1)
        messages[count] = span_make(p + start, ends[count] - start);
    for (size_t i = 0; i < (n < MESSAGES ? n : MESSAGES); i++) {
        size_t from = random_below((uint32_t)n), len = random_below((uint32_t)(n - from + 1));
        messages[count++] = span_make(p + from, random_below(2) ? len : len % 100);
    }
    kernel->fingerprint(survey, messages, seeds, count, scratch.end - SURVEY_BYTES - 64, got);
    for (size_t i = 0; i < count; i++) {
        size_t len = kernel_scalar.mask(messages[i].ptr, messages[i].len, masked);
        cr_assert_eq(got[i], fingerprint_mix(mask_hash(masked, len), 0),
                     "%s: %s, %zu bytes at %zu of %zu: '%.*s'", kernel->name, alphabet, messages[i].len,
                     (size_t)(messages[i].ptr - p), n, (int)messages[i].len, (const char *)messages[i].ptr);
    }
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* What stands behind the same number of bytes of each line, hashed at one call. Returns how many were. */
static size_t check_hashes(const struct kernel *kernel, const struct survey *survey, const char *alphabet)
{
    static uint8_t masked[SURVEY_BYTES + 64];
    static uint64_t hashes[SURVEY_BYTES];
    size_t skip = random_below(40), hashed = 0;
    kernel->hash_lines(survey, survey->count, skip, hashes);
    for (size_t i = 0, start = 0; i < survey->count; start = survey->ends[i++] + 1) {
        const uint8_t *from = survey->text + start + skip, *to = survey->text + survey->ends[i];
        if (from >= to)
            cr_assert_eq(hashes[i], 0);
        if (hashes[i] == 0 || is_blank(*from) || is_blank(to[-1]))
            continue;
        size_t len = kernel_scalar.mask(from, (size_t)(to - from), masked);
        cr_assert_eq(hashes[i], fingerprint_mix(mask_hash(masked, len), skip), "%s: %s, '%.*s'", kernel->name,
                     alphabet, (int)(to - from), (const char *)from);
        hashed++;
    }
    return hashed;
}

/* Whole lines: hashed as they are masked, but those near to blanks that go; and bytes that are kept are found
 * again. */
static size_t check_whole(const struct kernel *kernel, const struct survey *survey, const char *alphabet)
{
    static uint8_t masked[SURVEY_BYTES + 64];
    static uint64_t hashes[SURVEY_BYTES];
    size_t hashed = 0;
    kernel->hash_whole(survey, survey->count, hashes);
    for (size_t i = 0, start = 0; i < survey->count; start = survey->ends[i++] + 1) {
        struct span line = span_make(survey->text + start, survey->ends[i] - start);
        size_t len = kernel_scalar.mask(line.ptr, line.len, masked), blanks = 0, kept = 0;
        for (size_t k = 0; k < line.len; k++)
            blanks += line.ptr[k] == '\t' || (k && line.ptr[k] == ' ' && is_blank(line.ptr[k - 1]));
        if (hashes[i] == 0)
            continue;
        hashed++;
        cr_assert_eq(blanks, 0, "%s: %s, '%.*s'", kernel->name, alphabet, (int)line.len,
                     (const char *)line.ptr);
        if (is_blank(line.ptr[0]) || is_blank(line.ptr[line.len - 1]))
            continue;
        cr_assert_eq(hashes[i], fingerprint_mix(mask_hash(masked, len), ~0ull));
        for (size_t k = 0; k <= line.len; k++) {
            size_t at = start + k, found = 0;
            uint16_t behind;
            if (survey->keep[SURVEY_MARGIN + at / 64] >> at % 64 & 1) {
                kernel->masked_at(survey, start, &at, 1, &behind);
                cr_assert_eq(behind, kept);
                cr_assert(kernel->text_at(survey, start, &behind, 1, &found));
                cr_assert_eq(found, at);
                kept++;
            }
        }
        cr_assert_eq(kept, len + 1); /* and the newline */
    }
    uint16_t far = UINT16_MAX;
    size_t found;
    cr_assert_not(kernel->text_at(survey, 0, &far, 1, &found));
    return hashed;
}

Test(kernel, a_survey_changes_no_fingerprint, .timeout = 240)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(SURVEY_BYTES), out = room_new(sizeof(struct survey)),
                scratch = room_new(SURVEY_BYTES + 64);
    struct survey *survey = (struct survey *)(void *)(out.end - sizeof *survey);
    size_t hashed = 0, whole = 0, surveys = 0;
    for (size_t a = 0; a < ALPHABETS; a++)
        for (size_t round = 0; round < 420; round++) {
            random_state = a * 1000 + round;
            size_t n = 1 + (round < SHORT_MAX ? round
                            : round % 20 == 0 ? SURVEY_BYTES - 1
                                              : random_below(round % 2 ? 1000 : SURVEY_BYTES));
            uint8_t *p = round % 3 ? in.end - n : in.first;
            alphabets[a].fill(p, n);
            for (size_t i = 0; i < n / 40; i++)
                p[random_below((uint32_t)n)] = round % 4 ? '\n' : ' ';
            for (size_t k = 0; k < count; k++)
                if (kernels[k]->survey) {
                    check_survey(kernels[k], survey, p, n, alphabets[a].name, scratch);
                    hashed += check_hashes(kernels[k], survey, alphabets[a].name);
                    whole += check_whole(kernels[k], survey, alphabets[a].name);
                    surveys++;
                }
        }
    cr_assert_geq(hashed, surveys, "%zu of %zu surveys", hashed, surveys);
    cr_assert_geq(whole, surveys / 4, "%zu of %zu surveys", whole, surveys);
    room_free(in);
    room_free(out);
    room_free(scratch);
}

/* What stands in front of a message must not show, and most lines must come from the survey. */
Test(kernel, a_survey_knows_where_a_message_begins)
{
    static const struct {
        const char *before, *message, *masked;
        bool known;
    } rows[] = {
        {"12:00:07 ", "took 12 ms", "took # ms", true},
        {"12:00:07 ", "code 7 of 9", "code 7 of #", true},
        {"exit: ", "7 of 9", "# of #", false},
        {"status=", "503 x", "# x", false},
        {"a\"", " 404 x", "# x", false},
        {"HTTP/1.1 ", "503 x", "# x", false},
        {"HTTP", "/1.1 503 x", "/# # x", false},
        {":", "0/1/2/3/4 503 x", "#/#/#/#/# 503 x", false},
        {"x1", "y z", "y z", false},
        {"x ", " y z", "y z", false},
        {"GET \"", "/a\" 404 7", "/a\" 404 #", true},
    };
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct survey *survey = malloc(sizeof *survey);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows && kernels[k]->survey; i++)
            for (size_t pad = 0; pad < 140; pad++) {
                char text[300];
                size_t from = pad + strlen(rows[i].before), n = strlen(rows[i].message);
                memset(text, '/', pad);
                snprintf(text + pad, sizeof text - pad, "%s%s\n", rows[i].before, rows[i].message);
                kernels[k]->survey((const uint8_t *)text, from + n + 1, survey);
                uint8_t scratch[300], masked[64];
                struct span message = span_make(text + from, n);
                uint64_t seed = 3, got;
                size_t knew = kernels[k]->fingerprint(survey, &message, &seed, 1, scratch, &got);
                size_t len = strlen(rows[i].masked);
                for (size_t c = 0; c < len; c++)
                    masked[c] = rows[i].masked[c] == '#' ? MASK_BYTE : (uint8_t)rows[i].masked[c];
                cr_assert_eq(got, fingerprint_mix(mask_hash(masked, len), 3), "%s: '%s' behind '%s' at %zu",
                             kernels[k]->name, rows[i].message, rows[i].before, from);
                cr_assert_eq(knew, rows[i].known ? n : 0, "%s: '%s' behind '%s' at %zu", kernels[k]->name,
                             rows[i].message, rows[i].before, from);
            }
    free(survey);
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
