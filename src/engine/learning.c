#include "engine/learning.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

int learning_init(struct learning *l, struct store *store, struct onset_error *err)
{
    *l = (struct learning){0};
    pthread_mutex_init(&l->mutex, NULL);
    return store_sources(store, &l->known, &l->known_count, err);
}

void learning_done(struct learning *l)
{
    store_sources_done(l->known, l->known_count);
    store_sources_done(l->learnt, l->learnt_count);
    table_done(&l->claimed);
    pthread_mutex_destroy(&l->mutex);
}

int learning_put(const struct learning *l, struct store *store, struct onset_error *err)
{
    int status = 0;
    for (size_t i = 0; i < l->learnt_count && status == 0; i++)
        status = store_put_source(store, &l->learnt[i], err);
    return status;
}

static struct span head_of(struct span head)
{
    return span_make(head.ptr, head.len < STORE_HEAD_BYTES ? head.len : STORE_HEAD_BYTES);
}

/* The one that starts with `head` and of which most was learnt. Known ones come by growing length, so one
 * pass over the head has the hash for each. */
static const struct store_source *find(const struct learning *l, const char *service, struct span head)
{
    const struct store_source *best = NULL;
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    uint64_t hash = 0, hashed = 0;
    for (size_t i = 0; i < l->known_count && l->known[i].head_bytes <= head.len; i++) {
        const struct store_source *k = &l->known[i];
        if (k->head_bytes > hashed) {
            XXH3_64bits_update(state, head.ptr + hashed, (size_t)(k->head_bytes - hashed));
            hashed = k->head_bytes;
            hash = XXH3_64bits_digest(state);
        }
        if (k->head_hash == hash && strcmp(k->service, service) == 0 && (!best || k->offset >= best->offset))
            best = k;
    }
    XXH3_freeState(state);
    return best;
}

bool learning_claim(struct learning *l, const char *service, struct span head, struct store_source *ret_known)
{
    head = head_of(head);
    const struct store_source *known = find(l, service, head);
    *ret_known = known ? *known : (struct store_source){0};
    uint64_t key = key_mix(XXH3_64bits(head.ptr, head.len), XXH3_64bits(service, strlen(service)));
    pthread_mutex_lock(&l->mutex);
    bool first = !table_get(&l->claimed, key);
    if (first)
        table_put(&l->claimed, key, l);
    pthread_mutex_unlock(&l->mutex);
    return first;
}

void learning_told(struct learning *l, const struct store_source *known, const char *service,
                   const char *name, struct span head, uint64_t offset, uint64_t lines)
{
    if (offset < known->offset) /* it is shorter than it was */
        offset = known->offset, lines = known->lines;
    if (offset == 0)
        return;
    head = head_of(head);
    struct store_source source = {.service = strdup(service),
                                  .name = strdup(name),
                                  .head_bytes = offset < head.len ? offset : head.len,
                                  .offset = offset,
                                  .lines = lines,
                                  .id = known->id};
    source.head_hash = XXH3_64bits(head.ptr, (size_t)source.head_bytes);
    pthread_mutex_lock(&l->mutex);
    l->fresh += known->id == 0;
    l->grown += known->id && offset > known->offset;
    l->unchanged += known->id && offset == known->offset;
    if (l->learnt_count == l->learnt_size) {
        l->learnt_size = l->learnt_size ? 2 * l->learnt_size : 64;
        l->learnt = memory_resize(l->learnt, l->learnt_size * sizeof *l->learnt);
    }
    l->learnt[l->learnt_count++] = source;
    pthread_mutex_unlock(&l->mutex);
}
