/* What the patterns of each service merge to, worked out when something was learnt: who judges logs that say
 * nothing new of a service need not merge it again. */
#include "pattern/template_memo.h"
#include "profile/store_private.h"

#if HAVE_SQLITE

struct messages { /* of one service */
    struct template_input *inputs;
    size_t count, size;
    struct arena arena;
};

static void add_message(struct messages *m, const struct kernel *kernel, sqlite3_stmt *row)
{
    if (m->count == m->size) {
        m->size = m->size ? m->size * 2 : 1024;
        m->inputs = memory_resize(m->inputs, m->size * sizeof *m->inputs);
    }
    int bytes = libsqlite.column_bytes(row, 2);
    size_t len = (size_t)(bytes < EXEMPLAR_BYTES_MAX ? bytes : EXEMPLAR_BYTES_MAX);
    uint8_t *masked = arena_alloc(&m->arena, len + 64);
    const void *message = libsqlite.column_blob(row, 2);
    len = kernel->mask(message ? message : "", len, masked);
    m->inputs[m->count++] = (struct template_input){
        1, SERIES_GROUP(libsqlite.column_int(row, 0), libsqlite.column_int(row, 1)), span_make(masked, len)};
}

static int put_memo(struct store *store, int64_t service, uint64_t key, struct messages *m,
                    struct onset_error *err)
{
    uint32_t *ids = memory_alloc((m->count + 1) * sizeof *ids);
    struct span *texts = memory_alloc((m->count + 1) * sizeof *texts);
    struct text memo;
    text_init(&memo, 0);
    template_merge(m->inputs, m->count, NULL, &m->arena, ids, texts);
    template_memo_write(m->inputs, m->count, ids, texts, &memo);
    sqlite3_stmt *put = store_prepare(store, "insert or replace into merged values(?, ?, ?)", err);
    int status = put ? store_step(store, err, put, "iib", service, (int64_t)key, text_span(&memo)) : -1;
    libsqlite.finalize(put);
    text_done(&memo);
    free(texts);
    free(ids);
    return status;
}

/* The patterns of one service; rows stands on its first one, and behind it afterwards. */
static int merge_service(struct store *store, const struct kernel *kernel, sqlite3_stmt *rows, int *more,
                         struct onset_error *err)
{
    struct messages m = {0};
    int64_t service = libsqlite.column_int64(rows, 3);
    int status = 0;
    while (*more > 0 && libsqlite.column_int64(rows, 3) == service) {
        if (m.count < SERIES_MAX)
            add_message(&m, kernel, rows);
        *more = store_next(store, rows, err);
    }
    template_sort(m.inputs, m.count);
    uint64_t key = template_memo_key(m.inputs, m.count);
    sqlite3_stmt *get = store_prepare(store, "select 1 from merged where service = ? and key = ?", err);
    int known = get ? store_step(store, err, get, "ii", service, (int64_t)key) : -1;
    libsqlite.finalize(get);
    if (*more < 0 || known < 0)
        status = -1;
    else if (!known)
        status = put_memo(store, service, key, &m, err);
    arena_done(&m.arena);
    free(m.inputs);
    return status;
}

int store_merge(struct store *store, const struct kernel *kernel, struct onset_error *err)
{
    sqlite3_stmt *rows =
        store_prepare(store, "select severity, kind, message, service from pattern order by service", err);
    int more = rows ? store_next(store, rows, err) : -1, status = more < 0 ? -1 : 0;
    while (more > 0 && status == 0)
        status = merge_service(store, kernel, rows, &more, err);
    libsqlite.finalize(rows);
    return status;
}

#endif
