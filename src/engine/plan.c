/* Why two looks at each head: a year that one source lacks is often written in another, and only the engine
 * sees both. */
#include "engine/plan.h"

#define HALF_YEAR_NS (183 * 86400 * NS_PER_SECOND)

ssize_t plan_head(struct input *input, uint8_t *buffer, struct onset_error *err)
{
    return input_peek(input, buffer, HEAD_BYTES, err);
}

static void look(struct plan_file *f, const struct stamp_context *stamp, uint8_t *buffer, int64_t *newest)
{
    struct input *input = memory_alloc(sizeof *input);
    if (input_open(input, f->file, &f->error) < 0) {
        free(input);
        return;
    }
    struct onset_error ignored; /* met again, and reported, by the scan */
    ssize_t n = plan_head(input, buffer, &ignored);
    struct span head = {buffer, n > 0 ? (size_t)n : 0};
    f->binary = head_is_binary(head);
    if (!f->binary) {
        struct line_reader reader;
        line_reader_init(&reader, stamp);
        line_reader_learn(&reader, head);
        int64_t time_ns = line_reader_newest(&reader, head);
        if (time_ns != TIME_NONE && time_ns > *newest)
            *newest = time_ns;
        f->cuttable = input->map && reader.stamped && !reader.sequential;
        line_reader_done(&reader);
    }
    if (strcmp(f->file->path, "-") == 0) {
        f->held = input;
        return;
    }
    input_close(input, NULL);
    free(input);
}

static void cut(struct plan *plan, size_t chunk_bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        uint64_t size = f->cuttable ? f->file->size_bytes : 0;
        f->chunk_count = size > chunk_bytes ? (uint32_t)((size + chunk_bytes - 1) / chunk_bytes) : 1;
        f->chunk_lines = memory_alloc(f->chunk_count * sizeof *f->chunk_lines);
        count += f->chunk_count;
        plan->bytes += f->file->size_bytes;
    }
    plan->items = memory_alloc((count + 1) * sizeof *plan->items);
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        if (f->error.text[0] || f->binary)
            continue;
        for (uint32_t c = 0; c < f->chunk_count; c++)
            plan->items[plan->item_count++] =
                (struct plan_item){f, c, (size_t)c * chunk_bytes,
                                   c + 1 == f->chunk_count ? SIZE_MAX : (size_t)(c + 1) * chunk_bytes};
    }
}

void plan_make(struct plan *plan, size_t chunk_bytes, int zone_minutes, int64_t at_ns, int64_t now_ns)
{
    plan->file_count = plan->lists[0].count + plan->lists[1].count;
    plan->files = memory_alloc((plan->file_count + 1) * sizeof *plan->files);
    plan->stamp = (struct stamp_context){.reference_ns = now_ns, .zone_minutes = zone_minutes};
    uint8_t *buffer = memory_alloc(HEAD_BYTES);
    int64_t newest = TIME_NONE;
    size_t n = 0;
    for (int role = 0; role < 2; role++)
        for (size_t i = 0; i < plan->lists[role].count; i++) {
            struct plan_file *f = &plan->files[n++];
            f->file = &plan->lists[role].files[i];
            f->role = role;
            look(f, &plan->stamp, buffer, &newest);
        }
    free(buffer);
    /* a year that is not written is the one nearest to the newest that is, or to the time of the page, or to
     * now */
    if (at_ns != TIME_NONE && at_ns > newest)
        newest = at_ns;
    if (newest != TIME_NONE && newest + HALF_YEAR_NS < now_ns)
        plan->stamp.reference_ns = newest + HALF_YEAR_NS;
    cut(plan, chunk_bytes);
}

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->file_count; i++) {
        if (plan->files[i].held) {
            input_close(plan->files[i].held, NULL);
            free(plan->files[i].held);
        }
        free(plan->files[i].chunk_lines);
    }
    free(plan->files);
    free(plan->items);
    input_list_done(&plan->lists[0]);
    input_list_done(&plan->lists[1]);
}
