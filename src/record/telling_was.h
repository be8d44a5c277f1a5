/* telling_was: what a setting was and what it is, of a record of named values: "oldValue" and "newValue",
 * "old_size" and "new_size", "from" and "to" where another name says that something changed. */
#ifndef ONSET_RECORD_TELLING_WAS_H
#define ONSET_RECORD_TELLING_WAS_H

#include "record/telling.h"

/* Takes out the member that tells what a setting was, and puts its value into .was of the one that tells what
 * it is (of several such the first by name). Returns how many are left. */
size_t telling_was(struct telling *members, size_t count);

#endif
