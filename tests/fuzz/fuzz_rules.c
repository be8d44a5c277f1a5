/* A rule file of a user: read, or refused with one line. The reader wants a path: a file in memory gives one.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analysis/rule_file.h"
#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[64];
    struct rule_set set = {0};
    struct onset_error error = {0};
    int file = memfd_create("rules", 0);
    require(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (rule_file_read(path, &set, &error) != 0)
        require(error.text[0] && !strchr(error.text, '\n'));
    rule_set_done(&set);
    close(file);
    return 0;
}
