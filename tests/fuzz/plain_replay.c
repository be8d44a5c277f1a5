/* Every input of the kept corpora once through its target: what fuzzing found stays fixed. One "ok" line a
 * target; a finding ends the program. Run from the top folder. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGETS                                                                                              \
    TARGET(columns)                                                                                          \
    TARGET(documents)                                                                                        \
    TARGET(envelope)                                                                                         \
    TARGET(exception)                                                                                        \
    TARGET(identity)                                                                                         \
    TARGET(join)                                                                                             \
    TARGET(journal)                                                                                          \
    TARGET(json_line)                                                                                        \
    TARGET(line)                                                                                             \
    TARGET(logfmt)                                                                                           \
    TARGET(parts)                                                                                            \
    TARGET(profile)                                                                                          \
    TARGET(rules)                                                                                            \
    TARGET(severity)                                                                                         \
    TARGET(stamp)                                                                                            \
    TARGET(tail)                                                                                             \
    TARGET(utf16)

#define TARGET(name) int fuzz_##name(const uint8_t *bytes, size_t size);
TARGETS
#undef TARGET
#define TARGET(name) {#name, fuzz_##name},
static const struct {
    const char *name;
    int (*run)(const uint8_t *bytes, size_t size);
} targets[] = {TARGETS};

static void replay(int (*run)(const uint8_t *bytes, size_t size), const char *path)
{
    enum { INPUT_BYTES_MAX = 1 << 20 };
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(INPUT_BYTES_MAX);
    if (!file || !bytes)
        abort();
    size_t size = fread(bytes, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    uint8_t *exact = malloc(size ? size : 1); /* a read past the end is seen */
    if (!exact)
        abort();
    memcpy(exact, bytes, size);
    fprintf(stderr, "%s\n", path);
    run(exact, size);
    free(exact);
    free(bytes);
}

int main(void)
{
    int failures = 0;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        char folder[64], path[512];
        size_t inputs = 0;
        snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", targets[i].name);
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            replay(targets[i].run, path);
            inputs++;
        }
        if (dir)
            closedir(dir);
        printf("%s - %s: %zu inputs\n", inputs ? "ok" : "not ok", targets[i].name, inputs);
        failures += inputs == 0;
    }
    return failures > 0;
}
