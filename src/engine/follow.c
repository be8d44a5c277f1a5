/* One thread, one loop: wait, read what has come, judge when it says something new.
 *
 * What is there at the start is the past; if that is less than the time to learn, so is what comes until
 * then. From then on lines go into a profile of their own, and what is judged is that profile with the past
 * as baseline. When it has watched an hour in peace it is added to the past, so memory and the cost of
 * judging stay what they are however long it runs. */
#include "engine/follow.h"

#include "engine/scanner.h"
#include "input/tail.h"
#include "input/tail_journal.h"
#include "report/report_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define MS_NS      INT64_C(1000000)
#define TICK_NS    (1 * NS_PER_SECOND)  /* files are looked at without being told */
#define RECHECK_NS (10 * NS_PER_SECOND) /* judged again although nothing new was said: surges */
/* For so long after something new was said it is judged so often, while more lines come: one error tells
 * little, the tenth that is like it much. */
#define YOUNG_NS         (30 * NS_PER_SECOND)
#define RECHECK_YOUNG_NS (100 * MS_NS)
#define JUDGE_SHARE      3             /* for each second of judging, so many of not judging */
#define CAUGHT_UP_NS     (300 * MS_NS) /* a pipe that is silent for so long has told its history */
#define PEACE_NS         (3600 * NS_PER_SECOND)
#define WAR_NS           (2 * 3600 * NS_PER_SECOND) /* after so long a trouble counts as normal */
#define UPDATE_NS        (5 * NS_PER_SECOND)
#define UPDATE_SHARE     0.2                 /* of confidence */
#define DRAIN_NS         (3 * NS_PER_SECOND) /* told to end, it reads for so long what is there already */
#define DRAIN_BYTES      ((uint64_t)1 << 20) /* ... of a pipe: what one holds */
#define FAINT            0.05                /* hypotheses below are not worth an interruption */
#define SMALL_HEAD       4096
#define FLOW_BYTES       ((size_t)1 << 20)
#define FOLDERS_MAX      64 /* of journals */
#define TOLD_MAX         4096

struct followed {            /* a stream that is read */
    struct scanner *scanner; /* NULL: nothing has come yet */
    struct source source;
    uint8_t *head;
    size_t head_bytes, learnt; /* learnt: bytes of it that the scanner knows */
    bool untimed, binary;
    struct table lines; /* of each version so far */
};

struct flow { /* what has no place to go back to: standard input, a journal */
    struct followed *followed;
    struct input_file file;
    uint8_t *buffer;
    size_t held;
    uint64_t offset;
};

struct followed_journal {
    struct flow flow;
    struct tail_journal *tail;
    char *folder; /* "" for that of this machine */
};

struct told { /* a candidate that was printed */
    uint64_t key;
    size_t rank;
    double confidence;
    int64_t told_ns;
};

struct watch {
    struct follow *f;
    struct tail_set *tails;
    struct profile *into; /* past while learning, then own */
    struct followed **followed;
    size_t followed_count, followed_size;
    uint64_t sources; /* so far */
    struct flow pipe;
    struct followed_journal *journals;
    size_t journal_count;
    bool pipe_open, started;
    int64_t drain_until_ns;     /* 0: not told to end */
    uint64_t pipe_stop_bytes;   /* where to leave the pipe then */
    int64_t start_ns, clock_ns; /* wall clock: at the start, and now */
    int64_t pipe_read_ns;
    struct told *told;
    size_t told_count;
    bool found, over;
    int verdict; /* of the whole: something was found at some time */
    int64_t judged_ns, judge_next_ns, young_until_ns;
    size_t judged_series;
    uint64_t judged_records;
};

static int64_t clock_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Reading */

static struct followed *followed_new(struct watch *w, const struct input_file *file)
{
    struct followed *d = memory_alloc(sizeof *d);
    d->source = (struct source){
        .file = file->name, .stream = file->stream, .service = file->service, .stamp = w->f->stamp};
    d->head = memory_alloc(HEAD_BYTES);
    if (w->followed_count == w->followed_size) {
        w->followed_size = w->followed_size ? w->followed_size * 2 : 16;
        w->followed = memory_resize(w->followed, w->followed_size * sizeof(struct followed *));
    }
    w->sources++;
    return w->followed[w->followed_count++] = d;
}

static void scanner_drop(struct followed *d)
{
    if (d->scanner) {
        scanner_finish(d->scanner);
        scanner_done(d->scanner);
        free(d->scanner);
        d->scanner = NULL;
    }
}

static void followed_free(struct followed *d)
{
    scanner_drop(d);
    table_done(&d->lines);
    free(d->head);
    free(d);
}

/* Begin, or begin again, with what the first bytes teach. */
static void learn_format(struct watch *w, struct followed *d)
{
    uint64_t lines = d->scanner ? d->scanner->lines : 0;
    scanner_drop(d);
    d->learnt = d->head_bytes;
    d->source.head = span_make(d->head, d->head_bytes);
    d->binary = head_is_binary(d->source.head);
    if (d->binary)
        return;
    d->scanner = memory_alloc(sizeof *d->scanner);
    scanner_init(d->scanner, w->f->kernel, w->into, &d->source);
    d->scanner->lines = lines;
    d->scanner->shares_profile = true;
    d->untimed = d->scanner->by_order;
    d->scanner->by_order = false; /* they have the time at which they came */
}

static void keep_head(struct followed *d, struct span bytes)
{
    size_t room = HEAD_BYTES - d->head_bytes, n = bytes.len < room ? bytes.len : room;
    memcpy(d->head + d->head_bytes, bytes.ptr, n);
    d->head_bytes += n;
}

static size_t feed(struct watch *w, struct followed *d, uint64_t version, uint64_t offset, struct span bytes,
                   bool end)
{
    if (!d->scanner && !d->binary) {
        if (!end && !memchr(bytes.ptr, '\n', bytes.len) && bytes.len < HEAD_BYTES)
            return 0;
        keep_head(d, bytes);
        learn_format(w, d);
        d->head_bytes = 0; /* kept below, as far as it is used */
    }
    if (d->binary)
        return bytes.len;
    struct scanner *s = d->scanner;
    s->lines = (uint64_t)(uintptr_t)table_get(&d->lines, key_mix(version, 1));
    if (d->untimed)
        s->inherit_ns = w->clock_ns;
    size_t used = scanner_feed(s, bytes.ptr, bytes.len, offset, end);
    table_put(&d->lines, key_mix(version, 1), (void *)(uintptr_t)s->lines);
    if (d->head_bytes < HEAD_BYTES)
        keep_head(d, span_make(bytes.ptr, used));
    if (d->learnt < HEAD_BYTES &&
        (d->head_bytes == HEAD_BYTES || (d->learnt < SMALL_HEAD && d->head_bytes >= SMALL_HEAD)))
        learn_format(w, d);
    return used;
}

static size_t take_lines(void *context, struct tail_stream *stream, uint64_t version, uint64_t offset,
                         struct span bytes, bool end)
{
    struct watch *w = context;
    if (!stream->user)
        stream->user = followed_new(w, &stream->file);
    return feed(w, stream->user, version, offset, bytes, end);
}

static void forget_stream(void *context, struct tail_stream *stream)
{
    struct watch *w = context;
    size_t at = 0;
    while (at < w->followed_count && w->followed[at] != stream->user)
        at++;
    if (at == w->followed_count)
        return;
    followed_free(w->followed[at]);
    w->followed[at] = w->followed[--w->followed_count];
}

static void take_failed(void *context, const char *path, int error)
{
    struct watch *w = context;
    struct onset_error err;
    error_set(&err, "cannot open '%s': %s", path, strerror(error));
    w->f->failed(w->f->caller, err.text);
}

static void flow_open(struct watch *w, struct flow *flow, const char *name)
{
    input_file_make(&flow->file, name);
    flow->followed = followed_new(w, &flow->file);
    flow->buffer = memory_alloc(FLOW_BYTES);
}

static void flow_close(struct flow *flow)
{
    free(flow->buffer);
    input_file_done(&flow->file);
}

/* `n` more bytes are in the buffer. */
static void flow_feed(struct watch *w, struct flow *flow, size_t n, bool end)
{
    flow->held += n;
    size_t used = feed(w, flow->followed, 1, flow->offset, span_make(flow->buffer, flow->held), end);
    flow->offset += used;
    flow->held -= used;
    memmove(flow->buffer, flow->buffer + used, flow->held);
}

/* False: it has nothing to say now. */
static bool read_pipe(struct watch *w)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    if (!w->pipe_open || (w->drain_until_ns && w->pipe.offset + w->pipe.held >= w->pipe_stop_bytes) ||
        poll(&fd, 1, 0) <= 0)
        return false;
    ssize_t n = read(STDIN_FILENO, w->pipe.buffer + w->pipe.held, FLOW_BYTES - w->pipe.held);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    w->pipe_open = n > 0;
    w->pipe_read_ns = w->clock_ns;
    flow_feed(w, &w->pipe, n > 0 ? (size_t)n : 0, !w->pipe_open);
    return true;
}

/* True: there may be more. */
static bool read_journals(struct watch *w)
{
    bool more = false;
    for (size_t i = 0; i < w->journal_count; i++) {
        struct followed_journal *j = &w->journals[i];
        size_t n = tail_journal_read(j->tail, j->flow.buffer + j->flow.held, FLOW_BYTES - j->flow.held);
        more |= n > 0;
        if (n > 0)
            flow_feed(w, &j->flow, n, false);
    }
    return more;
}

/* folder: "" for that of this machine. */
static int follow_journal(struct watch *w, const char *folder, struct onset_error *err)
{
    for (size_t i = 0; i < w->journal_count; i++)
        if (strcmp(w->journals[i].folder, folder) == 0)
            return 0;
    if (w->journal_count == FOLDERS_MAX)
        return error_set(err, "'%s': more than %d folders of journals", folder, FOLDERS_MAX);
    struct tail_journal *tail = tail_journal_open(*folder ? folder : NULL, err);
    if (!tail)
        return -1;
    struct followed_journal *j = &w->journals[w->journal_count++];
    j->tail = tail;
    j->folder = strdup(folder);
    flow_open(w, &j->flow, *folder ? folder : "journal");
    return 0;
}

/* A file that is not followed as it is. */
static void take_packed(void *context, const char *path)
{
    struct watch *w = context;
    struct onset_error err = {{0}};
    const char *slash = strrchr(path, '/');
    if (slash && is_journal_file(path)) { /* its folder holds what it is rotated to */
        char *folder = strndup(path, (size_t)(slash - path));
        int status = follow_journal(w, folder, &err);
        free(folder);
        if (status == 0)
            return;
    }
    if (!w->started) /* later ones are what was read before it was compressed */
        w->f->packed(w->f->caller, path, &err);
}

static int open_inputs(struct watch *w, struct onset_error *err)
{
    struct follow *f = w->f;
    w->tails = tail_set_new(&(struct tail_reader){w, take_lines, take_packed, take_failed, forget_stream});
    w->journals = memory_alloc(FOLDERS_MAX * sizeof *w->journals);
    if (f->journal && follow_journal(w, "", err) < 0)
        return -1;
    for (size_t i = 0; i < f->path_count; i++) {
        if (strcmp(f->paths[i], "-") != 0) {
            if (tail_set_add(w->tails, f->paths[i], err) < 0)
                return -1;
            continue;
        }
        flow_open(w, &w->pipe, f->stdin_label ? f->stdin_label : "(standard input)");
        w->pipe_open = true;
        fcntl(STDIN_FILENO, F_SETPIPE_SZ, 1 << 20); /* fails on what is no pipe: no harm */
    }
    return 0;
}

/* The past */

static void set_profile(struct watch *w, struct profile *profile)
{
    w->into = profile;
    for (size_t i = 0; i < w->followed_count; i++)
        if (w->followed[i]->scanner)
            scanner_move(w->followed[i]->scanner, profile);
    w->judged_series = 0;
    w->judged_records = 0;
}

static void profile_range(const struct profile *profile, int64_t *ret_first, int64_t *ret_last)
{
    *ret_first = INT64_MAX;
    *ret_last = INT64_MIN;
    for (size_t i = 0; i < profile->streams.size; i++) {
        const struct stream *s = profile->streams.slots[i].value;
        if (!s || s->records == 0)
            continue;
        if (s->first_ns < *ret_first)
            *ret_first = s->first_ns;
        if (s->last_ns > *ret_last)
            *ret_last = s->last_ns;
    }
}

/* Everything that was there has been read, and enough is known. */
static bool learnt(const struct watch *w)
{
    int64_t first_ns, last_ns;
    profile_range(w->f->past, &first_ns, &last_ns);
    int64_t running_ns = w->clock_ns - w->start_ns;
    bool told = !w->pipe_open || w->clock_ns - w->pipe_read_ns >= CAUGHT_UP_NS || last_ns >= w->start_ns;
    return running_ns >= w->f->config->learn_ns ||
           (told && (w->f->vouched || (last_ns > first_ns && last_ns - first_ns >= w->f->config->learn_ns)));
}

/* What was watched becomes part of the past. */
static void make_past(struct watch *w)
{
    set_profile(w, w->f->past);
    profile_merge(w->f->past, w->f->own);
    size_t series_max = w->f->own->series_max, streams_max = w->f->own->streams_max;
    profile_done(w->f->own);
    profile_init(w->f->own);
    w->f->own->series_max = series_max;
    w->f->own->streams_max = streams_max;
    set_profile(w, w->f->own);
    profile_settle(w->f->past);
    w->found = w->over = false;
    w->told_count = 0;
}

/* Judging */

static int send(struct watch *w, struct follow_report *report)
{
    struct follow *f = w->f;
    report->now_ns = w->clock_ns;
    report->verdict = w->verdict;
    report->lines = f->past->tally.lines + f->own->tally.lines;
    report->sources = w->sources;
    return f->config->format == ONSET_JSON ? report_follow_json(report, f->sink, f->context)
                                           : report_follow_text(report, f->style, f->sink, f->context);
}

static int tell(struct watch *w, enum follow_event event, const struct findings *findings, size_t index)
{
    return send(w, &(struct follow_report){.event = event, .findings = findings, .index = index});
}

static int tell_update(struct watch *w, const struct findings *findings, size_t index,
                       const struct told *before)
{
    return send(w, &(struct follow_report){.event = FOLLOW_UPDATE,
                                           .findings = findings,
                                           .index = index,
                                           .index_before = before->rank,
                                           .confidence_before = before->confidence});
}

static uint64_t candidate_key(const struct candidate *c)
{
    uint64_t key = stream_key(span_of(c->first.source ? c->first.source : ""), span_of(c->first.stream));
    return key_mix(key_mix(key, c->first.offset), (uint64_t)c->first.time_ns);
}

/* Print a candidate that was not told, or whose standing has changed. `last`: it is not told again. Returns
 * below 0 when nobody listens. */
static int tell_candidate(struct watch *w, const struct findings *findings, size_t index, bool last)
{
    const struct candidate *c = &findings->candidates[index];
    uint64_t key = candidate_key(c);
    size_t at = 0;
    while (at < w->told_count && w->told[at].key != key)
        at++;
    if (at == w->told_count) {
        if (at == TOLD_MAX || (index > 0 && c->confidence < FAINT))
            return 0;
        w->told[w->told_count++] = (struct told){key, index, c->confidence, w->clock_ns};
        return tell(w, FOLLOW_CANDIDATE, findings, index);
    }
    struct told *t = &w->told[at];
    double moved = c->confidence - t->confidence;
    bool changed = (t->rank == 0) != (index == 0) || moved > UPDATE_SHARE || moved < -UPDATE_SHARE;
    if (!changed || (!last && w->clock_ns - t->told_ns < UPDATE_NS))
        return 0;
    struct told before = *t;
    *t = (struct told){key, index, c->confidence, w->clock_ns};
    return tell_update(w, findings, index, &before);
}

/* Returns below 0 when nobody listens. */
static int judge_now(struct watch *w, bool last)
{
    struct follow *f = w->f;
    int64_t begin_ns = clock_of(CLOCK_MONOTONIC);
    profile_settle_series(f->own);
    if (f->own->series.count != w->judged_series)
        w->young_until_ns = begin_ns + YOUNG_NS;
    w->judged_series = f->own->series.count;
    w->judged_records = f->own->tally.records;
    struct analysis_options options = {.at_ns = TIME_NONE,
                                       .since_ns = TIME_NONE,
                                       .until_ns = TIME_NONE,
                                       .top = f->top,
                                       .kernel = f->kernel,
                                       .catalogue = f->catalogue};
    struct findings *findings = analyse(f->own, f->past, &options);
    int status = 0;
    bool found = findings->verdict == ONSET_FOUND;
    for (size_t i = 0; found && i < findings->candidate_count && status >= 0; i++)
        status = tell_candidate(w, findings, i, last);
    if (w->found && status >= 0 && findings->recovered != w->over)
        status = tell(w, findings->recovered ? FOLLOW_OVER : FOLLOW_AGAIN, findings, 0);
    w->over = findings->recovered;
    w->found |= found;
    if (found)
        w->verdict = ONSET_FOUND;
    int64_t onset_ns = findings->onset_from_ns, first_ns, last_ns;
    findings_free(findings);
    profile_range(f->own, &first_ns, &last_ns);
    bool peace = !found && last_ns > first_ns && last_ns - first_ns > PEACE_NS;
    bool lasting = found && onset_ns != TIME_NONE && last_ns - onset_ns > WAR_NS;
    if (peace || lasting)
        make_past(w);
    int64_t end_ns = clock_of(CLOCK_MONOTONIC);
    w->judged_ns = end_ns;
    w->judge_next_ns = end_ns + (end_ns - begin_ns) * JUDGE_SHARE;
    return status;
}

/* When to judge next; INT64_MAX: not before something comes. */
static int64_t judge_due(const struct watch *w)
{
    if (w->into != w->f->own || w->f->own->tally.records == w->judged_records)
        return INT64_MAX;
    if (w->f->own->series.count != w->judged_series)
        return w->judge_next_ns;
    bool young = !w->found && w->judged_ns < w->young_until_ns;
    int64_t recheck_ns = w->judged_ns + (young ? RECHECK_YOUNG_NS : RECHECK_NS);
    return recheck_ns > w->judge_next_ns ? recheck_ns : w->judge_next_ns;
}

/* The loop */

static void wait_for_input(const struct watch *w, int64_t until_ns)
{
    struct pollfd fds[2 + FOLDERS_MAX] = {{.fd = tail_set_descriptor(w->tails), .events = POLLIN},
                                          {.fd = w->pipe_open ? STDIN_FILENO : -1, .events = POLLIN}};
    for (size_t i = 0; i < w->journal_count; i++)
        fds[2 + i] = (struct pollfd){.fd = tail_journal_descriptor(w->journals[i].tail), .events = POLLIN};
    int64_t left_ns = until_ns - clock_of(CLOCK_MONOTONIC);
    if (left_ns <= 0)
        return;
    struct timespec left = {.tv_sec = left_ns / NS_PER_SECOND, .tv_nsec = left_ns % NS_PER_SECOND};
    ppoll(fds, 2 + w->journal_count, &left, NULL);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* True: there is more, it was not waited for. */
static bool read_inputs(struct watch *w, int64_t now_ns, bool tick)
{
    w->clock_ns = clock_of(CLOCK_REALTIME);
    bool more = tail_set_read(w->tails, now_ns / MS_NS, tick);
    more |= read_journals(w);
    more |= read_pipe(w);
    return more;
}

static int start_watching(struct watch *w)
{
    set_profile(w, w->f->own);
    w->verdict = ONSET_NOTHING;
    return tell(w, FOLLOW_WATCHING, NULL, 0);
}

/* The last lines may have no newline. */
static void end_inputs(struct watch *w)
{
    tail_set_end(w->tails);
    if (w->pipe_open)
        flow_feed(w, &w->pipe, 0, true);
}

static int watch_loop(struct watch *w, struct onset_error *err)
{
    error_set(err, "cannot write the report"); /* what else can fail here says so */
    const struct onset_follow_config *c = w->f->config;
    int64_t begin_ns = clock_of(CLOCK_MONOTONIC), tick_ns = begin_ns;
    int64_t end_ns = c->for_ns ? begin_ns + c->for_ns : INT64_MAX;
    bool only_pipe = w->f->path_count == 1 && w->pipe_open && !w->f->journal;
    for (;;) {
        int64_t now_ns = clock_of(CLOCK_MONOTONIC);
        bool told_to_end = (c->stop && *c->stop) || now_ns >= end_ns, tick = now_ns >= tick_ns;
        if (told_to_end && !w->drain_until_ns) {
            w->drain_until_ns = now_ns + DRAIN_NS;
            w->pipe_stop_bytes = w->pipe.offset + w->pipe.held + DRAIN_BYTES;
            tick = true;
        }
        if (tick)
            tick_ns = now_ns + TICK_NS;
        bool more = read_inputs(w, now_ns, tick);
        bool ends = (told_to_end && (!more || now_ns >= w->drain_until_ns)) || (only_pipe && !w->pipe_open);
        if (!more && !w->started) { /* what was there is read */
            w->started = true;
            if (w->f->packed(w->f->caller, NULL, err) < 0)
                return -1;
        }
        if (w->started && w->into == w->f->past && learnt(w) && start_watching(w) < 0)
            return -1;
        if (ends && !more)
            end_inputs(w);
        if ((ends && w->into == w->f->own) || clock_of(CLOCK_MONOTONIC) >= judge_due(w)) {
            if (judge_now(w, ends) < 0)
                return -1;
            ends |= w->found && c->exit_on_first;
        }
        if (ends)
            return tell(w, FOLLOW_END, NULL, 0);
        if (!more)
            wait_for_input(w, least(least(tick_ns, end_ns), judge_due(w)));
    }
}

int follow_run(struct follow *f, struct onset_error *err)
{
    struct watch w = {.f = f, .into = f->past, .verdict = ONSET_CANNOT_JUDGE};
    w.start_ns = w.clock_ns = clock_of(CLOCK_REALTIME);
    w.told = memory_alloc(TOLD_MAX * sizeof *w.told);
    int status = open_inputs(&w, err);
    if (status == 0)
        status = watch_loop(&w, err);
    w.tails = tail_set_free(w.tails);
    for (size_t i = 0; i < w.followed_count; i++)
        followed_free(w.followed[i]);
    free(w.followed);
    free(w.told);
    flow_close(&w.pipe);
    for (size_t i = 0; i < w.journal_count; i++) {
        tail_journal_free(w.journals[i].tail);
        flow_close(&w.journals[i].flow);
        free(w.journals[i].folder);
    }
    free(w.journals);
    return status < 0 ? -1 : w.verdict;
}
