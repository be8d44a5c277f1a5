/* remember: what the commands that keep a baseline do with a store, without a session. */
#ifndef ONSET_ENGINE_REMEMBER_H
#define ONSET_ENGINE_REMEMBER_H

#include "pattern/kernel.h"
#include "profile/profile.h"

/* A line of a log as a profile of one record, of the service unless it names its own. -1: it is no record, or
 * nothing tells of what service. profile_done(ret_profile) in either case. */
int remember_line(const char *line, const char *service, const struct kernel *kernel, int64_t now_ns,
                  struct profile *ret_profile, struct onset_error *err);

#endif
