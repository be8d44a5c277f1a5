/* Why two looks at each head: a year that one source lacks is often written in another, and only the engine
 * sees both. */
#include "engine/plan.h"

#include "profile/profile_file.h"
#include "profile/store.h"

#include <pthread.h>
#include <stdatomic.h>

#define HALF_YEAR_NS (183 * 86400 * NS_PER_SECOND)
/* How far the look goes into an archive, in bytes of its members: to pass over a compressed member is to
 * decode it, which takes about 0.1 s for so many. */
#define LOOK_BYTES ((uint64_t)64 << 20)

ssize_t plan_head(struct input *input, uint8_t *buffer, struct onset_error *err)
{
    return input_peek(input, buffer, HEAD_BYTES, err);
}

struct look { /* at all heads */
    const struct stamp_context *stamp;
    uint8_t *buffer;
    int64_t newest, ahead; /* ahead: the newest that is more than a day ahead of now */
    int64_t open;          /* the newest of dates that could be read in another order */
};

static void newer(int64_t *newest, int64_t time_ns)
{
    if (time_ns != TIME_NONE && time_ns > *newest)
        *newest = time_ns;
}

/* How it may be cut into chunks, as far as its head tells. */
static enum cutting look_at_head(struct look *look, struct span head)
{
    struct line_reader reader;
    line_reader_init(&reader, look->stamp);
    line_reader_learn(&reader, head);
    int64_t ahead;
    newer(reader.order_open ? &look->open : &look->newest, line_reader_newest(&reader, head, &ahead));
    newer(&look->ahead, ahead);
    enum cutting cutting = !reader.stamped || reader.whole ? CUT_NOWHERE
                           : reader.sequential             ? CUT_BY_WARMTH
                                                           : CUT_AT_LINES;
    line_reader_done(&reader);
    return cutting;
}

static struct span read_head(struct look *look, struct input *input)
{
    struct onset_error ignored; /* met again, and reported, by the scan */
    ssize_t n = plan_head(input, look->buffer, &ignored);
    return span_make(look->buffer, n > 0 ? (size_t)n : 0);
}

/* Only for what members say of the year. Archives within it are left to the scan. */
static void look_inside(struct look *look, struct input *archive)
{
    struct input member;
    struct onset_error ignored;
    for (uint64_t passed = 0; passed < LOOK_BYTES && input_next_member(archive, &member, &ignored) > 0;) {
        passed += member.file->size_bytes;
        struct span head = read_head(look, &member);
        if (!head_is_binary(head))
            look_at_head(look, head);
        input_close(&member, NULL);
    }
}

static void look_at(struct look *look, struct plan_file *f, size_t chunk_bytes)
{
    struct input *input = memory_alloc(sizeof *input);
    if (input_open(input, f->file, &f->error) < 0) {
        free(input);
        return;
    }
    bool once = strcmp(f->file->path, "-") == 0 || !f->file->regular;
    if (input->archive && !once) {
        look_inside(look, input);
    } else if (!input->archive) {
        struct span head = read_head(look, input);
        f->profile = profile_recognise(head);
        f->store = store_recognise(head);
        f->binary = !f->profile && !f->store && head_is_binary(head);
        if (f->profile)
            newer(&look->newest, profile_newest(head, &f->of_hosts));
        else if (!f->binary && !f->store)
            f->cutting = look_at_head(look, head);
        if (f->cutting == CUT_AT_LINES && !once && !input->map && chunk_bytes != SIZE_MAX)
            f->chunk_count = (uint32_t)input_parts(input, chunk_bytes, &f->parts);
        if (!input->map && !f->parts)
            f->cutting = CUT_NOWHERE;
        if (f->store && f->role == ONSET_LOGS)
            error_set(&f->error, "'%s' is a baseline, not a log: name it with --baseline", f->file->name);
        else if (f->file->profile && !f->profile)
            error_set(&f->error, "'%s' is not a saved profile: 'onset profile' makes one", f->file->name);
    }
    if (once) {
        f->held = input;
        return;
    }
    input_close(input, NULL);
    free(input);
}

struct looker {
    pthread_t thread;
    struct plan *plan;
    size_t chunk_bytes;
    atomic_size_t *next;
    struct look look;
};

static void *looker_main(void *argument)
{
    struct looker *l = argument;
    l->look = (struct look){&l->plan->stamp, memory_buffer(HEAD_BYTES), TIME_NONE, TIME_NONE, TIME_NONE};
    for (size_t i; (i = atomic_fetch_add(l->next, 1)) < l->plan->file_count;)
        look_at(&l->look, &l->plan->files[i], l->chunk_bytes);
    free(l->look.buffer);
    return NULL;
}

/* Many small compressed files are a third decoded by a look at their heads: so that is shared, too. */
static struct look look_at_all(struct plan *plan, size_t chunk_bytes, int threads)
{
    enum { LOOKERS_MAX = 64, FILES_EACH = 16 };
    size_t count = plan->file_count / FILES_EACH,
           most = threads > LOOKERS_MAX ? LOOKERS_MAX : (size_t)threads;
    count = count > most ? most : count ? count : 1;
    atomic_size_t next = 0;
    struct looker lookers[LOOKERS_MAX];
    struct look all = {.newest = TIME_NONE, .ahead = TIME_NONE, .open = TIME_NONE};
    for (size_t i = 0; i < count; i++) {
        lookers[i] = (struct looker){.plan = plan, .chunk_bytes = chunk_bytes, .next = &next};
        if (i && pthread_create(&lookers[i].thread, NULL, looker_main, &lookers[i]) != 0)
            count = i; /* fewer eyes, same work */
    }
    looker_main(&lookers[0]);
    for (size_t i = 0; i < count; i++) {
        if (i)
            pthread_join(lookers[i].thread, NULL);
        newer(&all.newest, lookers[i].look.newest);
        newer(&all.ahead, lookers[i].look.ahead);
        newer(&all.open, lookers[i].look.open);
    }
    return all;
}

static void cut(struct plan *plan, size_t chunk_bytes, int threads)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        if (f->cutting == CUT_BY_WARMTH && threads == 1) /* a cut costs a little */
            f->cutting = CUT_NOWHERE;
        uint64_t size = f->cutting != CUT_NOWHERE ? f->file->size_bytes : 0;
        if (!f->parts)
            f->chunk_count = size > chunk_bytes ? (uint32_t)((size + chunk_bytes - 1) / chunk_bytes) : 1;
        f->chunk_lines = memory_alloc(f->chunk_count * sizeof *f->chunk_lines);
        f->chunk_bytes = memory_alloc(f->chunk_count * sizeof *f->chunk_bytes);
        if (f->cutting == CUT_BY_WARMTH)
            f->cuts = memory_alloc(f->chunk_count * sizeof *f->cuts);
        count += f->chunk_count;
        plan->bytes += f->file->size_bytes;
    }
    plan->items = memory_alloc((count + 1) * sizeof *plan->items);
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        if (f->error.text[0] || f->binary || f->store)
            continue;
        for (uint32_t c = 0; c < f->chunk_count; c++)
            plan->items[plan->item_count++] =
                (struct plan_item){f, c, (size_t)c * chunk_bytes,
                                   c + 1 == f->chunk_count ? SIZE_MAX : (size_t)(c + 1) * chunk_bytes};
    }
}

/* When the last of all inputs was written to; TIME_NONE when one does not tell, or one tells what cannot be.
 */
static int64_t last_written(const struct plan *plan, int64_t now_ns)
{
    const int64_t oldest_ns =
        1000000000 * NS_PER_SECOND; /* 2001: packers write 1970 and 1980 for "not known" */
    int64_t last = TIME_NONE;
    for (size_t i = 0; i < plan->file_count; i++) {
        int64_t written = plan->files[i].file->written_ns;
        if (written < oldest_ns || written > now_ns)
            return TIME_NONE;
        last = written > last ? written : last;
    }
    return last;
}

void plan_make(struct plan *plan, size_t chunk_bytes, int threads, int zone_minutes, int64_t at_ns,
               int64_t now_ns, bool now_given)
{
    plan->file_count = plan->lists[0].count + plan->lists[1].count;
    plan->files = memory_alloc((plan->file_count + 1) * sizeof *plan->files);
    plan->stamp = (struct stamp_context){.reference_ns = now_ns, .zone_minutes = zone_minutes};
    int64_t written = TIME_NONE;
    size_t n = 0;
    for (int role = 0; role < 2; role++)
        for (size_t i = 0; i < plan->lists[role].count; i++) {
            struct plan_file *f = &plan->files[n++];
            f->file = &plan->lists[role].files[i];
            f->role = role;
        }
    struct look look = look_at_all(plan, chunk_bytes, threads);
    if (!now_given)
        written = last_written(plan, now_ns);
    int64_t near = look.newest != TIME_NONE ? look.newest : at_ns != TIME_NONE ? at_ns : written;
    plan->stamp.near_ns = near != TIME_NONE ? near : 0;
    newer(&look.newest, look.open);
    int64_t day = at_ns != TIME_NONE ? at_ns : look.newest;
    plan->stamp.day_ns = day != TIME_NONE ? day : 0;
    /* a clock that is ahead is believed when no other is there */
    int64_t newest = look.newest != TIME_NONE ? look.newest : look.ahead;
    /* a year that is not written is the one nearest to the newest that is, or to the time of the page; else
     * the last that fits before the files were written, or before now */
    if (newest == TIME_NONE && at_ns == TIME_NONE && written != TIME_NONE)
        plan->stamp.reference_ns = written;
    if (at_ns != TIME_NONE && at_ns > newest)
        newest = at_ns;
    if (newest != TIME_NONE && (newest + HALF_YEAR_NS < now_ns || newest > now_ns))
        plan->stamp.reference_ns = newest + HALF_YEAR_NS;
    cut(plan, chunk_bytes, threads);
}

void plan_binary_member(struct plan_file *archive, const struct input_file *member)
{
    if (archive->binary_count == archive->binary_size) {
        archive->binary_size = archive->binary_size ? archive->binary_size * 2 : 16;
        archive->binary_members =
            memory_resize(archive->binary_members, archive->binary_size * sizeof *archive->binary_members);
    }
    size_t bytes = strlen(member->name) + 1;
    char *name = memory_alloc(bytes);
    memcpy(name, member->name, bytes);
    archive->binary_members[archive->binary_count++] = (struct input_file){.name = name};
}

void plan_list_binary_members(struct plan *plan)
{
    size_t files = plan->file_count, count = files;
    for (size_t i = 0; i < files; i++)
        count += plan->files[i].binary_count;
    if (count == files)
        return;
    free(plan->items); /* they point into the files, which may move */
    plan->items = NULL;
    plan->item_count = 0;
    plan->files = memory_resize(plan->files, count * sizeof *plan->files);
    for (size_t i = 0; i < files; i++)
        for (size_t m = 0; m < plan->files[i].binary_count; m++)
            plan->files[plan->file_count++] = (struct plan_file){
                .file = &plan->files[i].binary_members[m], .role = plan->files[i].role, .binary = true};
}

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->file_count; i++) {
        if (plan->files[i].held) {
            input_close(plan->files[i].held, NULL);
            free(plan->files[i].held);
        }
        free(plan->files[i].chunk_lines);
        free(plan->files[i].chunk_bytes);
        free(plan->files[i].parts);
        free(plan->files[i].cuts);
        for (size_t m = 0; m < plan->files[i].binary_count; m++)
            input_file_done(&plan->files[i].binary_members[m]);
        free(plan->files[i].binary_members);
    }
    free(plan->files);
    free(plan->items);
    input_list_done(&plan->lists[0]);
    input_list_done(&plan->lists[1]);
}
