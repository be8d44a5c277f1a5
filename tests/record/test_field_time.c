/* What is read in short is what stamp_value reads: values as programs write them, with times by hand (date
 * -d), and all kinds of digits and marks against the long way. */
#include "record/field_time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct stamp_context about = {.reference_ns = 1800000000 * NS_PER_SECOND};

/* The value by the day that `before` taught, if that is not empty. */
static bool read(const char *before, const char *value, int64_t *ret_ns, uint8_t *ret_flags)
{
    struct field_day day = {0};
    int64_t ns;
    uint8_t flags;
    if (*before) {
        cr_assert(stamp_value(span_of(before), &about, &ns, &flags), "%s", before);
        field_time_keep(&day, span_of(before), ns, flags);
        cr_assert(day.known, "%s", before);
    }
    return field_time_again(&day, span_of(value), ret_ns, ret_flags);
}

Test(field_time, reads_what_programs_write)
{
    static const struct {
        const char *before, *value;
        int64_t ns;
        uint8_t flags;
    } rows[] = {
        {"", "1786113065", 1786113065000000000, 0},
        {"", "1786113065.5", 1786113065500000000, 0},         /* zap */
        {"", "1786113065.1234567", 1786113065123456700, 0},   /* zap */
        {"", "1786113065.123456789", 1786113065123456789, 0}, /* caddy */
        {"", "1786113065123", 1786113065123000000, 0},        /* pino */
        {"2026-08-07T00:00:00Z", "2026-08-07T14:31:05Z", 1786113065000000000, 0},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05.003134718Z", 1786113065003134718, 0},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05Z", 1786113065000000000, 0},
        {"2026-08-07T16:31:05.123+02:00", "2026-08-07T23:59:59.5+02:00", 1786139999500000000, 0},
        {"2026-08-07T00:00:00-0700", "2026-08-07T07:31:05-0700", 1786113065000000000, 0},
        {"2026-08-07 00:00:00,000", "2026-08-07 14:31:05,123", 1786113065123000000,
         STAMP_NO_ZONE}, /* Python */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ns;
        uint8_t flags;
        cr_expect(read(rows[i].before, rows[i].value, &ns, &flags), "%s", rows[i].value);
        cr_expect(ns == rows[i].ns && flags == rows[i].flags, "%s: %lld", rows[i].value, (long long)ns);
    }
}

Test(field_time, leaves_the_rest)
{
    static const char *const rows[][2] = {
        {"", "178611306"},
        {"", "17861130651"},
        {"", "1786113065."},
        {"", "1786113065.1234567891"},
        {"", "17861130651a3"},
        {"", "0586113065"}, /* 1988 */
        {"", "4102444800"}, /* 2100 */
        {"", "2026-08-07T14:31:05Z"},
        {"2026-08-07T00:00:00Z", "2026-08-08T14:31:05Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07 14:31:05Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T24:00:00Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T14:60:00Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T14:31:60Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T14-31:05Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T1a:31:05Z"},
        {"2026-08-07T00:00:00Z", "2026-08-07T14:31:05"},
        {"2026-08-07T00:00:00Z", "2026-08-07T14:31:05+01:00"},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05,1Z"},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05.Z"},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05.1234567890Z"},
        {"2026-08-07T00:00:00.1Z", "2026-08-07T14:31:05.12x4Z"},
        {"2026-08-07T00:00:00.1+02:00", "2026-08-07T14:31:05.1+03:00"},
        {"2026-08-07T00:00:00.1+02:00", "2026-08-07T14:31:05.1Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ns;
        uint8_t flags;
        cr_expect_not(read(rows[i][0], rows[i][1], &ns, &flags), "%s", rows[i][1]);
    }
}

Test(field_time, reads_as_the_long_way)
{
    static const char *const samples[] = {"1786113065.123456",
                                          "1786113065123",
                                          "2026-08-07T14:31:05.123Z",
                                          "2026-08-07 14:31:05,123",
                                          "2026-08-07T16:31:05.003134718+02:00",
                                          "2026-08-07T14:31:05Z"};
    static const char others[] = "0123456789:.,-+TZ ";
    struct field_day day = {0};
    uint64_t random = 7;
    size_t known = 0;
    for (unsigned i = 0; i < 400000; i++) {
        char text[64];
        size_t n = strlen(strcpy(text, samples[i / 64 % 6]));
        for (unsigned changes = i % 4; changes > 0; changes--) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            size_t at = (random >> 33) % n;
            text[at] = others[(random >> 48) % (sizeof others - 1)];
            n = (random >> 28) % 16 ? n : at + 1;
        }
        struct span value = span_make(text, n);
        int64_t ns, short_ns;
        uint8_t flags, short_flags;
        bool read_long = stamp_value(value, &about, &ns, &flags);
        if (field_time_again(&day, value, &short_ns, &short_flags)) {
            known++;
            cr_assert(read_long && ns == short_ns && flags == short_flags, "%.*s: %lld, %lld", (int)n, text,
                      (long long)short_ns, (long long)ns);
        } else if (read_long) {
            field_time_keep(&day, value, ns, flags);
        }
    }
    cr_expect_gt(known, (size_t)100000, "%zu", known);
}
