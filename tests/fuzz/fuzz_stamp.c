/* Any bytes, as lines: the cached reader answers as the plain one, and a stamp lies inside its line. */
#include <stdlib.h>

#include "record/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stamp_context context = {.reference_ns = 1786114800LL * NS_PER_SECOND, .zone_minutes = 120};
    struct stamp_cache cache = {0};
    if (size && data[0] < 8) /* references that a broken clock gives */
        context.reference_ns = data[0] < 4 ? INT64_MIN + data[0] : INT64_MAX - data[0];
    for (size_t at = 0; at < size;) {
        const uint8_t *newline = memchr(data + at, '\n', size - at);
        size_t len = newline ? (size_t)(newline - data) - at : size - at;
        uint8_t *line = malloc(len ? len : 1); /* a block of its own: a read past the end is seen */
        memcpy(line, data + at, len);
        struct span text = span_make(line, len);
        struct stamp plain, cached;
        int64_t time_ns;
        uint8_t flags;
        bool found = stamp_find(text, &context, &plain);
        require(stamp_find_cached(&cache, text, &context, true, &cached) == found);
        if (found) {
            require(plain.time_ns == cached.time_ns && plain.begin == cached.begin &&
                    plain.end == cached.end && plain.severity == cached.severity &&
                    plain.flags == cached.flags);
            require(plain.begin <= plain.end && plain.end <= len && plain.end > 0);
        }
        if (stamp_parse(text, &context, &plain))
            require(plain.begin == 0 && plain.end <= len);
        stamp_value(text, &context, &time_ns, &flags);
        free(line);
        at += len + 1;
    }
    return 0;
}
