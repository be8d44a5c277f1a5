/* cores: how many threads can run at once here. */
#ifndef ONSET_BASE_CORES_H
#define ONSET_BASE_CORES_H

/* Of the processors that this process may use (affinity), as many as its control groups let it fill (cpu.max,
 * or cfs_quota), rounded up; at least 1. */
int cores_usable(void);

/* What the control groups of a process allow, by its /proc/PID/cgroup and the folder that they are mounted
 * in; 0: they set no limit. */
int cores_allowed(const char *membership, const char *mount);

#endif
