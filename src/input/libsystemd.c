#include "input/libsystemd.h"

#if HAVE_SYSTEMD
#ifdef LATE_SYSTEMD
#include "base/late.h"

struct libsystemd libsystemd;

bool libsystemd_ready(void)
{
    static const char *const names[] = {
#define F(name) "sd_" #name,
        LIBSYSTEMD_FUNCTIONS(F)
#undef F
    };
    static struct late late = {LATE_SYSTEMD, names, sizeof names / sizeof *names, &libsystemd, LATE_UNTRIED};
    return late_load(&late);
}
#else
struct libsystemd libsystemd = {
#define F(name) .name = sd_##name,
    LIBSYSTEMD_FUNCTIONS(F)
#undef F
};

bool libsystemd_ready(void)
{
    return true;
}
#endif
#endif
