/* A ring of blocks under one lock: it is taken twice a block, which is nothing beside decoding one. */
#include "input/ahead.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct block {
    uint8_t *bytes;
    size_t from, to;
    uint64_t progress;
};

struct ahead {
    ahead_step *step;
    void *context;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows; a block belongs to one side at a time */
    pthread_cond_t moved;
    size_t made, used; /* blocks so far */
    bool ended, stop;
    struct block blocks[AHEAD_BLOCKS];
};

/* Wait until a block is free: false when nobody will read it. */
static bool wait_for_room(struct ahead *a)
{
    pthread_mutex_lock(&a->mutex);
    while (a->made - a->used == AHEAD_BLOCKS && !a->stop)
        pthread_cond_wait(&a->moved, &a->mutex);
    bool go_on = !a->stop;
    pthread_mutex_unlock(&a->mutex);
    return go_on;
}

static void *ahead_main(void *argument)
{
    struct ahead *a = argument;
    bool more = true;
    while (more && wait_for_room(a)) {
        struct block *b = &a->blocks[a->made % AHEAD_BLOCKS];
        b->from = 0;
        b->to = a->step(a->context, b->bytes, AHEAD_BYTES, &b->progress);
        more = b->to > 0;
        pthread_mutex_lock(&a->mutex);
        a->made += more;
        a->ended = !more;
        pthread_cond_signal(&a->moved);
        pthread_mutex_unlock(&a->mutex);
    }
    return NULL;
}

static void ahead_free(struct ahead *a)
{
    for (size_t i = 0; i < AHEAD_BLOCKS; i++)
        free(a->blocks[i].bytes);
    pthread_cond_destroy(&a->moved);
    pthread_mutex_destroy(&a->mutex);
    free(a);
}

struct ahead *ahead_start(ahead_step *step, void *context)
{
    struct ahead *a = memory_alloc(sizeof *a);
    a->step = step;
    a->context = context;
    pthread_mutex_init(&a->mutex, NULL);
    pthread_cond_init(&a->moved, NULL);
    for (size_t i = 0; i < AHEAD_BLOCKS; i++)
        a->blocks[i].bytes = memory_alloc(AHEAD_BYTES);
    if (pthread_create(&a->thread, NULL, ahead_main, a) != 0) {
        ahead_free(a);
        return NULL;
    }
    return a;
}

size_t ahead_read(struct ahead *a, uint8_t *buffer, size_t size, uint64_t *ret_progress)
{
    pthread_mutex_lock(&a->mutex);
    while (a->made == a->used && !a->ended)
        pthread_cond_wait(&a->moved, &a->mutex);
    bool any = a->made != a->used;
    pthread_mutex_unlock(&a->mutex);
    if (!any) /* the last step has told how far it got in a block that nobody reads */
        *ret_progress = a->blocks[a->made % AHEAD_BLOCKS].progress;
    if (!any || size == 0)
        return 0;
    struct block *b = &a->blocks[a->used % AHEAD_BLOCKS];
    size_t n = b->to - b->from < size ? b->to - b->from : size;
    memcpy(buffer, b->bytes + b->from, n);
    b->from += n;
    *ret_progress = b->progress;
    if (b->from == b->to) {
        pthread_mutex_lock(&a->mutex);
        a->used++;
        pthread_cond_signal(&a->moved);
        pthread_mutex_unlock(&a->mutex);
    }
    return n;
}

struct ahead *ahead_stop(struct ahead *a)
{
    if (!a)
        return NULL;
    pthread_mutex_lock(&a->mutex);
    a->stop = true;
    pthread_cond_signal(&a->moved);
    pthread_mutex_unlock(&a->mutex);
    pthread_join(a->thread, NULL);
    ahead_free(a);
    return NULL;
}
