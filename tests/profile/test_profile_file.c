/* A saved profile is read back as it was, whatever bytes the logs held; and of a file that was cut, changed
 * or lies, nothing is taken. */
#include "pattern/kernel.h"
#include "pattern/template.h"
#include "profile/profile_file.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t random_state;

static uint32_t below(uint32_t n)
{
    random_state = key_mix(random_state + 1, 7);
    return (uint32_t)(random_state >> 20) % n;
}

static struct span random_bytes(uint8_t *buffer, size_t max)
{
    static const char *const texts[] = {"plain",
                                        "\"quoted\" \\ back",
                                        "tab\tand \x1b[31m",
                                        "gr\xC3\xBC\xC3\x9F",
                                        "\xFF\xFE not UTF-8",
                                        "cut \xC3",
                                        ""};
    const char *text = texts[below(7)];
    size_t len = strlen(text);
    memcpy(buffer, text, len);
    for (uint32_t more = below(4) ? 0 : below((uint32_t)(max - len)); more; more--)
        buffer[len++] = (uint8_t)(below(8) ? 'a' + below(26) : below(256));
    return span_make(buffer, len);
}

/* A profile of `count` lines, some messages part of their line and some not. */
static void make(struct profile *profile, uint64_t seed, uint32_t count, uint32_t patterns)
{
    uint8_t raw[1500], message[1500];
    char name[40];
    random_state = seed;
    profile_init(profile);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = below(5), pattern = below(patterns);
        uint8_t kind = pattern % 4 ? SERIES_RECORD : SERIES_DETAIL;
        snprintf(name, sizeof name, n == 3 ? "b\xFF/%u.log" : "a \"%u\".log", n);
        struct stream *stream = profile_stream(profile, span_of(name),
                                               span_of(n == 4   ? "sshd\xFE"
                                                       : n == 1 ? "cron"
                                                                : ""),
                                               span_of("service"), n == 2);
        struct occurrence o = {.time_ns = 1786113000 * NS_PER_SECOND + (int64_t)below(100000) * 77777777,
                               .file = profile_file(profile, name),
                               .offset = i,
                               .line = i + 1,
                               .raw = random_bytes(raw, sizeof raw),
                               .severity = (uint8_t)(pattern % 24),
                               .kind = kind};
        o.message = pattern % 3 ? span_skip(o.raw, pattern % 5) : random_bytes(message, sizeof message);
        profile_add(profile, stream, key_mix(pattern, 5), &o);
        if (kind == SERIES_RECORD) {
            stream->records++;
            stream->first_ns = o.time_ns < stream->first_ns ? o.time_ns : stream->first_ns;
            stream->last_ns = o.time_ns > stream->last_ns ? o.time_ns : stream->last_ns;
            timeline_add(&stream->timeline, profile_second(o.time_ns));
            profile->tally.records++;
        } else {
            profile->tally.continuations++;
        }
        profile->tally.lines++;
    }
    profile_part(profile, "web1", false);
    profile_part(profile, "web\xF0", true);
    profile_settle(profile);
}

static int read_text(struct span text, size_t step, struct profile *ret_profile, struct onset_error *err)
{
    struct profile_reading *r = profile_read_start(ret_profile);
    int status = 0;
    for (size_t at = 0; at < text.len && status == 0; at += step)
        status = profile_read(r, text.ptr + at, text.len - at < step ? text.len - at : step, err);
    struct onset_error end;
    if (profile_read_end(r, &end) < 0 && status == 0) {
        *err = end;
        status = -1;
    }
    return status;
}

Test(profile_file, read_back_as_it_was, .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct profile profile, again;
        struct text text, second;
        struct onset_error err = {{0}};
        make(&profile, seed, seed == 12 ? 90000 : 1 + below(4000), seed == 12 ? 60000 : 1 + below(300));
        if (seed == 12)
            cr_expect_neq(profile.order_limit, UINT64_MAX, "too few series to meet the cap");
        text_init(&text, 0);
        text_init(&second, 0);
        profile_write(&profile, &text);
        cr_assert(profile_recognise(text_span(&text)));
        int status = read_text(text_span(&text), seed % 2 ? 1000 : text.len, &again, &err);
        cr_assert_eq(status, 0, "seed %d: %s", (int)seed, err.text);
        profile_write(&again, &second);
        cr_assert_eq(second.len, text.len);
        cr_assert(memcmp(second.ptr, text.ptr, text.len) == 0);
        profile_done(&profile);
        profile_done(&again);
        text_done(&text);
        text_done(&second);
    }
}

Test(profile_file, sum_of_saved_parts_is_the_whole)
{
    struct profile a, b, whole, sum, loaded;
    struct text text, want, got;
    struct onset_error err;
    make(&a, 1, 3000, 200);
    make(&b, 2, 3000, 300);
    profile_init(&whole);
    profile_merge(&whole, &a);
    profile_merge(&whole, &b);
    profile_init(&sum);
    text_init(&text, 0);
    text_init(&want, 0);
    text_init(&got, 0);
    const struct profile *parts[] = {&b, &a};
    for (int i = 0; i < 2; i++) {
        text_clear(&text);
        profile_write(parts[i], &text);
        cr_assert_eq(read_text(text_span(&text), 4096, &loaded, &err), 0, "%s", err.text);
        profile_merge(&sum, &loaded);
        profile_done(&loaded);
    }
    profile_write(&whole, &want);
    profile_write(&sum, &got);
    cr_assert(span_equal(text_span(&want), text_span(&got)));
    profile_done(&a);
    profile_done(&b);
    profile_done(&whole);
    profile_done(&sum);
    text_done(&text);
    text_done(&want);
    text_done(&got);
}

Test(profile_file, cut_or_flipped_is_refused, .timeout = 120)
{
    struct profile profile, again;
    struct text text;
    struct onset_error err;
    make(&profile, 3, 9, 2);
    text_init(&text, 0);
    profile_write(&profile, &text);
    for (size_t n = 0; n < text.len; n++) {
        cr_assert_lt(read_text(span_make(text.ptr, n), 1 << 20, &again, &err), 0, "cut at %zu", n);
        profile_done(&again);
    }
    for (size_t at = 0; at < text.len; at++) {
        uint8_t was = text.ptr[at];
        text.ptr[at] ^= (uint8_t)(1 << at % 8);
        cr_assert_lt(read_text(text_span(&text), 1 << 20, &again, &err), 0, "flipped at %zu", at);
        text.ptr[at] = was;
        profile_done(&again);
    }
    profile_done(&profile);
    text_done(&text);
}

static const char small[] =
    "{\"type\":\"onset-profile\",\"version\":4,\"masking\":%M,\"merging\":%T,\"order_limit\":"
    "\"ffffffffffffffff\",\"stream_"
    "limit\":\"ffffffffffffffff\",\"parts\":"
    "0,"
    "\"streams\":1,\"series\":1,\"last_ns\":1786113000000000000}\n"
    "{\"type\":\"stream\",\"stream\":\"%S\",\"name\":\"app.log\",\"writer\":\"\",\"service\":\"app\",\"by_"
    "order\":"
    "false,\"rest\":false,\"zones\":0,\"records\":3,\"overflow\":0,\"first_ns\":1786113000000000000,\"last_"
    "ns\":"
    "1786113000000000000,"
    "\"bin_seconds\":1,\"bins\":[[1786113000,3]]}\n"
    "{\"type\":\"series\",\"series\":\"%K\",\"stream\":\"%S\",\"fingerprint\":\"0123456789abcdef\",\"head\":"
    "\"0000000000000000\",\"kind\":\"record\",\"severity\":9,\"count\":3,\"first_ns\":1786113000000000000,"
    "\"last_ns\":1786113000000000000,\"file\":\"app.log\",\"line\":1,\"offset\":0,\"text\":\"INFO "
    "up\",\"message\":"
    "\"up\",\"message_at\":5,\"turns\":[{\"time_ns\":1786113000000000000,\"file\":\"app.log\",\"line\":3,"
    "\"offset\":16,"
    "\"text\":\"UP\",\"message\":\"up\",\"message_at\":2}],\"odds\":[{\"time_ns\":1786113000000000000,"
    "\"places\":1,\"file\":\"app.log\",\"line\":2,"
    "\"offset\":8,\"text\":\"4\",\"message\":\"4\",\"message_at\":0}],\"bin_seconds\":1,\"bins\":[["
    "1786113000,3]]}\n"
    "{\"type\":\"tally\",\"bytes\":24,\"lines\":3,\"records\":3,\"continuations\":0,\"stamped\":3,"
    "\"inherited\":0,"
    "\"untimed\":0,\"empty\":0,\"overlong\":0,\"broken\":0,\"no_year\":0,\"no_zone\":0,\"no_date\":0,"
    "\"partial\":0,\"replaced\":0,\"inputs_broken\":0,\"inputs_short\":0,\"inputs_binary\":0}\n";

/* The small profile with `from` replaced by `to`, with the right keys and versions and a right last line. */
static void lie(const char *from, const char *to, struct text *ret_text)
{
    char key[17];
    uint64_t stream = stream_key(span_of("app.log"), span_of("")), lines = 0;
    text_clear(ret_text);
    for (const char *at = small; *at;) {
        bool found = from && strncmp(at, from, strlen(from)) == 0;
        if (found) {
            text_puts(ret_text, to);
            at += strlen(from);
        } else if (*at == '%') {
            uint64_t value = at[1] == 'S' ? stream : series_key(stream, 0x0123456789abcdef);
            if (at[1] == 'M' || at[1] == 'T')
                snprintf(key, sizeof key, "%d", at[1] == 'M' ? MASK_VERSION : TEMPLATE_VERSION);
            else
                snprintf(key, sizeof key, "%016llx", (unsigned long long)value);
            text_puts(ret_text, key);
            at += 2;
        } else {
            text_add_byte(ret_text, (uint8_t)*at++);
        }
    }
    for (size_t i = 0; i < ret_text->len; i++)
        lines += ret_text->ptr[i] == '\n';
    text_printf(ret_text, "{\"type\":\"end\",\"lines\":%llu,\"xxh3\":\"%016llx\"}\n",
                (unsigned long long)lines, (unsigned long long)XXH3_64bits(ret_text->ptr, ret_text->len));
}

Test(profile_file, lies_are_refused_with_a_reason)
{
    static const struct {
        const char *from, *to, *reason;
    } rows[] = {
        {NULL, NULL, NULL},
        {"\"last_ns\":1786113000000000000}", "\"last_ns\":1786113000000000001}",
         "tells other than what follows"},
        {"\"version\":4", "\"version\":2",
         "a profile of version 2, this onset reads version 4: make it again"},
        {"\"version\":4", "\"version\":99999999999999999999", "not a saved profile"},
        {"\"masking\":%M", "\"masking\":77", "masked by version 77, this onset masks by version "},
        {"\"merging\":%T", "\"merging\":1", "merged by version 1, this onset merges by version "},
        {"\"merging\":%T", "\"merging\":77", ": make it again with this onset"},
        {",\"merging\":%T", "", "line 1 is none that onset writes"},
        {"{\"type\":\"onset-profile\"", "{\"type\":\"profile\"", "not a saved profile"},
        {"\"series\":1,", "\"series\":2,", "tells other than what follows"},
        {"\"streams\":1,", "\"streams\":0,", "tells other than what follows"},
        {"\"count\":3", "\"count\":4", "a timeline that does not add up"},
        {"\"count\":3", "\"count\":18446744073709551617", "line 3 is none that onset writes"},
        {"\"count\":3", "\"count\":9007199254740993", "line 3 is none"},
        {"\"count\":3", "\"count\":03", "line 3 is none"},
        {"\"count\":3", "\"count\":-3", "line 3 is none"},
        {"\"records\":3,\"overflow\":0", "\"records\":3,\"overflow\":1", "counts do not add up"},
        {"\"records\":3,\"cont", "\"records\":2,\"cont", "counts do not add up"},
        {"\"severity\":9", "\"severity\":25", "line 3 is none"},
        {"\"kind\":\"record\"", "\"kind\":\"rekord\"", "line 3 is none"},
        {"\"message_at\":5", "\"message_at\":4", "line 3 is none"},
        {"\"message_at\":5", "\"message_at\":70000", "line 3 is none"},
        {"\"last_ns\":1786113000000000000,\"file\"", "\"last_ns\":1786113000999999999,\"file\"", NULL},
        {"\"last_ns\":1786113000000000000,\"file\"", "\"last_ns\":1786113002000000000,\"file\"",
         "a timeline that does not add up"},
        {"\"fingerprint\":\"0123456789abcdef\"", "\"fingerprint\":\"0123456789abcdee\"",
         "a series under a key that is not its own"},
        {"\"order_limit\":\"ffffffffffffffff\"", "\"order_limit\":\"0000000000000001\"",
         "a series beyond the limit"},
        {"[[1786113000,3]]}\n{\"type\":\"series\"", "[[1786113000,3],[1786113000,0]]}\n{\"type\":\"series\"",
         "it holds bins out of order"},
        {"\"bin_seconds\":1,", "\"bin_seconds\":3,", "line 2 is none"},
        {"\"bin_seconds\":1,", "\"bin_seconds\":2147483648,", "line 2 is none"},
        {"\"text\":\"INFO up\"", "\"text\":\"\\u0049NFO up\"", "line 3 is none"},
        {"\"text\":\"INFO up\"", "\"text\":\"INFO up\",\"text_base64\":\"SU5GTyB1cA==\"", "line 3 is none"},
        {"\"text\":\"INFO up\"", "\"text\": \"INFO up\"", "line 3 is none"},
        {"\"file\":\"app.log\",\"line\":1", "\"file\":\"\",\"line\":1", "an exemplar of an unknown file"},
        {"\"name\":\"app.log\"", "\"name\":\"app.log\",\"more\":1", "line 2 is none"},
        {"\"turns\":[{\"time_ns\":1786113000000000000", "\"turns\":[{\"time_ns\":1786112999999999999",
         "lines that a series would not keep"},
        {"\"turns\":[{\"time_ns\":1786113000000000000", "\"turns\":[{\"time_ns\":1786113000000000001",
         "lines that a series would not keep"},
        {"\"turns\":[{", "\"turns\":[{}, {", "line 3 is none"},
        {"\"places\":1", "\"places\":0", "lines that a series would not keep"},
        {"\"places\":1", "\"places\":4096", "lines that a series would not keep"},
        {"\"places\":1", "\"places\":2049", NULL},
        {"\"odds\":[{\"time_ns\":1786113000000000000", "\"odds\":[{\"time_ns\":1786112999999999999",
         "lines that a series would not keep"},
        {"\"odds\":[{\"time_ns\":1786113000000000000", "\"odds\":[{\"time_ns\":1786113000000000001",
         "lines that a series would not keep"},
        {"\"message_at\":0}", "\"message_at\":2}", "line 3 is none"},
        {"\"message_at\":2}", "\"message_at\":3}", "line 3 is none"},
    };
    struct text text;
    text_init(&text, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct profile profile;
        struct onset_error err = {{0}};
        lie(rows[i].from, rows[i].to, &text);
        int status = read_text(text_span(&text), 1 << 20, &profile, &err);
        if (rows[i].reason)
            cr_expect(status < 0 && strstr(err.text, rows[i].reason), "row %zu (%s): '%s'", i, rows[i].to,
                      err.text);
        else
            cr_expect_eq(status, 0, "row %zu: %s", i, err.text);
        profile_done(&profile);
    }
    text_done(&text);
}

Test(profile_file, newest_time_is_in_the_first_line)
{
    struct text text;
    text_init(&text, 0);
    lie(NULL, NULL, &text);
    bool of_hosts;
    cr_expect_eq(profile_newest(text_span(&text), &of_hosts), 1786113000 * NS_PER_SECOND);
    cr_expect_eq(profile_newest(span_of("2026-08-07 a log line\n"), &of_hosts), TIME_NONE);
    cr_expect_not(of_hosts);
    text_done(&text);
}
