/* A limit of a group holds for all that is in it, so each folder up to the mount may have one. Within a
 * container the path that the kernel tells may not exist: then the groups of the mount itself are its own. */
#include "base/cores.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES 4096

/* A file of one number, or of "max" or -1; 0: no limit. */
static long long read_number(const char *folder, const char *name)
{
    char path[2 * PATH_BYTES];
    long long number = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%lld", &number) != 1 || number < 0)
        number = 0;
    fclose(file);
    return number;
}

static int whole(long long quota, long long period)
{
    return quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

static int least(int a, int b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static int limit_of(const char *folder)
{
    char path[2 * PATH_BYTES];
    long long quota = 0, period = 0;
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fscanf(file, "%lld %lld", &quota, &period) != 2)
            quota = 0;
        fclose(file);
    }
    int old = whole(read_number(folder, "cpu.cfs_quota_us"), read_number(folder, "cpu.cfs_period_us"));
    return least(whole(quota, period), old);
}

/* Of a group and all above it. */
static int limit_within(const char *mount, const char *group)
{
    char folder[2 * PATH_BYTES];
    snprintf(folder, sizeof folder, "%.*s%.*s", PATH_BYTES - 1, mount, PATH_BYTES - 1, group);
    size_t stop = strlen(mount);
    int limit = 0;
    for (size_t end = strlen(folder); end >= stop; end--) {
        if (folder[end] != 0 && folder[end] != '/')
            continue;
        folder[end] = 0;
        limit = least(limit, limit_of(folder));
        if (end == 0)
            break;
    }
    return limit;
}

int cores_allowed(const char *membership, const char *mount)
{
    char line[PATH_BYTES], with_cpu[PATH_BYTES];
    int limit = 0;
    FILE *file = fopen(membership, "re");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file)) { /* "ID:CONTROLLERS:GROUP"; version 2 is "0::GROUP" */
        line[strcspn(line, "\n")] = 0;
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = 0;
        controllers++;
        if (!*controllers) {
            limit = least(limit, limit_within(mount, group));
        } else if (strcmp(controllers, "cpu") == 0 || strncmp(controllers, "cpu,", 4) == 0 ||
                   strstr(controllers, ",cpu,") ||
                   (strlen(controllers) > 4 && strcmp(controllers + strlen(controllers) - 4, ",cpu") == 0)) {
            snprintf(with_cpu, sizeof with_cpu, "%s/cpu", mount);
            limit = least(limit, limit_within(with_cpu, group));
        }
    }
    fclose(file);
    return limit;
}

int cores_usable(void)
{
    cpu_set_t set;
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    int allowed = cores_allowed("/proc/self/cgroup", "/sys/fs/cgroup");
    return allowed && allowed < cores ? allowed : cores;
}
