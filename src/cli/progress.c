#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define ERASE_LINE "\r\x1b[K"

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void progress_init(struct progress *progress, bool enabled)
{
    *progress = (struct progress){.enabled = enabled, .start_ns = monotonic_ns()};
}

static void print(const char *text, int length)
{
    if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0)
        return; /* a lost progress line harms nobody */
}

void progress_update(struct progress *progress, uint64_t bytes_done, uint64_t bytes_total)
{
    if (!progress->enabled)
        return;
    double seconds = (double)(monotonic_ns() - progress->start_ns) / 1e9;
    if (seconds < 1)
        return;
    double speed = (double)bytes_done / seconds;
    char line[160];
    int n = snprintf(line, sizeof line, ERASE_LINE "%.2f GB", (double)bytes_done / 1e9);
    if (bytes_total >= bytes_done && bytes_total)
        n += snprintf(line + n, sizeof line - (size_t)n, " of %.2f GB", (double)bytes_total / 1e9);
    n += snprintf(line + n, sizeof line - (size_t)n, ", %.2f GB/s", speed / 1e9);
    if (bytes_total > bytes_done && speed > 0) {
        double left = (double)(bytes_total - bytes_done) / speed;
        unsigned left_seconds = left < 359999 ? (unsigned)(left + 0.5) : 359999;
        n += snprintf(line + n, sizeof line - (size_t)n, ", %u:%02u left", left_seconds / 60,
                      left_seconds % 60);
    }
    print(line, n);
    progress->shown = true;
}

void progress_erase(struct progress *progress)
{
    if (progress->shown)
        print(ERASE_LINE, sizeof ERASE_LINE - 1);
    progress->shown = false;
}
