#include "profile/libsqlite.h"

#if HAVE_SQLITE
#ifdef LATE_SQLITE
#include "base/late.h"

struct libsqlite libsqlite;

bool libsqlite_ready(void)
{
    static const char *const names[] = {
#define F(name) "sqlite3_" #name,
        LIBSQLITE_FUNCTIONS(F)
#undef F
    };
    static struct late late = {LATE_SQLITE, names, sizeof names / sizeof *names, &libsqlite, LATE_UNTRIED};
    return late_load(&late);
}
#else
struct libsqlite libsqlite = {
#define F(name) .name = sqlite3_##name,
    LIBSQLITE_FUNCTIONS(F)
#undef F
};

bool libsqlite_ready(void)
{
    return true;
}
#endif
#endif
