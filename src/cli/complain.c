#include "cli/complain.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

void complain(const char *format, ...)
{
    static const char prefix[] = "onset: ";
    char line[2048];
    va_list args;
    va_start(args, format);
    size_t start = sizeof prefix - 1;
    int n = snprintf(line, sizeof line, "%s", prefix);
    n = vsnprintf(line + start, sizeof line - start - 1, format, args);
    va_end(args);
    size_t len = start + (n < 0                                 ? 0
                          : (size_t)n < sizeof line - start - 1 ? (size_t)n
                                                                : sizeof line - start - 2);
    for (size_t i = start; i < len; i++) {
        unsigned char c = (unsigned char)line[i], before = (unsigned char)line[i - 1];
        if (c < 0x20 || c == 0x7F || (before == 0xC2 && c < 0xA0 && c >= 0x80))
            line[i] = '?';
    }
    line[len++] = '\n';
    if (write(STDERR_FILENO, line, len) < 0)
        return; /* nobody is left to be told */
}
