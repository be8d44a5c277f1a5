/* clock.so: a wall clock that runs RATE times as fast, the same one for every process of the lab. Loaded with
 * LD_PRELOAD. LAB_CLOCK="REAL0 FAKE0 RATE": at REAL0 (ns since the epoch) the clock showed FAKE0. Monotonic
 * clocks, sleeps and timers stay real, so no program waits for a time that never comes. uname() gives a
 * neutral kernel and host name: some programs log them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static int64_t real0, fake0;
static const volatile int64_t *step; /* what this host's clock is off, in ns; the file LAB_STEP, of 8 bytes, shared */
static long rate;

__attribute__((constructor)) static void init(void)
{
    const char *s = getenv("LAB_CLOCK");
    long long r, f;
    if (s && sscanf(s, "%lld %lld %ld", &r, &f, &rate) == 3) {
        real0 = r;
        fake0 = f;
    } else {
        rate = 1;
    }
    const char *path = getenv("LAB_STEP");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *p = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
        close(fd);
        step = p == MAP_FAILED ? NULL : p;
    }
}

static int64_t now(void)
{
    static int (*next)(clockid_t, struct timespec *);
    struct timespec ts;
    if (!next)
        next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    next(CLOCK_REALTIME, &ts);
    return (step ? *step : 0) + fake0 + ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec - real0) * rate;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    static int (*next)(clockid_t, struct timespec *);
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) {
        int64_t t = now();
        ts->tv_sec = t / 1000000000;
        ts->tv_nsec = t % 1000000000;
        return 0;
    }
    if (!next)
        next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    return next(id, ts);
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    (void)tz;
    int64_t t = now();
    tv->tv_sec = t / 1000000000;
    tv->tv_usec = t % 1000000000 / 1000;
    return 0;
}

time_t time(time_t *out)
{
    time_t t = now() / 1000000000;
    if (out)
        *out = t;
    return t;
}

int uname(struct utsname *u)
{
    memset(u, 0, sizeof *u);
    strcpy(u->sysname, "Linux");
    strcpy(u->nodename, "lab");
    strcpy(u->release, "6.1.0");
    strcpy(u->version, "lab");
    strcpy(u->machine, "x86_64");
    return 0;
}
