/* late_library: the one body of libarchive.c, libsystemd.c and libsqlite.c, a library that is loaded late or
 * linked in. Included once by each, with these defined:
 *
 *     LIBRARY            libfoo: the struct of functions, which the file's header declares
 *     LIBRARY_READY      libfoo_ready
 *     LIBRARY_FUNCTIONS  LIBFOO_FUNCTIONS, of F(name)
 *     LIBRARY_PREFIX     foo_: stands before each name
 *     LIBRARY_FILE       "libfoo.so.1"; not defined: it is linked in */
#include "base/late.h"

#define LATE_JOIN(a, b)   a##b
#define LATE_JOINED(a, b) LATE_JOIN(a, b)
#define LATE_QUOTE(a)     #a
#define LATE_QUOTED(a)    LATE_QUOTE(a)

#ifdef LIBRARY_FILE
struct LIBRARY LIBRARY;

bool LIBRARY_READY(void)
{
    static const char *const names[] = {
#define F(name) LATE_QUOTED(LIBRARY_PREFIX) #name,
        LIBRARY_FUNCTIONS(F)
#undef F
    };
    static struct late late = {LIBRARY_FILE, names, sizeof names / sizeof *names, &LIBRARY, LATE_UNTRIED};
    return late_load(&late);
}
#else
struct LIBRARY LIBRARY = {
#define F(name) .name = LATE_JOINED(LIBRARY_PREFIX, name),
    LIBRARY_FUNCTIONS(F)
#undef F
};

bool LIBRARY_READY(void)
{
    return true;
}
#endif
