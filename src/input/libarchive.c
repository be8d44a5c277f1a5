#include "input/libarchive.h"

#if HAVE_ARCHIVE
#ifdef LATE_ARCHIVE
#include "base/late.h"

struct libarchive libarchive;

bool libarchive_ready(void)
{
    static const char *const names[] = {
#define F(name) "archive_" #name,
        LIBARCHIVE_FUNCTIONS(F)
#undef F
    };
    static struct late late = {LATE_ARCHIVE, names, sizeof names / sizeof *names, &libarchive, LATE_UNTRIED};
    return late_load(&late);
}
#else
struct libarchive libarchive = {
#define F(name) .name = archive_##name,
    LIBARCHIVE_FUNCTIONS(F)
#undef F
};

bool libarchive_ready(void)
{
    return true;
}
#endif
#endif
