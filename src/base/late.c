#include "base/late.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#if LATE_LOADS
#include <dlfcn.h>
#endif

static _Atomic(const char *) missing;

#if LATE_LOADS
static enum late_state load(const struct late *late)
{
    void *library = dlopen(late->file, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return LATE_MISSING;
    for (size_t i = 0; i < late->count; i++) {
        void *function = dlsym(library, late->names[i]);
        if (!function)
            return LATE_MISSING; /* older than what it was built for */
        memcpy((char *)late->functions + i * sizeof function, &function, sizeof function);
    }
    return LATE_READY;
}
#else
static enum late_state load(const struct late *late)
{
    (void)late;
    return LATE_MISSING;
}
#endif

bool late_load(struct late *late)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (late->state == LATE_UNTRIED)
        late->state = load(late);
    bool ready = late->state == LATE_READY;
    if (!ready)
        atomic_store(&missing, late->file);
    pthread_mutex_unlock(&mutex);
    return ready;
}

const char *late_missing(void)
{
    return atomic_load(&missing);
}
