#include "profile/libsqlite.h"

#if HAVE_SQLITE
#define LIBRARY           libsqlite
#define LIBRARY_READY     libsqlite_ready
#define LIBRARY_FUNCTIONS LIBSQLITE_FUNCTIONS
#define LIBRARY_PREFIX    sqlite3_
#ifdef LATE_SQLITE
#define LIBRARY_FILE LATE_SQLITE
#endif
#include "base/late_library.h"
#endif
