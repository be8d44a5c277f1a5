#include "engine/formats.h"

#include "engine/reading.h"

struct look {
    struct formats *formats;
    const struct plan *plan;
    const struct kernel *kernel;
    struct reading reading;
};

static struct formats_row *add_row(struct formats *formats, const char *source, const char *format)
{
    if (formats->count == formats->size) {
        formats->size = formats->size ? 2 * formats->size : 64;
        formats->rows = memory_resize(formats->rows, formats->size * sizeof *formats->rows);
    }
    struct formats_row *row = &formats->rows[formats->count++];
    char *name = memory_alloc(strlen(source) + 1);
    *row = (struct formats_row){.source = strcpy(name, source), .format = format};
    return row;
}

static int look_at_source(void *context, struct plan_file *f, struct input *input)
{
    struct look *look = context;
    struct reading *r = &look->reading;
    struct profile profile;
    struct reading_line line;
    profile_init(&profile);
    if (reading_open(r, f, input, &look->plan->stamp, look->kernel, &profile)) {
        struct scanner *s = &r->scanner;
        struct formats_row *row =
            add_row(look->formats, input->file->name, line_format_name(s->reader.format));
        row->stamped = s->reader.stamped;
        row->sequential = s->reader.whole;
        while (reading_next(r, &line))
            scanner_feed(s, line.bytes.ptr, line.bytes.len, line.offset, line.last);
        scanner_finish(s);
        row->tally = profile.tally;
        row->tally.replaced = input_replaced(input);
    }
    reading_close(r);
    profile_done(&profile);
    return 0;
}

static int compare_rows(const void *a, const void *b)
{
    const struct formats_row *x = a, *y = b;
    return strcmp(x->source, y->source);
}

void formats_read(struct formats *ret_formats, struct plan *plan, const struct kernel *kernel)
{
    *ret_formats = (struct formats){0};
    struct look *look = memory_alloc(sizeof *look);
    look->formats = ret_formats;
    look->plan = plan;
    look->kernel = kernel;
    for (size_t i = 0; i < plan->file_count; i++)
        if (plan->files[i].error.text[0] && plan->files[i].role == ONSET_LOGS)
            add_row(ret_formats, plan->files[i].file->name, "unreadable");
    reading_sources(plan, look_at_source, look);
    for (size_t i = 0; i < plan->file_count; i++) /* members too, now */
        if (plan->files[i].binary && plan->files[i].role == ONSET_LOGS)
            add_row(ret_formats, plan->files[i].file->name, "binary");
    free(look);
    qsort(ret_formats->rows, ret_formats->count, sizeof *ret_formats->rows, compare_rows);
}

void formats_done(struct formats *formats)
{
    for (size_t i = 0; i < formats->count; i++)
        free((char *)formats->rows[i].source);
    free(formats->rows);
    *formats = (struct formats){0};
}
