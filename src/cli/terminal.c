#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 100
#define COLUMNS_LEAST   60
#define COLUMNS_MOST    200 /* longer lines are hard to read */

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool terminal_can_erase(int fd)
{
    return isatty(fd) && !is_dumb();
}

bool terminal_color(int fd, enum when when)
{
    if (when != WHEN_AUTO)
        return when == WHEN_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    return terminal_can_erase(fd) && !(no_color && *no_color);
}

bool terminal_ascii(int fd)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (!isatty(fd))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = getenv(names[i]);
        if (locale && *locale)
            return !strcasestr(locale, "UTF-8") && !strcasestr(locale, "utf8");
    }
    return false; /* no locale at all is usual in containers, whose terminals speak UTF-8 */
}

int terminal_columns(int fd)
{
    if (!isatty(fd))
        return COLUMNS_DEFAULT;
    const char *text = getenv("COLUMNS");
    long columns = text ? strtol(text, NULL, 10) : 0;
    struct winsize size;
    if (columns <= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns <= 0)
        return COLUMNS_DEFAULT;
    return columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : (int)columns;
}
