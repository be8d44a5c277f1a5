/* judge: the severity of a message that names none by envelope, field or stamp. */
#ifndef ONSET_ENGINE_JUDGE_H
#define ONSET_ENGINE_JUDGE_H

#include "pattern/kernel.h"

#define JUDGE_BYTES_MAX (256 * 1024) /* what is looked at of a message */

/* Judged on the masked text, so that every message of a pattern gives the same. masked: room for the kernel's
 * mask of that much. 0 when nothing tells. */
uint8_t judge_message(const struct kernel *kernel, struct span message, uint8_t *masked);

#endif
