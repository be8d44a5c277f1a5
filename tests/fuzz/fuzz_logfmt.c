/* A line as pairs of name=value. */
#include "fuzz/fields.h"
#include "record/logfmt.h"

static void read_line(struct span text, struct fields *fields, struct scratch *scratch)
{
    if (!logfmt_read(text, fields))
        return;
    require(fields->count >= 2);
    touch_fields(fields, scratch);
    touch(logfmt_summary(text, fields->names, scratch));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    return read_lines(bytes, size, read_line);
}
