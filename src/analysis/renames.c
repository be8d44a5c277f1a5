/* Only names that the other side does not have are looked at. One is the past of another when half of the
 * records of either are of lines that both say, two different ones at least: a service in trouble says other
 * things besides, and a short log has not said all. */
#include "analysis/renames.h"

#include <string.h>

#define SHARED_LINES 2
#define SHARED_PART  0.5
#define NAMES_MAX    256 /* on a side: more are another fleet, and would take long */

struct speaker { /* a service of one side that the other side does not know by name */
    const char *name;
    struct table said; /* fingerprint -> how many records of all its streams, a double */
    double records;
};

struct speakers {
    struct speaker *list; /* by name */
    size_t count;
};

static int compare_name(const void *a, const void *b)
{
    return strcmp(((const struct speaker *)a)->name, ((const struct speaker *)b)->name);
}

static struct speaker *find(const struct speakers *s, const char *name)
{
    struct speaker key = {.name = name};
    return s->count ? bsearch(&key, s->list, s->count, sizeof *s->list, compare_name) : NULL;
}

static struct speakers list_services(const struct profile *profile)
{
    size_t n;
    struct stream **streams = profile_sorted_streams(profile, &n);
    struct speakers s = {memory_alloc((n + 1) * sizeof *s.list), 0};
    for (size_t i = 0; i < n; i++)
        s.list[i].name = streams[i]->service;
    qsort(s.list, n, sizeof *s.list, compare_name);
    for (size_t i = 0; i < n; i++)
        if (s.count == 0 || strcmp(s.list[i].name, s.list[s.count - 1].name) != 0)
            s.list[s.count++] = s.list[i];
    free(streams);
    return s;
}

/* Keep those that the other side does not have. */
static void drop_shared(struct speakers *a, struct speakers *b)
{
    size_t i = 0, k = 0, kept_a = 0, kept_b = 0;
    while (i < a->count || k < b->count) {
        int c = i == a->count ? 1 : k == b->count ? -1 : compare_name(&a->list[i], &b->list[k]);
        if (c < 0)
            a->list[kept_a++] = a->list[i++];
        else if (c > 0)
            b->list[kept_b++] = b->list[k++];
        else
            i++, k++;
    }
    a->count = kept_a;
    b->count = kept_b;
}

static void listen(struct speakers *s, const struct profile *profile, struct arena *arena)
{
    size_t n;
    struct series **series = profile_sorted_series(profile, &n);
    for (size_t i = 0; i < n; i++) {
        const struct stream *stream = table_get(&profile->streams, series[i]->stream);
        struct speaker *speaker = find(s, stream->service);
        if (!speaker || series[i]->kind != SERIES_RECORD)
            continue;
        double *said = table_get(&speaker->said, series[i]->fingerprint);
        if (!said)
            table_put(&speaker->said, series[i]->fingerprint, said = arena_alloc(arena, sizeof *said));
        *said += (double)series[i]->count;
        speaker->records += (double)series[i]->count;
    }
    free(series);
}

/* The share of their records that both have in common, the greater of the two. */
static double likeness(const struct speaker *past, const struct speaker *now)
{
    double shared_now = 0, shared_past = 0;
    size_t lines = 0;
    for (size_t i = 0; i < now->said.size; i++) {
        const struct table_slot *slot = &now->said.slots[i];
        const double *then = slot->key ? table_get(&past->said, slot->key) : NULL;
        if (!then)
            continue;
        lines++;
        shared_now += *(const double *)slot->value;
        shared_past += *then;
    }
    if (lines < SHARED_LINES)
        return 0;
    double of_now = shared_now / now->records, of_past = shared_past / past->records;
    return of_now > of_past ? of_now : of_past;
}

static void done(struct speakers *s)
{
    for (size_t i = 0; i < s->count; i++)
        table_done(&s->list[i].said);
    free(s->list);
}

struct rename *renames_find(const struct profile *logs, const struct profile *baseline, struct arena *arena,
                            size_t *ret_count)
{
    struct speakers now = list_services(logs), past = list_services(baseline);
    drop_shared(&now, &past);
    *ret_count = 0;
    struct rename *list = arena_alloc(arena, (past.count + 1) * sizeof *list);
    bool some = now.count && past.count && now.count <= NAMES_MAX && past.count <= NAMES_MAX;
    if (some) {
        listen(&now, logs, arena);
        listen(&past, baseline, arena);
    }
    for (size_t i = 0; some && i < past.count; i++) {
        double best = 0;
        for (size_t k = 0; k < now.count; k++) {
            double alike = likeness(&past.list[i], &now.list[k]);
            if (alike < SHARED_PART || alike <= best)
                continue;
            best = alike;
            list[*ret_count] = (struct rename){past.list[i].name, now.list[k].name};
        }
        *ret_count += best > 0;
    }
    done(&now);
    done(&past);
    return list;
}

const char *renames_get(const struct rename *list, size_t count, const char *past)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].past, past) == 0)
            return list[i].now;
    return past;
}
