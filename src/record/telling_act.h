/* telling_act: what a record of an audit says, who did what to what, in the order of a sentence:
 *
 *     delete configmaps/app-config in shop by alice
 *     DeleteBucketPolicy shop-assets by deploy failed: AccessDenied
 *
 * Kubernetes' audit, CloudTrail, activity of Azure and audits of Google's cloud. Requests that only read stay
 * as an access log has them. */
#ifndef ONSET_RECORD_TELLING_ACT_H
#define ONSET_RECORD_TELLING_ACT_H

#include "record/telling.h"

/* Objects whose names tell nothing by themselves, as they stand in the line; empty: there are none. */
struct telling_objects {
    struct span actor;      /* "user", "userIdentity", "identity" */
    struct span parameters; /* "requestParameters" */
};

/* In scratch; empty: the members are no act. */
struct span telling_act(const struct telling *members, size_t count, const struct telling_objects *objects,
                        struct scratch *scratch);

#endif
