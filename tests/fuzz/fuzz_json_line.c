/* A line as one JSON object: its fields, its message, its summary, its time. */
#include "fuzz/fields.h"
#include "record/json_line.h"
#include "record/json_time.h"

static void read_line(struct span text, struct fields *fields, struct scratch *scratch)
{
    int64_t time_ns;
    uint8_t flags;
    if (json_line_likely(text)) {
        bool whole = json_line_read(text, fields, scratch);
        touch_fields(fields, scratch);
        if (whole)
            touch(json_line_summary(text, fields->names, TELLING_ANY, scratch));
    }
    if (json_time_find(text, fields->context, &time_ns, &flags))
        require(time_ns > 0 && !(flags & (STAMP_NO_DATE | STAMP_NO_YEAR)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    return read_lines(bytes, size, read_line);
}
