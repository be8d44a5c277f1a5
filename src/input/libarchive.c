#include "input/libarchive.h"

#if HAVE_ARCHIVE
#define LIBRARY           libarchive
#define LIBRARY_READY     libarchive_ready
#define LIBRARY_FUNCTIONS LIBARCHIVE_FUNCTIONS
#define LIBRARY_PREFIX    archive_
#ifdef LATE_ARCHIVE
#define LIBRARY_FILE LATE_ARCHIVE
#endif
#include "base/late_library.h"
#endif
