#include "engine/formats.h"

#include "engine/reading.h"

static void read_file(struct reading *r, struct plan_file *f, const struct plan *plan,
                      const struct kernel *kernel, struct formats_row *row)
{
    struct profile profile;
    struct reading_line line;
    profile_init(&profile);
    if (reading_open(r, f, &plan->stamp, kernel, &profile) == 0) {
        struct scanner *s = &r->scanner;
        row->format = line_format_name(s->reader.format);
        row->stamped = s->reader.stamped;
        row->sequential = s->reader.sequential;
        while (reading_next(r, &line))
            scanner_feed(s, line.bytes.ptr, line.bytes.len, line.offset, line.last);
        scanner_finish(s);
        row->tally = profile.tally;
    }
    reading_close(r);
    profile_done(&profile);
}

struct formats_row *formats(struct plan *plan, const struct kernel *kernel, size_t *ret_count)
{
    struct formats_row *rows = memory_alloc((plan->file_count + 1) * sizeof *rows);
    struct reading *r = memory_alloc(sizeof *r);
    size_t count = 0;
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        if (f->role != ONSET_LOGS)
            continue;
        struct formats_row *row = &rows[count++];
        row->source = f->file->name;
        row->format = f->binary ? "binary" : "unreadable";
        if (reading_wanted(f))
            read_file(r, f, plan, kernel, row);
    }
    free(r);
    *ret_count = count;
    return rows;
}
