/* output: standard output, or a file, with its errors kept. A closed pipe is not an error: it is remembered
 * and the rest is dropped. Every other failed write is told by output_finish. */
#ifndef ONSET_CLI_OUTPUT_H
#define ONSET_CLI_OUTPUT_H

#include "onset.h"

#include <stdbool.h>
#include <stddef.h>

struct output {
    int fd;
    const char *path; /* of a file in place of standard output, or NULL */
    char *part;  /* what is renamed to it when all is written; NULL: path is no file that can be replaced */
    bool any;    /* something was written */
    bool closed; /* the reader has gone */
    int error;   /* errno of the first other failure, 0 for none */
    size_t used;
    char buffer[16384];
};

void output_init(struct output *out, int fd);
int output_open(struct output *out, const char *path);        /* in place of fd; 0, or -1 with out->error */
enum onset_packing output_packing(const char *path);          /* as its name ends; NULL: standard output */
int output_sink(void *out, const char *bytes, size_t length); /* an onset_sink */
int output_now(void *out, const char *bytes, size_t length);  /* ... that does not wait for more */
void output_puts(struct output *out, const char *text);
void output_printf(struct output *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes what is left; 0, or -1 with out->error. `keep` false: a file stays as it was. */
int output_finish(struct output *out, bool keep);

#endif
