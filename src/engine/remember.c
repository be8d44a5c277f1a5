/* The public functions on a baseline that need no logs: one store, one deed. */
#include "engine/remember.h"

#include "engine/saved.h"
#include "engine/scanner.h"
#include "input/identity.h"
#include "profile/store.h"
#include "report/report_baseline.h"

int remember_line(const char *line, const char *service, const struct kernel *kernel, int64_t now_ns,
                  struct profile *ret_profile, struct onset_error *err)
{
    struct source source = {.file = "accepted",
                            .stream = "accepted",
                            .service = service ? service : "",
                            .head = span_of(line),
                            .stamp = {.reference_ns = now_ns}};
    struct scanner *s = memory_alloc(sizeof *s);
    profile_init(ret_profile);
    scanner_init(s, kernel, ret_profile, &source);
    scanner_feed(s, source.head.ptr, source.head.len, 0, true);
    scanner_finish(s);
    scanner_done(s);
    free(s);
    size_t count;
    struct stream **streams = profile_sorted_streams(ret_profile, &count);
    bool named = count > 0;
    for (size_t i = 0; i < count; i++)
        named &= streams[i]->service[0] != 0;
    free(streams);
    if (ret_profile->series.count == 0)
        return error_set(err, "'%.100s' is no record", line);
    return named
               ? 0
               : error_set(err, "'%.100s' does not tell of what service it is: say so with --service", line);
}

struct rows {
    struct text text;
    enum onset_format format;
    const struct report_style *style;
    onset_sink sink;
    void *context;
    uint64_t count;
};

static int show_row(void *context, const struct store_row *row)
{
    struct rows *r = context;
    text_clear(&r->text);
    if (r->format == ONSET_JSON)
        report_baseline_json(row, &r->text);
    else
        report_baseline_text(row, r->count == 0, r->style, &r->text);
    r->count++;
    return r->sink(r->context, (const char *)r->text.ptr, r->text.len);
}

int onset_baseline_show(const char *path, const struct onset_config *config, const char *service,
                        enum onset_format format, onset_sink sink, void *context, struct onset_error *err)
{
    struct store *store = store_open(path, STORE_READ, err);
    if (!store)
        return -1;
    struct report_style style = {.color = config->color, .ascii = config->ascii, .columns = config->columns};
    struct rows rows = {.format = format, .style = &style, .sink = sink, .context = context};
    text_init(&rows.text, 0);
    int status = store_show(store, service, 0, show_row, &rows, err);
    text_done(&rows.text);
    store_close(store);
    return status;
}

int64_t onset_baseline_forget(const char *path, const char *service, uint64_t pattern,
                              struct onset_error *err)
{
    struct store *store = store_open(path, STORE_WRITE, err);
    if (!store)
        return -1;
    int64_t count = store_begin(store, 0, err) < 0 ? -1 : store_forget(store, service, pattern, err);
    if (count >= 0 && store_commit(store, err) < 0)
        count = -1;
    store_close(store);
    return count;
}

int64_t onset_baseline_accept(const char *path, const struct onset_config *config, uint64_t pattern,
                              const char *line, const char *service, struct onset_error *err)
{
    const struct kernel *kernel = kernel_choose(getenv("ONSET_CPU"), err);
    struct store *store = kernel ? store_open(path, STORE_CREATE, err) : NULL;
    if (!store)
        return -1;
    struct store_gain gain = {0};
    int64_t count = store_begin(store, config->now_ns, err);
    if (count == 0 && line) {
        struct profile profile;
        count = remember_line(line, service, kernel, config->now_ns, &profile, err);
        if (count == 0)
            count = store_add(store, &profile, kernel, true, &gain, err) < 0 ? -1 : (int64_t)gain.patterns;
        profile_done(&profile);
    } else if (count == 0) {
        count = store_accept(store, pattern, err);
    }
    if (count >= 0 && store_commit(store, err) < 0)
        count = -1;
    store_close(store);
    return count;
}

int onset_baseline_export(const char *path, enum onset_packing packing, onset_sink sink, void *context,
                          struct onset_error *err)
{
    struct store *store = store_open(path, STORE_READ, err);
    if (!store)
        return -1;
    struct profile profile;
    profile_init(&profile);
    int status = store_export(store, &profile, err);
    store_close(store);
    if (status == 0 && saved_write(&profile, packing == ONSET_ZSTD, sink, context) < 0)
        status = error_set(err, "cannot write the profile");
    profile_done(&profile);
    return status;
}
