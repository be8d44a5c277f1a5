/* identity: which service a source is an instance of, told from its name alone.
 *
 * The name may be a path ("/var/log/pods/shop_cart-7d9f8b6c5d-x2x4q_uid/cart/0.log", "logs/cart.log.1.gz"),
 * a pod ("cart-7d9f8b6c5d-x2x4q", "kafka-0"), a container, a unit ("nginx.service") or a syslog tag
 * ("sshd[123]"). Removed: folders, log/compression/rotation endings, dates, ReplicaSet hashes, pod suffixes,
 * StatefulSet ordinals, PIDs, container ids. Kept when nothing would remain; only an empty name gives none.
 *
 * What was decided, so that a service is what somebody on call would call it:
 * - Channels of a program are one service: nginx/access.log, nginx/error.log, nginx-access.log and
 *   nginx.err.log are "nginx". A name that says only the channel (access, error, stdout, current, app, 0, a
 *   date) gives way to its folder, past folders that say nothing either (logs, var, tmp, baseline, a date);
 *   syslog, messages, auth stay.
 * - A container is its workload: /var/log/pods/shop_cart-...-x2x4q_uid/server/0.log is "cart". A container
 *   whose name is neither general (app, main, server) nor a part of the workload's name is a program of its
 *   own there: "cart.istio-proxy". The same for "pod/cart-...-x2x4q/istio-proxy" and for the files of
 *   /var/log/containers.
 * - Numbers behind a dash or underscore are replicas (web-01, kafka-0, shop_cart_1), as are numbers with a
 *   leading zero (web01); other numbers are names (s3, db2, mysql8, auth-v2).
 * - In "cart-0.prod.example.com" only the first part is an instance: "cart.prod.example.com".
 * - A docker container known by nothing but its id is the first 12 digits of it. */
#ifndef ONSET_INPUT_IDENTITY_H
#define ONSET_INPUT_IDENTITY_H

#include "base/span.h"
#include "base/text.h"

void identity_service(struct span name, struct text *ret_service); /* clears ret_service first */
/* Of a writer inside a source: a syslog tag ("postfix/smtpd"), a pod and its container
 * ("cart-7d9f8b6c5d-x2x4q/app"), a service and its host ("cart @ node-3"). */
void identity_writer(struct span name, struct text *ret_service);
/* The name without compression ending and rotation suffix, folders kept. A date goes also from before the
 * ending: cart-20260807.log and cart.log.1.gz are both cart.log. */
void identity_stream(struct span name, struct text *ret_stream);

#endif
