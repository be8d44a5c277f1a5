/* late: a library that is loaded when it is first needed, and not when the program starts. To start, the
 * dynamic linker takes longer for libarchive and what that wants than for all else, and few runs need it.
 *
 *     #define LIBFOO_FUNCTIONS(F) F(open) F(close)
 *     #define F(name) __typeof__(foo_##name) *name;
 *     struct libfoo { LIBFOO_FUNCTIONS(F) };             of nothing but pointers to functions
 *     static const char *const names[] = {"foo_open", "foo_close"};
 *     static struct late late = {"libfoo.so.1", names, 2, &libfoo, 0};
 *     if (late_load(&late)) libfoo.open();
 *
 * Threads: any; a library is loaded once, and stays. In a program that loads none, a static one, none is ever
 * there. */
#ifndef ONSET_BASE_LATE_H
#define ONSET_BASE_LATE_H

#if defined(LATE_ARCHIVE) || defined(LATE_SYSTEMD) || defined(LATE_SQLITE)
#define LATE_LOADS 1
#else
#define LATE_LOADS 0
#endif

#include <stdbool.h>
#include <stddef.h>

enum late_state { LATE_UNTRIED, LATE_READY, LATE_MISSING };

struct late {
    const char *file; /* as the linker would write it into the program */
    const char *const *names;
    size_t count;
    void *functions; /* pointers to them, in the order of names */
    enum late_state state;
};

/* Is it there, with all of these functions? */
bool late_load(struct late *late);
/* The file of the library that was not; NULL: none was missing. */
const char *late_missing(void);

#endif
