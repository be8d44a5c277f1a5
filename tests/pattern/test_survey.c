/* Surveys: what they tell of their lines and of messages in them is what the scalar kernel says of each. */
#include "pattern/kernels.h"

#define MESSAGES 700

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

/* Parts of lines, hashed at one call; and where a line holds a colon before two blanks. */
static size_t check_spans(const struct kernel *kernel, const struct survey *survey, const char *alphabet)
{
    static uint8_t masked[SURVEY_BYTES + 64];
    static struct survey_span spans[SURVEY_BYTES];
    static uint64_t hashes[SURVEY_BYTES];
    size_t hashed = 0;
    for (size_t i = 0, start = 0; i < survey->count; start = survey->ends[i++] + 1) {
        uint32_t len = survey->ends[i] - (uint32_t)start, skip = random_below(len + 1);
        spans[i].from = (uint32_t)start + skip;
        spans[i].to = spans[i].from + random_below(len - skip + 1);
        bool colons = false;
        for (const uint8_t *p = survey->text + start; p + 2 < survey->text + survey->ends[i]; p++)
            colons |= p[0] == ':' && is_blank(p[1]) && is_blank(p[2]);
        cr_assert_eq(survey->colons && survey_has_colons(survey, start, survey->ends[i]), colons);
    }
    kernel->hash_spans(survey, spans, survey->count, hashes);
    for (size_t i = 0; i < survey->count; i++) {
        const uint8_t *from = survey->text + spans[i].from, *to = survey->text + spans[i].to;
        if (from >= to)
            cr_assert_eq(hashes[i], 0);
        if (hashes[i] == 0 || is_blank(*from) || is_blank(to[-1]))
            continue;
        size_t len = kernel_scalar.mask(from, (size_t)(to - from), masked);
        cr_assert_eq(hashes[i], fingerprint_mix(mask_hash(masked, len), 1), "%s: %s, '%.*s'", kernel->name,
                     alphabet, (int)(to - from), (const char *)from);
        hashed++;
    }
    return hashed;
}

Test(survey, a_survey_changes_no_fingerprint, .timeout = 240)
{
    const struct kernel *kernels[KERNELS_MAX];
    size_t count = kernels_here(kernels);
    struct room in = room_new(SURVEY_BYTES), out = room_new(sizeof(struct survey)),
                scratch = room_new(SURVEY_BYTES + 64);
    struct survey *survey = (struct survey *)(void *)(out.end - sizeof *survey);
    size_t hashed = 0, whole = 0, hashed_parts = 0, surveys = 0;
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
                    hashed_parts += check_spans(kernels[k], survey, alphabets[a].name);
                    surveys++;
                }
        }
    cr_assert_geq(hashed, surveys, "%zu of %zu surveys", hashed, surveys);
    cr_assert_geq(whole, surveys / 4, "%zu of %zu surveys", whole, surveys);
    cr_assert_geq(hashed_parts, surveys, "%zu of %zu surveys", hashed_parts, surveys);
    room_free(in);
    room_free(out);
    room_free(scratch);
}

/* What stands in front of a message must not show, and most lines must come from the survey. */
Test(survey, a_survey_knows_where_a_message_begins)
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
                char text[900];
                size_t from = pad + strlen(rows[i].before), n = strlen(rows[i].message);
                size_t behind = pad % 3 ? 0 : 600; /* as many blocks as a kernel reads at once */
                memset(text, '/', sizeof text);
                snprintf(text + pad, sizeof text - pad, "%s%s", rows[i].before, rows[i].message);
                text[from + n] = '\n';
                kernels[k]->survey((const uint8_t *)text, from + n + 1 + behind, survey);
                uint8_t scratch[400], masked[64];
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
