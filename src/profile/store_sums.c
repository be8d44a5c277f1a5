/* Why a layer and not a column: rows lie in trees, and what flips in a tree loses rows, or finds others,
 * while each row that is found is as it was. Pages from a mapping are looked at once, for they are the file.
 */
#include "profile/store_sums.h"

#if HAVE_SQLITE

#include "base/arena.h"

#include <pthread.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HEADER_BYTES 100

struct summed { /* what SQLite takes for a file; the real one lies behind it */
    sqlite3_file as_file;
    sqlite3_file *real;
    uint8_t *page, *looked; /* looked: a bit for each page that was mapped and found right */
    size_t looked_bytes;
    uint32_t page_bytes;
    bool on;
};

static sqlite3_vfs layer;
static sqlite3_vfs *system_vfs;

static struct summed *of(sqlite3_file *file)
{
    return (struct summed *)file;
}

/* The header tells whether pages have sums, and how large they are. */
static void read_header(struct summed *f, const uint8_t *header)
{
    uint32_t bytes = (uint32_t)header[16] << 8 | header[17];
    bytes = bytes == 1 ? 65536 : bytes;
    bool power = bytes >= 512 && (bytes & (bytes - 1)) == 0;
    f->on = memcmp(header, "SQLite format 3", 16) == 0 && power && header[20] == STORE_SUM_BYTES;
    if (f->on && bytes != f->page_bytes) {
        f->page = memory_resize(f->page, bytes);
        f->page_bytes = bytes;
    }
}

static bool is_page(const struct summed *f, int bytes, sqlite3_int64 at)
{
    return f->on && (uint32_t)bytes == f->page_bytes && at % bytes == 0;
}

static uint64_t sum_of(const struct summed *f, const uint8_t *page, sqlite3_int64 at)
{
    return XXH3_64bits_withSeed(page, f->page_bytes - STORE_SUM_BYTES, (uint64_t)at / f->page_bytes + 1);
}

static bool is_right(const struct summed *f, const uint8_t *page, sqlite3_int64 at)
{
    uint64_t sum = 0;
    for (int i = 0; i < STORE_SUM_BYTES; i++)
        sum |= (uint64_t)page[f->page_bytes - STORE_SUM_BYTES + (uint32_t)i] << 8 * i;
    return sum == sum_of(f, page, at);
}

static int read_at(sqlite3_file *file, void *out, int bytes, sqlite3_int64 at)
{
    struct summed *f = of(file);
    int code = f->real->pMethods->xRead(f->real, out, bytes, at);
    if (code != SQLITE_OK)
        return code;
    if (at == 0 && bytes >= HEADER_BYTES)
        read_header(f, out);
    return is_page(f, bytes, at) && !is_right(f, out, at) ? SQLITE_IOERR_DATA : SQLITE_OK;
}

static int write_at(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    struct summed *f = of(file);
    if (at == 0 && count >= HEADER_BYTES)
        read_header(f, bytes);
    if (!is_page(f, count, at))
        return f->real->pMethods->xWrite(f->real, bytes, count, at);
    memcpy(f->page, bytes, (size_t)count);
    uint64_t sum = sum_of(f, f->page, at);
    for (int i = 0; i < STORE_SUM_BYTES; i++)
        f->page[count - STORE_SUM_BYTES + i] = (uint8_t)(sum >> 8 * i);
    return f->real->pMethods->xWrite(f->real, f->page, count, at);
}

static bool was_looked_at(struct summed *f, size_t number)
{
    return number / 8 < f->looked_bytes && f->looked[number / 8] >> number % 8 & 1;
}

static void mark_looked_at(struct summed *f, size_t number)
{
    if (number / 8 >= f->looked_bytes) {
        size_t bytes = 2 * (number / 8) + 64;
        f->looked = memory_resize(f->looked, bytes);
        memset(f->looked + f->looked_bytes, 0, bytes - f->looked_bytes);
        f->looked_bytes = bytes;
    }
    f->looked[number / 8] |= (uint8_t)(1u << number % 8);
}

/* A page that is not right is not given: SQLite then reads it, and is told. */
static int fetch(sqlite3_file *file, sqlite3_int64 at, int bytes, void **ret_page)
{
    struct summed *f = of(file);
    int code = f->real->pMethods->xFetch(f->real, at, bytes, ret_page);
    if (code != SQLITE_OK || !*ret_page || !is_page(f, bytes, at) || was_looked_at(f, (size_t)(at / bytes)))
        return code;
    if (is_right(f, *ret_page, at)) {
        mark_looked_at(f, (size_t)(at / bytes));
        return SQLITE_OK;
    }
    code = f->real->pMethods->xUnfetch(f->real, at, *ret_page);
    *ret_page = NULL;
    return code;
}

static int close_file(sqlite3_file *file)
{
    struct summed *f = of(file);
    free(f->page);
    free(f->looked);
    return f->real->pMethods->xClose(f->real);
}

/* As the real file does it. */
#define PASS(name, parameters, ...)                                                                          \
    static int name parameters                                                                               \
    {                                                                                                        \
        sqlite3_file *real = of(file)->real;                                                                 \
        return real->pMethods->__VA_ARGS__;                                                                  \
    }
PASS(control, (sqlite3_file * file, int what, void *argument), xFileControl(real, what, argument))
PASS(truncate_file, (sqlite3_file * file, sqlite3_int64 bytes), xTruncate(real, bytes))
PASS(sync_file, (sqlite3_file * file, int flags), xSync(real, flags))
PASS(file_bytes, (sqlite3_file * file, sqlite3_int64 *ret_bytes), xFileSize(real, ret_bytes))
PASS(lock_file, (sqlite3_file * file, int level), xLock(real, level))
PASS(unlock_file, (sqlite3_file * file, int level), xUnlock(real, level))
PASS(check_lock, (sqlite3_file * file, int *ret_held), xCheckReservedLock(real, ret_held))
PASS(sector_bytes, (sqlite3_file * file), xSectorSize(real))
PASS(characteristics, (sqlite3_file * file), xDeviceCharacteristics(real))
PASS(shm_map, (sqlite3_file * file, int region, int bytes, int extend, void volatile **ret_at),
     xShmMap(real, region, bytes, extend, ret_at))
PASS(shm_lock, (sqlite3_file * file, int from, int count, int flags), xShmLock(real, from, count, flags))
PASS(shm_unmap, (sqlite3_file * file, int remove), xShmUnmap(real, remove))
PASS(unfetch, (sqlite3_file * file, sqlite3_int64 at, void *page), xUnfetch(real, at, page))

static void shm_barrier(sqlite3_file *file)
{
    of(file)->real->pMethods->xShmBarrier(of(file)->real);
}

static const sqlite3_io_methods methods = {
    3,         close_file,  read_at,    write_at, truncate_file, sync_file,       file_bytes,
    lock_file, unlock_file, check_lock, control,  sector_bytes,  characteristics, shm_map,
    shm_lock,  shm_barrier, shm_unmap,  fetch,    unfetch};

/* The files beside the store are the real ones. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    struct summed *f = of(file);
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return system_vfs->xOpen(system_vfs, name, file, flags, ret_flags);
    *f = (struct summed){.real = (sqlite3_file *)(f + 1)};
    int code = system_vfs->xOpen(system_vfs, name, f->real, flags, ret_flags);
    if (f->real->pMethods && f->real->pMethods->iVersion >= 3)
        f->as_file.pMethods = &methods;
    else if (f->real->pMethods) {
        f->real->pMethods->xClose(f->real);
        code = SQLITE_CANTOPEN;
    }
    return code;
}

static int remove_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return system_vfs->xDelete(system_vfs, name, sync);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *ret_may)
{
    (void)vfs;
    return system_vfs->xAccess(system_vfs, name, flags, ret_may);
}

static int full_name(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    return system_vfs->xFullPathname(system_vfs, name, room, out);
}

static int randomness(sqlite3_vfs *vfs, int bytes, char *out)
{
    (void)vfs;
    return system_vfs->xRandomness(system_vfs, bytes, out);
}

static int wait_for(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return system_vfs->xSleep(system_vfs, us);
}

static int now_days(sqlite3_vfs *vfs, double *ret_days)
{
    (void)vfs;
    return system_vfs->xCurrentTime(system_vfs, ret_days);
}

static int last_error(sqlite3_vfs *vfs, int room, char *out)
{
    (void)vfs;
    return system_vfs->xGetLastError(system_vfs, room, out);
}

static void make_layer(void)
{
    if (!libsqlite_ready())
        return;
    libsqlite.initialize();
    system_vfs = libsqlite.vfs_find(NULL);
    layer = (sqlite3_vfs){.iVersion = 1,
                          .szOsFile = (int)sizeof(struct summed) + system_vfs->szOsFile,
                          .mxPathname = system_vfs->mxPathname,
                          .zName = "onset",
                          .xOpen = open_file,
                          .xDelete = remove_file,
                          .xAccess = access_file,
                          .xFullPathname = full_name,
                          .xRandomness = randomness,
                          .xSleep = wait_for,
                          .xCurrentTime = now_days,
                          .xGetLastError = last_error};
    libsqlite.vfs_register(&layer, 0);
}

const char *store_sums_layer(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_layer);
    return layer.zName;
}

int store_sums_want(sqlite3 *db)
{
    int bytes = STORE_SUM_BYTES;
    return libsqlite.file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

bool store_sums_has(sqlite3 *db)
{
    int bytes = -1; /* a question; the file itself may not know yet what waits beside it */
    return libsqlite.file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes) == SQLITE_OK &&
           bytes == STORE_SUM_BYTES;
}

#endif
