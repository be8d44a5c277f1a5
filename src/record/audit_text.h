/* audit_text: which command a record of the Linux audit tells of. auditd writes it in hexadecimal where it
 * holds blanks, and an execve word by word:
 *
 *     type=USER_CMD ... cmd=73797374656D63746C2073746F70 res=success'  ->  USER_CMD by alice:
 * COMMAND=systemctl stop type=EXECVE ... argc=2 a0="systemctl" a1="stop"                  ->  EXECVE:
 * COMMAND=systemctl stop type=PROCTITLE ... proctitle=73797374656D63746C                  ->  PROCTITLE:
 * systemctl
 *
 * COMMAND= as sudo has it: the same rules know both. */
#ifndef ONSET_RECORD_AUDIT_TEXT_H
#define ONSET_RECORD_AUDIT_TEXT_H

#include "record/telling.h"

/* members: of the line, in its order. In scratch; empty: no such record. */
struct span audit_text(const struct telling *members, size_t count, struct scratch *scratch);

#endif
