#include "base/cores.h"
#include "input/files.h"

#include <criterion/criterion.h>

TestSuite(cores, .init = folder_make, .fini = folder_remove);

static void put(const char *name, const char *text)
{
    write_file(path_of(name), text, strlen(text));
}

/* What a kernel writes into these files: Documentation/admin-guide/cgroup-v2.rst, "cpu.max". */
Test(cores, quotas_of_control_groups)
{
    cr_assert_eq(mkdir(path_of("v2"), 0755), 0);
    cr_assert_eq(mkdir(path_of("v2/kubepods"), 0755), 0);
    cr_assert_eq(mkdir(path_of("v2/kubepods/pod7"), 0755), 0);
    put("self", "0::/kubepods/pod7\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 0);
    put("v2/kubepods/pod7/cpu.max", "max 100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 0);
    put("v2/kubepods/cpu.max", "350000 100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 4);
    put("v2/kubepods/pod7/cpu.max", "50000 100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 1);
    put("self", "0::/\n"); /* in a container: the mount is its own group */
    put("v2/cpu.max", "200000 100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 2);
    put("self", "0::/../elsewhere/that/is/not/here\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v2")), 2);
    cr_expect_eq(cores_allowed(path_of("none"), path_of("v2")), 0);
}

Test(cores, quotas_of_version_one)
{
    cr_assert_eq(mkdir(path_of("v1"), 0755), 0);
    cr_assert_eq(mkdir(path_of("v1/cpu"), 0755), 0);
    cr_assert_eq(mkdir(path_of("v1/cpu/docker"), 0755), 0);
    put("self", "5:cpuset:/docker\n4:cpu,cpuacct:/docker\n1:name=systemd:/docker\n");
    put("v1/cpu/cpu.cfs_quota_us", "-1\n");
    put("v1/cpu/cpu.cfs_period_us", "100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v1")), 0);
    put("v1/cpu/docker/cpu.cfs_quota_us", "250000\n");
    put("v1/cpu/docker/cpu.cfs_period_us", "100000\n");
    cr_expect_eq(cores_allowed(path_of("self"), path_of("v1")), 3);
}
