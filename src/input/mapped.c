/* Why a signal handler: a log may be truncated (copytruncate) between fstat and the last touch of its map,
 * and reading a page that is behind the end of the file raises SIGBUS. Locks of files do not help and copying
 * every byte through read(2) costs a third of the speed. So open maps stand in a table, and the handler puts
 * pages of zeros where the file has none.
 *
 * The table is read in the handler, so it has no locks: a slot is taken by a compare-and-swap on `start`, and
 * `start` is published last. A fault can only come from a thread that reads a map, and a map is closed after
 * its last reader; so the slot of a faulting address is stable while the handler runs. */
#include "input/mapped.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOT_FREE  ((uintptr_t)0)
#define SLOT_TAKEN ((uintptr_t)1) /* being filled or emptied; no map starts at 1 */

static struct slot {
    atomic_uintptr_t start;
    atomic_size_t bytes;
    atomic_int fd;
    atomic_bool short_read;
} slots[MAPPED_SLOTS];

static struct sigaction previous;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uintptr_t page_bytes;

static struct slot *slot_of(uintptr_t address)
{
    for (size_t i = 0; i < MAPPED_SLOTS; i++) {
        uintptr_t start = atomic_load(&slots[i].start);
        if (start > SLOT_TAKEN && address >= start && address - start < atomic_load(&slots[i].bytes))
            return &slots[i];
    }
    return NULL;
}

/* Behind the end of the file everything to the end of the map is missing: fill it at once, not by a signal
 * per page. A page inside the file (a disk that cannot read it) is filled alone. Only system calls: safe in a
 * handler. */
static bool fill_hole(struct slot *slot, uintptr_t address)
{
    uintptr_t start = atomic_load(&slot->start), page = address & ~(page_bytes - 1);
    size_t fill = page_bytes;
    struct stat st;
    if (fstat(atomic_load(&slot->fd), &st) == 0 && (uintptr_t)st.st_size <= page - start)
        fill = (start + atomic_load(&slot->bytes) - page + page_bytes - 1) & ~(page_bytes - 1);
    atomic_store(&slot->short_read, true);
    return mmap((void *)page, fill, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

static void on_sigbus(int signal_number, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    struct slot *slot = info->si_code > 0 ? slot_of((uintptr_t)info->si_addr) : NULL;
    if (slot && fill_hole(slot, (uintptr_t)info->si_addr)) {
        errno = saved_errno;
        return;
    }
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(signal_number, info, context);
    } else if (previous.sa_handler == SIG_DFL || (previous.sa_handler == SIG_IGN && info->si_code > 0)) {
        /* Blocked while we are here: it kills when we return. */
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    } else if (previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal_number);
    }
    errno = saved_errno;
}

static void install(void)
{
    page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
}

static struct slot *slot_take(void)
{
    for (size_t i = 0; i < MAPPED_SLOTS; i++) {
        uintptr_t expected = SLOT_FREE;
        if (atomic_load(&slots[i].start) == SLOT_FREE &&
            atomic_compare_exchange_strong(&slots[i].start, &expected, SLOT_TAKEN))
            return &slots[i];
    }
    return NULL;
}

const uint8_t *mapped_open(int fd, size_t bytes)
{
    pthread_once(&once, install);
    struct slot *slot = slot_take();
    if (!slot)
        return NULL;
    void *map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED) {
        atomic_store(&slot->start, SLOT_FREE);
        return NULL;
    }
    madvise(map, bytes, MADV_SEQUENTIAL);
    atomic_store(&slot->bytes, bytes);
    atomic_store(&slot->fd, fd);
    atomic_store(&slot->short_read, false);
    atomic_store(&slot->start, (uintptr_t)map);
    return map;
}

bool mapped_close(const uint8_t *map, size_t bytes)
{
    struct slot *slot = slot_of((uintptr_t)map);
    bool short_read = slot && atomic_load(&slot->short_read);
    munmap((void *)map, bytes);
    if (slot)
        atomic_store(&slot->start, SLOT_FREE);
    return short_read;
}

void mapped_release(const uint8_t *map, size_t bytes, size_t from, size_t to)
{
    from = (from + page_bytes - 1) & ~(page_bytes - 1);
    if (to < bytes)
        to &= ~(page_bytes - 1);
    if (from < to)
        madvise((void *)(map + from), to - from, MADV_DONTNEED);
}
