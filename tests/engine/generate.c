/* generate DIR BYTES [SEED]: write one log of each kind (generate.h) to DIR/KIND.log. */
#include "generate.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: generate DIR BYTES [SEED]\n");
        return 2;
    }
    size_t bytes = strtoull(argv[2], NULL, 10);
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    for (size_t i = 0; i < GENERATE_KINDS; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.log", argv[1], generate_kinds[i].name);
        FILE *out = fopen(path, "w");
        if (!out) {
            perror(path);
            return 2;
        }
        generate(out, i, seed, bytes);
        if (fclose(out) != 0) {
            perror(path);
            return 2;
        }
    }
    return 0;
}
