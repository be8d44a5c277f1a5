#include "input/libsystemd.h"

#if HAVE_SYSTEMD
#define LIBRARY           libsystemd
#define LIBRARY_READY     libsystemd_ready
#define LIBRARY_FUNCTIONS LIBSYSTEMD_FUNCTIONS
#define LIBRARY_PREFIX    sd_
#ifdef LATE_SYSTEMD
#define LIBRARY_FILE LATE_SYSTEMD
#endif
#include "base/late_library.h"
#endif
