/* What a full profile keeps: payload dumps do not push out what a program says every day, and the sum of
 * parts is the whole, also where parts are full. */
#include "profile/profile_file.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { MAX = 512, LINES = 6000, PLAIN = 60 };

static uint64_t random_state;

static uint32_t below(uint32_t n)
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((x ^ x >> 31) % n);
}

struct made { /* message and fingerprint belong together */
    char text[96];
    uint64_t fingerprint;
    uint8_t severity;
};

static void random_word(char *out)
{
    for (int i = 0; i < 6; i++)
        out[i] = (char)('a' + below(26));
    out[6] = 0;
}

/* Half of the lines say one of PLAIN things, the others something that never comes again. */
static void make(struct made *lines, const char *dump)
{
    for (uint64_t i = 0; i < LINES; i++) {
        struct made *line = &lines[i];
        char a[8], b[8];
        if (below(2)) {
            uint32_t n = below(PLAIN);
            snprintf(line->text, sizeof line->text, "%c%cly said thing %c", 'a' + n % 26, 'a' + n / 26,
                     'a' + n % 7);
            line->fingerprint = key_mix(n, 7);
            line->severity = 9;
            continue;
        }
        random_word(a);
        random_word(b);
        snprintf(line->text, sizeof line->text, "%s %s %s", dump, a, b);
        line->fingerprint = key_mix(i, 8);
        line->severity = below(50) ? 9 : 17;
    }
}

static void start(struct profile *profile)
{
    profile_init(profile);
    profile->series_max = MAX;
}

static void add(struct profile *profile, const struct made *line, uint64_t i)
{
    struct stream *stream = profile_stream(profile, span_of("app.log"), span_of(""), span_of("app"), false);
    struct occurrence o = {.time_ns = (int64_t)(1786113000 + i) * NS_PER_SECOND,
                           .file = profile_file(profile, "app.log"),
                           .offset = i * 100,
                           .line = i + 1,
                           .raw = span_of(line->text),
                           .message = span_of(line->text),
                           .severity = line->severity};
    profile_add(profile, stream, line->fingerprint, &o);
    stream->records++;
    profile->tally.records++;
    profile->tally.lines++;
}

static uint64_t key_of(uint64_t fingerprint)
{
    return series_key(stream_key(span_of("app.log"), span_of("")), fingerprint);
}

Test(quota, plain_patterns_stay_beside_dumps)
{
    static const char *const dumps[] = {"query", "trace [pool-7] payload:", "12:03 got"};
    for (size_t d = 0; d < sizeof dumps / sizeof *dumps; d++) {
        struct made *lines = memory_alloc(LINES * sizeof *lines);
        struct profile profile;
        uint64_t counted = 0;
        random_state = 40 + d;
        make(lines, dumps[d]);
        start(&profile);
        for (uint64_t i = 0; i < LINES; i++)
            add(&profile, &lines[i], i);
        profile_settle(&profile);
        for (uint32_t n = 0; n < PLAIN; n++)
            cr_expect(profile_series(&profile, key_of(key_mix(n, 7))), "'%s': plain %u is gone", dumps[d], n);
        for (uint64_t i = 0; i < LINES; i++)
            if (lines[i].severity == 17)
                cr_expect(profile_series(&profile, key_of(lines[i].fingerprint)), "a severe one is gone");
        for (size_t i = 0; i < profile.series.size; i++) {
            const struct series *s = profile.series.slots[i].value;
            counted += s ? s->count : 0;
        }
        struct stream *stream = table_get(&profile.streams, stream_key(span_of("app.log"), span_of("")));
        cr_expect_eq(counted + stream->overflow, LINES);
        cr_expect_gt(profile.series.count, MAX / 4);
        cr_expect_leq(profile.series.count, MAX);
        profile_done(&profile);
        free(lines);
    }
}

Test(quota, sum_of_full_parts_is_the_whole)
{
    enum { PARTS = 7 };
    struct made *lines = memory_alloc(LINES * sizeof *lines);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct profile whole, sum, parts[PARTS];
        struct text want, got;
        random_state = seed;
        make(lines, seed % 2 ? "query" : "INFO [main] query");
        start(&whole);
        start(&sum);
        for (int p = 0; p < PARTS; p++)
            start(&parts[p]);
        uint32_t used = 1 + below(PARTS);
        for (uint64_t i = 0; i < LINES; i++) {
            add(&whole, &lines[i], i);
            add(&parts[below(used)], &lines[i], i);
        }
        for (uint32_t p = used; p-- > 0;) {
            if (below(2))
                profile_settle(&parts[p]);
            profile_merge(&sum, &parts[p]);
        }
        profile_settle(&whole);
        profile_settle(&sum);
        text_init(&want, 0);
        text_init(&got, 0);
        profile_write(&whole, &want);
        profile_write(&sum, &got);
        cr_expect(want.len == got.len && memcmp(want.ptr, got.ptr, got.len) == 0,
                  "seed %d: %zu series, not %zu", (int)seed, sum.series.count, whole.series.count);
        text_done(&want);
        text_done(&got);
        profile_done(&whole);
        profile_done(&sum);
        for (int p = 0; p < PARTS; p++)
            profile_done(&parts[p]);
    }
    free(lines);
}

/* Numbers differ from line to line of one series; its families must not. */
Test(quota, lines_of_one_series_have_the_same_families)
{
    static const char *const rows[][2] = {{"took 12 ms to load", "took 9 ms to load"},
                                          {"  got  status 503 now", "got status 200 now"},
                                          {"a=1,b=2 done",
                                           "a=1,b=33333333333333333333333333333333333333333333333333"
                                           "3333333333333333 done"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct quota_families a = quota_families_of(7, span_of(rows[i][0]));
        struct quota_families b = quota_families_of(7, span_of(rows[i][1]));
        for (size_t d = 0; d < a.count && d < b.count; d++)
            cr_expect_eq(a.keys[d], b.keys[d], "'%s', word %zu", rows[i][0], d);
        cr_expect_eq(a.count, b.count);
    }
}
