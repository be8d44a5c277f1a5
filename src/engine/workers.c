/* Items are handed out in the order of the plan (a file's chunks one after the other), so that what is first
 * in time is mostly met first and exemplars are rarely replaced. */
#include "engine/workers.h"

#include "engine/saved.h"
#include "engine/scan_part.h"
#include "profile/profile_file.h"
#include "profile/rare.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define STREAM_BUFFER (1024 * 1024) /* four times the longest line */

struct crew {
    struct work *work;
    atomic_size_t next;
    atomic_ullong bytes_done;
    pthread_mutex_t mutex; /* guards running, and what workers write into the plan's files */
    pthread_cond_t ended;
    int running;
};

struct worker {
    struct crew *crew;
    struct profile profiles[2];
    pthread_t thread;
    uint8_t *head, *buffer;
    uint64_t reported; /* bytes of the file at hand that are in bytes_done */
    /* of the file whose chunks are being read, or NULL: its map, and a scanner that knows its head */
    struct plan_file *at;
    struct input input;
    struct source source;
    struct scanner *scanner;
    struct store_source known; /* of the source at hand, when it is learnt */
};

static void scan_map(struct scanner *s, const struct plan_item *item, struct input *input)
{
    size_t size = input->map_bytes;
    size_t to = item->to < size ? item->to : size;
    size_t at = item->from ? scanner_start(s, input->map, item->from < to ? item->from : to, to, size) : 0;
    if (at >= to && item->from)
        return;
    s->limit = to < size ? to : UINT64_MAX;
    scanner_feed(s, input->map + at, size - at, at, true);
    input_release(input, item->from, to);
}

/* Where the chunk begins. Two workers may look at once: they see the same. */
static struct cut cut_of(struct crew *crew, struct scanner *s, const struct plan_item *item, uint32_t chunk,
                         const struct input *input)
{
    struct plan_file *f = item->file;
    size_t bytes = item->chunk ? item->from / item->chunk : item->to, from = chunk * bytes;
    pthread_mutex_lock(&crew->mutex);
    struct cut cut = f->cuts[chunk];
    pthread_mutex_unlock(&crew->mutex);
    if (cut.looked || chunk == 0 || from >= input->map_bytes)
        return cut;
    size_t rest = input->map_bytes - from;
    bool last = chunk + 1 == f->chunk_count || rest < bytes;
    cut = cut_find(&s->reader, input->map, from, last ? input->map_bytes : from + bytes, input->map_bytes);
    pthread_mutex_lock(&crew->mutex);
    f->cuts[chunk] = cut;
    pthread_mutex_unlock(&crew->mutex);
    return cut;
}

/* Counted from the cut on, scanned from before it: see cut.h. */
static void scan_warm(struct scanner *s, struct crew *crew, const struct plan_item *item, struct input *input)
{
    struct cut cut = cut_of(crew, s, item, item->chunk, input), next = {0};
    if (item->chunk && !cut.found)
        return;
    for (uint32_t c = item->chunk + 1; c < item->file->chunk_count && !next.found; c++)
        next = cut_of(crew, s, item, c, input);
    size_t end = next.found ? next.at : input->map_bytes;
    if (cut.found) {
        struct profile aside, *profile = s->profile;
        profile_init(&aside);
        scanner_move(s, &aside);
        scanner_feed(s, input->map + cut.warm, cut.at - cut.warm, cut.warm, true);
        scanner_move(s, profile);
        profile_done(&aside);
        s->lines = 0;
    }
    scanner_feed(s, input->map + cut.at, end - cut.at, cut.at, true);
    input_release(input, cut.at, end);
}

static int scan_stream(struct scanner *s, struct worker *w, struct input *input, struct onset_error *err)
{
    size_t held = 0;
    uint64_t offset = 0;
    ssize_t n;
    do {
        n = input_read(input, w->buffer + held, STREAM_BUFFER - held, err);
        if (n > 0)
            held += (size_t)n;
        size_t used = scanner_feed(s, w->buffer, held, offset, n <= 0);
        offset += used;
        held -= used;
        memmove(w->buffer, w->buffer + used, held);
        atomic_fetch_add(&w->crew->bytes_done, input->bytes_raw - w->reported);
        w->reported = input->bytes_raw;
    } while (n > 0);
    return n < 0 ? -1 : 0;
}

/* What is behind `skip` bytes, up to the last newline: the line behind it is still being written. */
static int scan_new(struct scanner *s, struct worker *w, struct input *input, uint64_t skip,
                    uint64_t *ret_end, struct onset_error *err)
{
    size_t held = 0;
    uint64_t offset = 0;
    ssize_t n;
    while ((n = input_read(input, w->buffer + held, STREAM_BUFFER - held, err)) > 0) {
        held += (size_t)n;
        size_t used = skip - offset < held ? (size_t)(skip - offset) : held;
        if (offset >= skip)
            used = scanner_feed(s, w->buffer, held, offset, false);
        offset += used;
        held -= used;
        memmove(w->buffer, w->buffer + used, held);
        atomic_fetch_add(&w->crew->bytes_done, input->bytes_raw - w->reported);
        w->reported = input->bytes_raw;
    }
    if (held && offset == skip) /* what was read with the last of what is known */
        offset += scanner_feed(s, w->buffer, held, offset, false);
    *ret_end = offset;
    return n < 0 ? -1 : 0;
}

/* Chunks of one file may fail in several workers, all for one reason: the first one tells it. */
static void fail(struct crew *crew, struct plan_file *f, const struct onset_error *err)
{
    pthread_mutex_lock(&crew->mutex);
    if (!f->error.text[0])
        f->error = *err;
    pthread_mutex_unlock(&crew->mutex);
}

static struct learning *learning_of(const struct crew *crew, const struct plan_file *f)
{
    return f->role == ONSET_LOGS ? crew->work->learning : NULL;
}

/* It counts when all of it is good. */
static void add_saved(struct worker *w, struct plan_file *f, struct input *input, struct span head)
{
    struct profile saved, *sum = &w->profiles[f->role];
    struct store_source known;
    struct learning *learning = learning_of(w->crew, f);
    struct onset_error err;
    bool claimed = !learning || learning_claim(learning, "", head, &known);
    if (!claimed || (learning && known.id)) {
        if (claimed)
            learning_told(learning, &known, "", input->file->name, head, known.offset, known.lines);
        return;
    }
    int status = saved_read(input, w->buffer, STREAM_BUFFER, &saved, &err);
    if (status == 0 && saved.tally.lines > PROFILE_NUMBER_MAX - sum->tally.lines)
        status = error_set(&err, "'%s': with this one there would be more lines than can be counted",
                           input->file->name);
    if (status == 0) {
        profile_merge(sum, &saved);
        profile_make_room(sum);
    } else
        fail(w->crew, f, &err);
    if (status == 0 && learning)
        learning_told(learning, &known, "", input->file->name, head, head.len, saved.tally.lines);
    profile_done(&saved);
    atomic_fetch_add(&w->crew->bytes_done, f->file->size_bytes);
}

static void count_progress(void *context, const struct input *input)
{
    struct worker *w = context;
    atomic_fetch_add(&w->crew->bytes_done, input->bytes_raw - w->reported);
    w->reported = input->bytes_raw;
}

/* What failed is told when it is known how much text stands before it. */
static void scan_compressed_part(struct scanner *s, struct worker *w, const struct plan_item *item,
                                 struct input *input)
{
    struct plan_file *f = item->file;
    struct onset_error err = {{0}};
    struct part_scan scan = {.scanner = s,
                             .input = input,
                             .file = f,
                             .part = item->chunk,
                             .buffer = w->buffer,
                             .size = STREAM_BUFFER,
                             .ahead = w->crew->work->threads == 1,
                             .progress = count_progress,
                             .context = w};
    if (scan_part(&scan, &err) < 0) {
        fail(w->crew, f, &err);
        return;
    }
    if (!scan.broken_reason)
        return;
    pthread_mutex_lock(&w->crew->mutex);
    if (!f->broken_reason || scan.broken_part < f->broken_part) {
        f->broken_reason = scan.broken_reason;
        f->broken_part = scan.broken_part;
        f->broken_bytes = scan.broken_bytes;
    }
    pthread_mutex_unlock(&w->crew->mutex);
}

/* A scanner for a source, or NULL when there is nothing to scan: what is no text is dealt with here. */
static struct scanner *begin_source(struct worker *w, struct plan_file *f, struct input *input)
{
    struct crew *crew = w->crew;
    struct onset_error err = {{0}};
    ssize_t n = plan_head(input, w->head, &err);
    w->source = (struct source){.file = input->file->name,
                                .stream = input->file->stream,
                                .service = input->file->service,
                                .head = {w->head, n > 0 ? (size_t)n : 0},
                                .stamp = crew->work->plan->stamp};
    if (profile_recognise(w->source.head)) {
        add_saved(w, f, input, w->source.head);
        return NULL;
    }
    if (f->file->profile) { /* a member of an archive; of a file the plan knows it */
        error_set(&err, "'%s' is not a saved profile: 'onset profile' makes one", input->file->name);
        fail(crew, f, &err);
        return NULL;
    }
    if (input->file != f->file && head_is_binary(w->source.head)) { /* of a file the plan knows it */
        plan_binary_member(f, input->file);
        return NULL;
    }
    struct learning *learning = learning_of(crew, f);
    if (learning && !learning_claim(learning, w->source.service, w->source.head, &w->known))
        return NULL;
    struct scanner *s = memory_alloc(sizeof *s);
    profile_make_room(&w->profiles[f->role]);
    scanner_init(s, crew->work->kernel, &w->profiles[f->role], &w->source);
    return s;
}

static struct scanner *end_source(struct scanner *s)
{
    if (s)
        scanner_done(s);
    free(s);
    return NULL;
}

static void scan_learnt(struct scanner *s, struct worker *w, struct plan_file *f, struct input *input,
                        struct learning *learning)
{
    struct onset_error err;
    uint64_t end;
    s->lines = w->known.lines;
    if (scan_new(s, w, input, w->known.offset, &end, &err) < 0)
        fail(w->crew, f, &err);
    learning_told(learning, &w->known, w->source.service, w->source.file, w->source.head, end, s->lines);
}

/* A file, a chunk of one, or a member of an archive. */
static void scan_source(struct worker *w, const struct plan_item *item, struct input *input)
{
    struct plan_file *f = item->file;
    struct crew *crew = w->crew;
    struct learning *learning = learning_of(crew, f);
    struct onset_error err = {{0}};
    struct scanner *s = w->scanner;
    if (s)
        scanner_again(s);
    else if (!(s = begin_source(w, f, input)))
        return;
    s->chunk = item->chunk;
    if (learning) {
        scan_learnt(s, w, f, input, learning);
    } else if (f->parts) {
        scan_compressed_part(s, w, item, input);
    } else if (input->map) {
        if (f->cuts && f->chunk_count > 1)
            scan_warm(s, crew, item, input);
        else
            scan_map(s, item, input);
        atomic_fetch_add(&crew->bytes_done,
                         (item->to < input->map_bytes ? item->to : input->map_bytes) - item->from);
    } else if (scan_stream(s, w, input, &err) < 0) {
        fail(crew, f, &err);
    }
    w->profiles[f->role].tally.replaced += input_replaced(input);
    if (f->chunk_count == 1 || f->cuts)
        scanner_finish(s);
    f->chunk_lines[item->chunk] = s->lines; /* of an archive: of no use, and not used */
    w->scanner = f->chunk_count == 1 ? end_source(s) : s;
}

/* One after the other, as they come; also those of archives within it. Of several failures the first is told.
 */
static void scan_members(struct worker *w, const struct plan_item *item, struct input *archive)
{
    struct input member;
    struct onset_error err;
    int more;
    while ((more = input_next_member(archive, &member, &err)) > 0) {
        if (member.archive)
            scan_members(w, item, &member);
        else
            scan_source(w, item, &member);
        input_close(&member, NULL);
    }
    if (more < 0)
        fail(w->crew, item->file, &err);
}

static void close_file(struct worker *w, struct plan_file *f)
{
    bool short_read;
    input_close(&w->input, &short_read);
    if (short_read) {
        pthread_mutex_lock(&w->crew->mutex);
        f->short_read = true;
        pthread_mutex_unlock(&w->crew->mutex);
    }
}

/* No more chunks of the file for this worker. */
static void leave_file(struct worker *w)
{
    if (w->at && w->input.map)
        close_file(w, w->at);
    w->scanner = end_source(w->scanner);
    w->at = NULL;
}

static void scan_item(struct worker *w, const struct plan_item *item)
{
    struct plan_file *f = item->file;
    struct onset_error err;
    if (w->at != f)
        leave_file(w);
    w->reported = 0;
    if (!f->held && !w->input.map && input_open(&w->input, f->file, &err) < 0) {
        fail(w->crew, f, &err);
        return;
    }
    struct input *input = f->held ? f->held : &w->input;
    if (input->archive)
        scan_members(w, item, input);
    else
        scan_source(w, item, input);
    if (f->chunk_count > 1)
        w->at = f;
    if (!f->held && (!w->at || !input->map))
        close_file(w, f);
}

static void *worker_main(void *argument)
{
    struct worker *w = argument;
    struct crew *crew = w->crew;
    struct plan *plan = crew->work->plan;
    for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < plan->item_count;)
        scan_item(w, &plan->items[i]);
    leave_file(w);
    pthread_mutex_lock(&crew->mutex);
    crew->running--;
    pthread_cond_signal(&crew->ended);
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* Wait for the workers, telling progress ten times a second. */
static void watch(struct crew *crew)
{
    struct work *work = crew->work;
    pthread_mutex_lock(&crew->mutex);
    while (crew->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        if (until.tv_nsec >= NS_PER_SECOND) {
            until.tv_nsec -= NS_PER_SECOND;
            until.tv_sec++;
        }
        int rc = pthread_cond_timedwait(&crew->ended, &crew->mutex, &until);
        if (rc == ETIMEDOUT && work->progress)
            work->progress(work->context, atomic_load(&crew->bytes_done), work->plan->bytes);
    }
    pthread_mutex_unlock(&crew->mutex);
}

static struct chunk_base before_chunk(void *context, uint64_t file, uint32_t chunk)
{
    const struct plan_file *f = table_get(context, file);
    struct chunk_base base = {0, f && f->parts ? -((uint64_t)chunk << PART_SHIFT) : 0};
    for (uint32_t c = 0; f && c < chunk; c++) {
        base.lines += f->chunk_lines[c];
        base.bytes += f->chunk_bytes[c];
    }
    return base;
}

static void tell_broken_parts(struct plan *plan)
{
    for (size_t i = 0; i < plan->file_count; i++) {
        struct plan_file *f = &plan->files[i];
        if (!f->broken_reason || f->error.text[0])
            continue;
        uint64_t bytes = f->broken_bytes;
        for (uint32_t c = 0; c < f->broken_part; c++)
            bytes += f->chunk_bytes[c];
        error_set(&f->error, "'%s': %s after %llu bytes", f->file->name, f->broken_reason,
                  (unsigned long long)bytes);
    }
}

static void number_lines(struct work *work, struct profile *profiles)
{
    struct table files = {0};
    for (size_t i = 0; i < work->plan->file_count; i++) {
        struct plan_file *f = &work->plan->files[i];
        table_put(&files, profile_file_key(f->file->name), f);
    }
    for (int role = 0; role < 2; role++)
        profile_number_lines(&profiles[role], before_chunk, &files);
    table_done(&files);
}

void work_run(struct work *work)
{
    struct crew crew = {.work = work};
    pthread_mutex_init(&crew.mutex, NULL);
    pthread_cond_init(&crew.ended, NULL);
    size_t count = (size_t)(work->threads > 0 ? work->threads : 1);
    if (count > work->plan->item_count)
        count = work->plan->item_count ? work->plan->item_count : 1;
    struct worker *workers = memory_alloc(count * sizeof *workers);
    struct rare *rare = count > 1 ? memory_alloc(2 * sizeof *rare) : NULL; /* by role */
    crew.running = (int)count;
    for (size_t i = 0; i < count; i++) {
        struct worker *w = &workers[i];
        w->crew = &crew;
        profile_init(&w->profiles[0]);
        profile_init(&w->profiles[1]);
        for (int role = 0; role < 2; role++) {
            w->profiles[role].series_max = work->profiles[role].series_max;
            w->profiles[role].streams_max = work->profiles[role].streams_max;
            w->profiles[role].rare = rare ? &rare[role] : NULL;
        }
        w->head = memory_buffer(HEAD_BYTES);
        w->buffer = memory_buffer(STREAM_BUFFER);
        if (i && pthread_create(&w->thread, NULL, worker_main, w) != 0)
            w->thread = 0, crew.running--; /* fewer hands, same work */
    }
    /* Where nobody waits for news of the progress, the first worker is this thread: one less to start, and no
     * memory of its own. */
    if (!work->progress || pthread_create(&workers[0].thread, NULL, worker_main, &workers[0]) != 0) {
        workers[0].thread = 0;
        worker_main(&workers[0]);
    }
    watch(&crew);
    for (size_t i = 0; i < count; i++) {
        struct worker *w = &workers[i];
        if (w->thread)
            pthread_join(w->thread, NULL);
    }
    for (size_t i = 0; i < count; i++) {
        struct worker *w = &workers[i];
        number_lines(work, w->profiles); /* before the sum: places are compared in it */
        for (int role = 0; role < 2; role++) {
            w->profiles[role].rare = NULL;
            profile_take(&work->profiles[role], &w->profiles[role]);
            profile_make_room(&work->profiles[role]);
        }
        free(w->head);
        free(w->buffer);
    }
    free(workers);
    free(rare);
    profile_settle(&work->profiles[0]);
    profile_settle(&work->profiles[1]);
    tell_broken_parts(work->plan);
    plan_list_binary_members(work->plan);
    pthread_cond_destroy(&crew.ended);
    pthread_mutex_destroy(&crew.mutex);
}
