#!/usr/bin/env bash
# The NEON kernel of masks.
set -u
# shellcheck source=tests/engine/aarch64.bash
. "$(dirname "$0")/../engine/aarch64.bash"
mkdir "$work/include" # of the headers of libraries, only this one, which is nothing but text
cp "$(echo '#include <xxhash.h>' | ${CC:-gcc} -M -xc - | tr ' ' '\n' | grep '/xxhash\.h$')" "$work/include/" || exit 2
run_aarch64 -I"$work/include" tests/pattern/plain_kernels.c src/pattern/kernel.c src/pattern/mask_*.c src/base/cpu.c src/base/error.c
