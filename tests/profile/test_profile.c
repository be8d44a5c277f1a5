/* The property that everything stands on: the sum of profiles has no order and no grouping. Lines are made at
 * random, dealt out to parts at random, and the parts are added up at random: the bytes must be those of all
 * lines in one. */
#include "profile/exemplar.h"
#include "profile/odds.h"
#include "profile/profile_file.h"
#include "profile/rare.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { STREAMS = 5, FILES = 4, PARTS_MAX = 12 };

static struct {
    size_t streams_max, series_max; /* 0: as they are */
    bool agreed;                    /* the files of a stream agree on whether there are times */
} caps;

static void start(struct profile *ret_profile)
{
    profile_init(ret_profile);
    ret_profile->streams_max = caps.streams_max ? caps.streams_max : STREAMS_MAX;
    ret_profile->series_max = caps.series_max ? caps.series_max : SERIES_MAX;
}

static uint64_t random_state;

static uint64_t random_next(void)
{
    uint64_t x = random_state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(random_next() % n);
}

/* A line as a scanner would count it. */
struct made {
    int64_t time_ns;
    uint64_t fingerprint, offset;
    uint32_t stream, file;
    uint8_t severity, kind;
};

/* Severity and kind belong to the pattern, as the fingerprint's seed makes sure. */
static void make_lines(struct made *lines, size_t count, uint32_t patterns, int64_t range_ns)
{
    uint64_t offsets[FILES] = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t pattern = below(4) ? below(patterns) : below(patterns / 10 + 1);
        uint32_t stream = below(STREAMS), file = (stream + below(2)) % FILES;
        lines[i] = (struct made){.time_ns = 1786113000 * NS_PER_SECOND +
                                            (int64_t)(random_next() % (uint64_t)range_ns),
                                 .fingerprint = key_mix(pattern, 99),
                                 .offset = offsets[file],
                                 .stream = stream,
                                 .file = file,
                                 .severity = (uint8_t)(pattern % 5 == 0 ? 17 : pattern % 3 * 4 + 1),
                                 .kind = (uint8_t)(pattern % 7 == 0   ? SERIES_DETAIL
                                                   : pattern % 7 == 1 ? SERIES_EXCEPTION
                                                                      : 0)};
        if (below(3) == 0 && i) /* a tie */
            lines[i].time_ns = lines[below((uint32_t)i)].time_ns;
        offsets[file] += 1 + below(200);
    }
}

/* Of changes the last lines are kept; some are longer than what is. */
static int line_text(const struct made *line, char *ret_text, size_t size)
{
    return snprintf(ret_text, size, "line %llu of %u%*s%s", (unsigned long long)line->offset, line->file,
                    line->offset % 5 ? 0 : (int)(line->offset % 1100), "",
                    line->fingerprint % 4 ? " was switched" : "");
}

static void add(struct profile *profile, const struct made *line)
{
    char name[32], text[1200];
    snprintf(name, sizeof name, "app-%u.log", line->stream);
    /* files of one stream may disagree on what it is an instance of, and on whether there are times */
    char service[32];
    snprintf(service, sizeof service, "app-%u-%u", line->stream, line->file);
    struct stream *stream = profile_stream(profile, span_of(name), span_of(line->stream % 2 ? "writer" : ""),
                                           span_of(service), (caps.agreed ? line->stream : line->file) % 2);
    snprintf(name, sizeof name, "/var/log/app-%u.log", line->file);
    int bytes = line_text(line, text, sizeof text);
    struct occurrence o = {.time_ns = line->time_ns,
                           .file = profile_file(profile, name),
                           .offset = line->offset,
                           .line = line->offset / 100,
                           .raw = span_make(text, (size_t)bytes),
                           .message = line->fingerprint % 2 ? span_make(text + 5, (size_t)bytes - 5)
                                                            : span_of("elsewhere restarted"),
                           .head = line->kind == SERIES_RECORD ? 0 : line->offset + 1,
                           .severity = line->severity,
                           .kind = line->kind};
    profile_add(profile, stream, line->fingerprint, &o);
    if (line->kind == SERIES_RECORD) {
        stream->records++;
        if (line->time_ns < stream->first_ns)
            stream->first_ns = line->time_ns;
        if (line->time_ns > stream->last_ns)
            stream->last_ns = line->time_ns;
        timeline_add(&stream->timeline, (uint32_t)(line->time_ns / NS_PER_SECOND));
    }
    profile->tally.lines++;
    profile->tally.bytes += (uint64_t)bytes;
}

static void check(const struct profile *profile)
{
    const char *reason;
    cr_assert(profile_validate(profile, &reason), "%s", reason);
}

static void check_same(const struct profile *profile, const struct text *want, const char *when)
{
    struct text got;
    text_init(&got, 0);
    profile_write(profile, &got);
    bool same = got.len == want->len && memcmp(got.ptr, want->ptr, got.len) == 0;
    size_t at = 0;
    while (!same && at < got.len && at < want->len && got.ptr[at] == want->ptr[at])
        at++;
    size_t from = at > 150 ? at - 150 : 0;
    cr_assert(same, "%s: not the same profile at byte %zu: %.*s", when, at, 300,
              (const char *)got.ptr + from);
    text_done(&got);
}

/* All lines in one profile, in their order. */
static void sum_of(const struct made *lines, size_t count, struct profile *ret_profile, struct text *ret_text)
{
    start(ret_profile);
    for (size_t i = 0; i < count; i++) {
        add(ret_profile, &lines[i]);
        cr_assert_leq(ret_profile->series.count, SERIES_MAX + SERIES_MAX / 4, "memory grows without end");
    }
    profile_settle(ret_profile);
    check(ret_profile);
    text_init(ret_text, 0);
    profile_write(ret_profile, ret_text);
}

/* Deal the lines out to parts: at random, in runs as chunks are, or by file. */
static void deal(const struct made *lines, size_t count, struct profile *parts, uint32_t part_count, int how)
{
    static struct rare rare; /* of all parts, or of none */
    bool share = below(2);
    size_t run = count / (part_count * 3) + 1;
    memset(&rare, 0, sizeof rare);
    for (uint32_t p = 0; p < part_count; p++) {
        start(&parts[p]);
        parts[p].rare = share ? &rare : NULL;
    }
    for (size_t n = 0; n < count; n++) {
        size_t i = how == 3 ? count - 1 - n : n;
        uint32_t p = how == 0   ? below(part_count)
                     : how == 1 ? lines[i].file % part_count
                                : (uint32_t)(i / run % part_count);
        add(&parts[p], &lines[i]);
    }
}

static void merge_any_way(struct profile *parts, uint32_t left, struct profile *ret_sum)
{
    while (left > 1) {
        uint32_t a = below(left), b = below(left);
        if (a == b)
            continue;
        if (below(3) == 0)
            profile_settle(&parts[a]);
        if (below(2)) {
            profile_merge(&parts[a], &parts[b]);
            profile_done(&parts[b]);
        } else
            profile_take(&parts[a], &parts[b]);
        check(&parts[a]);
        parts[b] = parts[--left];
    }
    profile_settle(&parts[0]);
    check(&parts[0]);
    *ret_sum = parts[0];
}

static void check_property(const struct made *lines, size_t count, int rounds)
{
    struct profile whole, sum, parts[PARTS_MAX];
    struct text want;
    sum_of(lines, count, &whole, &want);
    for (int round = 0; round < rounds; round++) {
        uint32_t part_count = 1 + below(PARTS_MAX);
        deal(lines, count, parts, part_count, round % 4);
        merge_any_way(parts, part_count, &sum);
        check_same(&sum, &want, "dealt and merged");
        profile_done(&sum);
    }
    text_done(&want);
    profile_done(&whole);
}

Test(profile, sum_has_no_order)
{
    static struct made lines[3000];
    for (uint64_t seed = 1; seed <= 30; seed++) {
        random_state = seed;
        size_t count = 1 + below(3000);
        make_lines(lines, count, 1 + below(400), seed % 3 ? 7200 * NS_PER_SECOND : 3 * NS_PER_SECOND);
        check_property(lines, count, 8);
    }
}

/* Distinct series well beyond the cap, so that parts drop some of their own before they are added up. */
Test(profile, sum_has_no_order_beyond_the_cap, .timeout = 120)
{
    enum { COUNT = 160000 };
    struct made *lines = memory_alloc(COUNT * sizeof *lines);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        random_state = seed;
        make_lines(lines, COUNT, seed == 1 ? 9000 : 30000, 3600 * NS_PER_SECOND);
        check_property(lines, COUNT, 4);
    }
    free(lines);
}

/* So does the cap of streams: what those beyond it said is counted by service, whoever left them out first,
 * and whichever series are left out beside. */
Test(profile, sum_has_no_order_beyond_the_cap_of_streams, .timeout = 120)
{
    enum { COUNT = 4000 };
    static struct made lines[COUNT];
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_state = seed;
        make_lines(lines, COUNT, 1 + below(60), 3600 * NS_PER_SECOND);
        uint32_t streams = 2 + below(400);
        for (size_t i = 0; i < COUNT; i++)
            lines[i].stream = below(streams);
        caps.agreed = true;
        caps.streams_max = 1 + below(60);
        caps.series_max = seed % 2 ? 16 + below(500) : 0;
        check_property(lines, COUNT, 8);
    }
    memset(&caps, 0, sizeof caps);
}

static size_t count_streams(const struct profile *profile, uint64_t *ret_records, uint64_t *ret_resting)
{
    *ret_records = *ret_resting = 0;
    for (size_t i = 0; i < profile->streams.size; i++) {
        const struct stream *s = profile->streams.slots[i].value;
        *ret_records += s ? s->records : 0;
        *ret_resting += s && s->rest ? s->records : 0;
    }
    return profile->streams.count;
}

/* Two hundred thousand files of one line each, of which one holds an error: memory has an end, all records
 * are counted, the error is kept with the name of its stream, and the service has all its records. */
Test(profile, far_more_streams_than_the_cap, .timeout = 120)
{
    enum { MANY = 200000, BAD = 177777 };
    struct profile p;
    char name[64];
    uint64_t records, resting, bad = 0;
    profile_init(&p);
    for (unsigned i = 0; i < MANY; i++) {
        profile_make_room(&p);
        cr_assert_lt(p.streams.count + p.files.count, 200000);
        snprintf(name, sizeof name, "/srv/run-%u/cart.log", i);
        struct stream *stream = profile_stream(&p, span_of(name), (struct span){0}, span_of("cart"), false);
        struct occurrence o = {.time_ns = (1786113000 + i / 1000) * NS_PER_SECOND,
                               .file = profile_file(&p, name),
                               .raw = span_of("a line"),
                               .message = span_of("a line"),
                               .severity = i == BAD ? 17 : 9};
        profile_add(&p, stream, 5, &o);
        stream->records++;
        stream->first_ns = stream->last_ns = o.time_ns;
        timeline_add(&stream->timeline, profile_second(o.time_ns));
        p.tally.records++;
        if (i == BAD)
            bad = series_key(stream->key, 5);
    }
    profile_settle(&p);
    check(&p);
    size_t streams = count_streams(&p, &records, &resting);
    cr_expect_leq(streams, STREAMS_MAX + SERIES_MAX + 1);
    cr_expect_eq(records, MANY);
    const struct series *s = profile_series(&p, bad);
    cr_assert(s, "the error is gone");
    const struct stream *stream = table_get(&p.streams, s->stream);
    cr_expect_str_eq(stream->name, "/srv/run-177777/cart.log");
    cr_expect_str_eq(profile_file_name(&p, s->exemplar.file), stream->name);
    profile_done(&p);
}

Test(profile, cap_keeps_the_severe_and_counts_the_rest)
{
    enum { COUNT = 120000 };
    struct made *lines = memory_alloc(COUNT * sizeof *lines);
    random_state = 5;
    make_lines(lines, COUNT, 25000, 3600 * NS_PER_SECOND);
    struct profile whole;
    struct text text;
    sum_of(lines, COUNT, &whole, &text);
    cr_expect_eq(whole.series.count, SERIES_MAX);

    /* what is kept is exact, and severe patterns are kept */
    uint64_t kept = 0, overflow = 0;
    struct table counts = {0};
    for (size_t i = 0; i < COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, "app-%u.log", lines[i].stream);
        uint64_t stream = stream_key(span_of(name), span_of(lines[i].stream % 2 ? "writer" : ""));
        uint64_t key = series_key(stream, lines[i].fingerprint);
        table_put(&counts, key, (char *)table_get(&counts, key) + 1);
        cr_assert(lines[i].severity < 17 || profile_series(&whole, key), "a severe pattern is gone");
    }
    cr_expect_gt(counts.count, SERIES_MAX + 10000, "%zu distinct series are too few for this test",
                 counts.count);
    for (size_t i = 0; i < whole.series.size; i++) {
        const struct series *s = whole.series.slots[i].value;
        if (!s)
            continue;
        cr_assert_eq(s->count, (uintptr_t)table_get(&counts, s->key), "a kept series lost lines");
        kept += s->count;
    }
    for (size_t i = 0; i < whole.streams.size; i++) {
        const struct stream *s = whole.streams.slots[i].value;
        overflow += s ? s->overflow : 0;
    }
    cr_expect_gt(overflow, 0);
    cr_expect_eq(kept + overflow, COUNT);
    table_done(&counts);
    text_done(&text);
    profile_done(&whole);
    free(lines);
}

static const struct series *say(struct profile *p, int64_t second, const char *text, uint8_t severity)
{
    struct stream *stream = profile_stream(p, span_of("web.log"), (struct span){0}, span_of("web"), false);
    struct occurrence o = {.time_ns = second * NS_PER_SECOND,
                           .file = profile_file(p, "web.log"),
                           .offset = (uint64_t)second * 100,
                           .raw = span_of(text),
                           .message = span_of(text),
                           .severity = severity};
    return profile_add(p, stream, severity, &o);
}

/* The first line and the last three, whatever order they come in; of changes alone, and of rare ones. */
Test(profile, last_lines_of_a_change)
{
    static const int64_t seconds[] = {1040, 1010, 1060, 1020, 1050, 1030};
    struct profile p;
    const struct series *s = NULL;
    char text[64];
    profile_init(&p);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        snprintf(text, sizeof text, "zone %lld reloaded", (long long)seconds[i]);
        s = say(&p, seconds[i], text, 9);
        say(&p, seconds[i], "request served", 10);
        say(&p, seconds[i], "reload failed", 17);
    }
    cr_expect(span_equal(span_make(s->exemplar.text, s->exemplar.raw_bytes), span_of("zone 1010 reloaded")));
    cr_assert_eq(s->turn_count, 3);
    for (int k = 0; k < 3; k++) {
        snprintf(text, sizeof text, "zone %d reloaded", 1040 + 10 * k);
        cr_expect_eq(s->turns[k].time_ns, (1040 + 10 * k) * NS_PER_SECOND);
        cr_expect(span_equal(span_make(s->turns[k].text, s->turns[k].raw_bytes), span_of(text)));
    }
    cr_expect_eq(say(&p, 1070, "request served", 10)->turn_count, 0);
    cr_expect_eq(say(&p, 1070, "reload failed", 17)->turn_count, 0);
    for (int k = 7; k <= TURNS_RARE + 1; k++)
        s = say(&p, 1100 + k, "zone reloaded", 9);
    cr_expect_eq(s->count, TURNS_RARE + 1);
    cr_expect_eq(s->turn_count, 0);
    profile_done(&p);
}

/* The first line with another number than the first line of all has at that place, whatever order they come
 * in. */
Test(profile, first_lines_with_another_number)
{
    static const struct {
        int64_t second;
        const char *text;
    } rows[] = {
        {1050, "rates loaded pairs=30 took_ms=9"},  {1030, "rates loaded pairs=14 took_ms=12"},
        {1010, "rates loaded pairs=30 took_ms=11"}, {1040, "rates loaded pairs=13 took_ms=11"},
        {1020, "rates loaded pairs=30 took_ms=18"},
    };
    struct profile p;
    const struct series *s = NULL;
    struct span name;
    profile_init(&p);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        s = say(&p, rows[i].second, rows[i].text, 9);
        say(&p, rows[i].second, rows[i].text, 13); /* a warning is no state */
    }
    cr_assert_eq(s->odd_count, 2);
    cr_expect_eq(s->odds[0].line.time_ns, 1020 * NS_PER_SECOND);
    cr_expect_eq(s->odds[0].places, 1 << 5); /* rates loaded pairs 30 took_ms 11 */
    cr_expect_eq(s->odds[1].line.time_ns, 1030 * NS_PER_SECOND);
    cr_expect_eq(s->odds[1].places, 1 << 3);
    cr_expect(span_equal(odds_number(span_of(rows[1].text), 3, &name), span_of("14")));
    cr_expect(span_equal(name, span_of("pairs")));
    cr_expect_eq(say(&p, 1060, rows[1].text, 13)->odd_count, 0);
    for (int k = 0; k <= TURNS_RARE; k++)
        s = say(&p, 1100 + k, rows[0].text, 9);
    cr_expect_eq(s->odd_count, 0);
    profile_done(&p);
}

Test(profile, what_is_a_number)
{
    static const struct {
        const char *message;
        size_t place;
        const char *number, *name;
    } rows[] = {
        {"pool size: 20 of 50", 2, "20", "size"},
        {"pool_size:20", 1, "20", "pool_size"},
        {"timeout=30s", 1, "30s", "timeout"},
        {"cache_size = 512MB", 1, "512MB", ""},
        {"share 0.25.", 1, "0.25", ""},
        {"use 80%", 1, "80%", ""},
        {"at 10:13:06", 1, "", ""},   /* a clock */
        {"on 2027-03-12", 1, "", ""}, /* a date */
        {"from 10.0.0.1", 1, "", ""}, /* an address */
        {"id 4f2a", 1, "", ""},       /* an id */
        {"version 1.2.3", 1, "", ""}, /* no single number */
        {"job 7 done", 3, "", ""},    /* behind the end */
        {"\"rows\": 412, \"ms\": 7}", 1, "412", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span name, number = odds_number(span_of(rows[i].message), rows[i].place, &name);
        cr_expect(span_equal(number, span_of(rows[i].number)), "%s: '%.*s'", rows[i].message, (int)number.len,
                  (const char *)number.ptr);
        cr_expect(span_equal(name, span_of(rows[i].name)), "%s: name '%.*s'", rows[i].message, (int)name.len,
                  (const char *)name.ptr);
    }
}

/* Which numbers differ is told for 64 bytes at once; what a number is, word by word. */
Test(profile, numbers_differ_where_words_do)
{
    static const char *const parts[] = {" ",    "  ", "=",        ":",   "12",    "7",   "30s",   "0.5",
                                        "pool", "x9", "\xc3\xa4", "#",   "1.2.3", "80%", "/api/", "-",
                                        "(",    ",",  "10:13",    "a_b", "\"",    "@"};
    random_state = 7;
    for (int round = 0; round < 4000; round++) {
        char text[2][512] = {"", ""}; /* longer than ODDS_BYTES, some of them */
        for (int part = 0, most = round % 100; part < most; part++)
            for (int k = 0, chosen = 0; k < 2; k++) {
                uint64_t x = random_next();
                if (k == 0 || x % 8 == 0) /* mostly the same in both */
                    chosen = (int)((x >> 8) % (sizeof parts / sizeof *parts));
                strcat(text[k], parts[chosen]);
            }
        uint16_t places = 0;
        struct span name, of[2];
        for (size_t i = 0; i < ODDS_PLACES; i++) {
            for (int k = 0; k < 2; k++)
                of[k] = odds_number(span_of(text[k]), i, &name);
            places |= (uint16_t)(!span_equal(of[0], of[1]) << i);
        }
        struct series a = {.kind = SERIES_RECORD, .count = 1};
        struct occurrence first = {.raw = span_of(text[0]), .message = span_of(text[0])};
        struct occurrence second = {
            .time_ns = 1, .offset = 1, .raw = span_of(text[1]), .message = span_of(text[1])};
        exemplar_set(&a.exemplar, &first);
        odds_add(&a, &second);
        cr_expect_eq(a.odd_count ? a.odds[0].places : 0, places, "'%s' '%s'", text[0], text[1]);
        odds_done(&a);
        free(a.exemplar.text);
    }
}

Test(profile, empty_is_neutral)
{
    static struct made lines[500];
    random_state = 3;
    make_lines(lines, 500, 50, 60 * NS_PER_SECOND);
    struct profile whole, left, right;
    struct text want, nothing;
    sum_of(lines, 500, &whole, &want);
    profile_init(&left);
    profile_init(&right);
    text_init(&nothing, 0);
    profile_write(&right, &nothing);
    profile_merge(&left, &right);
    check_same(&left, &nothing, "empty and empty");
    profile_merge(&left, &whole);
    check_same(&left, &want, "empty and all");
    profile_merge(&left, &right);
    check_same(&left, &want, "all and empty");
    check_same(&whole, &want, "what was merged from");
    profile_take(&right, &whole);
    check_same(&right, &want, "taken");
    profile_take(&left, &whole);
    check_same(&left, &want, "of nothing that is left");
    text_done(&want);
    text_done(&nothing);
    profile_done(&whole);
    profile_done(&left);
    profile_done(&right);
}

/* The exemplar of each series is its smallest line by (time, file key, offset), with that line's text. */
Test(profile, exemplars_are_the_first_lines)
{
    static struct made lines[4000];
    random_state = 11;
    make_lines(lines, 4000, 60, 20 * NS_PER_SECOND);
    struct profile whole;
    struct text text;
    sum_of(lines, 4000, &whole, &text);
    size_t seen = 0;
    for (size_t i = 0; i < whole.series.size; i++) {
        const struct series *s = whole.series.slots[i].value;
        if (!s)
            continue;
        const struct made *first = NULL;
        uint64_t first_file = 0, count = 0;
        for (size_t n = 0; n < 4000; n++) {
            char name[32];
            const struct made *l = &lines[n];
            snprintf(name, sizeof name, "app-%u.log", l->stream);
            if (s->fingerprint != l->fingerprint ||
                s->stream != stream_key(span_of(name), span_of(l->stream % 2 ? "writer" : "")))
                continue;
            snprintf(name, sizeof name, "/var/log/app-%u.log", l->file);
            uint64_t file = profile_file(&whole, name);
            count++;
            if (!first || l->time_ns < first->time_ns ||
                (l->time_ns == first->time_ns &&
                 (file < first_file || (file == first_file && l->offset < first->offset)))) {
                first = l;
                first_file = file;
            }
        }
        cr_assert(first);
        char want[1200];
        size_t bytes = (size_t)line_text(first, want, sizeof want);
        if (bytes > EXEMPLAR_BYTES_MAX)
            want[bytes = EXEMPLAR_BYTES_MAX] = 0;
        const struct exemplar *e = &s->exemplar;
        cr_assert_eq(s->count, count);
        cr_assert_eq(e->time_ns, first->time_ns);
        cr_assert_eq(e->file, first_file);
        cr_assert_eq(e->offset, first->offset);
        cr_assert(span_equal(span_make(e->text, e->raw_bytes), span_of(want)));
        cr_assert(span_equal(span_make(e->text + e->message_at, e->message_bytes),
                             span_of(first->fingerprint % 2 ? want + 5 : "elsewhere restarted")));
        cr_assert_eq(s->head, first->kind == SERIES_RECORD ? 0 : first->offset + 1);
        seen++;
    }
    cr_expect_gt(seen, 100);
    text_done(&text);
    profile_done(&whole);
}

/* A long line is kept up to a cap, and so is a message that is not part of it. */
Test(profile, exemplars_are_bounded)
{
    static char raw[5000], other[5000];
    memset(raw, 'r', sizeof raw);
    memset(other, 'o', sizeof other);
    static const struct {
        size_t raw_bytes, message_at, message_bytes, want_raw, want_message;
        bool inside;
    } rows[] = {{5000, 20, 4980, 1024, 1004, true}, {5000, 1023, 100, 1024, 1, true},
                {5000, 1024, 100, 1024, 100, true}, {5000, 2000, 3000, 1024, 1024, true},
                {5000, 0, 5000, 1024, 1024, false}, {10, 3, 7, 10, 7, true},
                {1024, 0, 1024, 1024, 1024, true},  {3, 0, 1025, 3, 1024, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct profile profile;
        profile_init(&profile);
        struct stream *stream = profile_stream(&profile, span_of("s"), span_of(""), span_of("s"), false);
        struct occurrence o = {
            .time_ns = 1,
            .file = profile_file(&profile, "f"),
            .raw = span_make(raw, rows[i].raw_bytes),
            .message = span_make((rows[i].inside ? raw : other) + rows[i].message_at, rows[i].message_bytes)};
        struct series *s = profile_add(&profile, stream, 5, &o);
        cr_expect_eq(s->exemplar.raw_bytes, rows[i].want_raw, "row %zu", i);
        cr_expect_eq(s->exemplar.message_bytes, rows[i].want_message, "row %zu", i);
        cr_expect_eq(s->exemplar.text[s->exemplar.message_at], rows[i].inside ? 'r' : 'o', "row %zu", i);
        check(&profile);
        profile_done(&profile);
    }
}

/* Of a long line that tells of a failure behind what is kept, the words around it are kept as well. */
Test(profile, a_long_line_has_an_excerpt)
{
    static char raw[9000];
    memset(raw, 'r', sizeof raw);
    memcpy(raw + 7000, " msg: rmtree failed: [Errno 30] Read-only file system ", 54);
    for (int inside = 0; inside < 2; inside++) {
        struct profile profile;
        profile_init(&profile);
        struct stream *stream = profile_stream(&profile, span_of("s"), span_of(""), span_of("s"), false);
        struct occurrence o = {.time_ns = 1,
                               .file = profile_file(&profile, "f"),
                               .raw = span_make(raw, sizeof raw),
                               .message = inside ? span_make(raw + 20, sizeof raw - 20) : span_of("short")};
        struct exemplar *e = &profile_add(&profile, stream, 5, &o)->exemplar;
        cr_expect_eq(e->raw_bytes, EXEMPLAR_BYTES_MAX + EXCERPT_BYTES_MAX);
        cr_expect(span_starts(span_make(e->text + EXEMPLAR_BYTES_MAX, 5), " ... "));
        struct span excerpt = exemplar_excerpt(e);
        cr_expect_not_null(memmem(excerpt.ptr, excerpt.len, "failed: [Errno 30] Read-only file system", 40));
        struct span message = {e->text + e->message_at, e->message_bytes};
        cr_expect_eq(message.len, inside ? 1004 : 5, "no excerpt in what patterns are made of");
        cr_expect(span_starts(message, inside ? "rrrr" : "short"));
        check(&profile);
        profile_done(&profile);
    }
}

static struct chunk_base before_chunk(void *context, uint64_t file, uint32_t chunk)
{
    (void)context, (void)file;
    return (struct chunk_base){chunk * 1000, chunk * 100};
}

Test(profile, lines_are_numbered_once)
{
    struct profile profile;
    profile_init(&profile);
    struct stream *stream = profile_stream(&profile, span_of("s"), span_of(""), span_of("s"), false);
    struct occurrence o = {.time_ns = 1,
                           .file = profile_file(&profile, "f"),
                           .line = 7,
                           .offset = 5,
                           .chunk = 3,
                           .raw = span_of("x"),
                           .message = span_of("x")};
    const struct series *s = profile_add(&profile, stream, 5, &o);
    profile_number_lines(&profile, before_chunk, NULL);
    cr_expect(s->exemplar.line == 3007 && s->exemplar.offset == 305);
    profile_number_lines(&profile, before_chunk, NULL);
    cr_expect(s->exemplar.line == 3007 && s->exemplar.offset == 305);
    profile_done(&profile);
}
