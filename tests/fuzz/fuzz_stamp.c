/* Any bytes, as lines: the cached reader answers as the plain one, and a stamp lies inside its line. */
#include "fuzz/fuzz.h"

#include "record/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND, .zone_minutes = 120};
    struct stamp_cache cache = {0};
    if (size && data[0] < 8) /* references that a broken clock gives */
        context.reference_ns = data[0] < 4 ? INT64_MIN + data[0] : INT64_MAX - data[0];
    if (size > 1 && data[1] < 2)
        context.order = data[1] ? STAMP_DAY_FIRST : STAMP_MONTH_FIRST;
    context.habits = size > 2 && data[2] < 8 ? data[2] : 0; /* any of enum stamp_habit */
    for (struct span rest = span_make(data, size); rest.len;) {
        struct span text;
        uint8_t *line = take_line(&rest, &text);
        struct stamp plain, cached;
        int64_t time_ns;
        uint8_t flags;
        bool found = stamp_find(text, &context, &plain);
        require(stamp_find_cached(&cache, text, &context, true, &cached) == found);
        if (found) {
            require(plain.time_ns == cached.time_ns && plain.begin == cached.begin &&
                    plain.end == cached.end && plain.severity == cached.severity &&
                    plain.flags == cached.flags);
            require(plain.begin <= plain.end && plain.end <= text.len && plain.end > 0);
        }
        if (stamp_parse(text, &context, &plain))
            require(plain.begin == 0 && plain.end <= text.len);
        if (stamp_find_far(text, &context, &plain))
            require(plain.begin < plain.end && plain.end <= text.len);
        stamp_order_told(text, &context);
        require(stamp_year_told(text, &context) <= 1);
        time_ns = 1786114800LL * NS_PER_SECOND;
        stamp_rezone(text, &context, &time_ns);
        stamp_value(text, &context, &time_ns, &flags);
        free(line);
    }
    return 0;
}
