#!/usr/bin/env bash
# The NEON kernel of masks.
set -u
# shellcheck source=tests/engine/aarch64.bash
. "$(dirname "$0")/../engine/aarch64.bash"
run_aarch64 tests/pattern/plain_kernels.c src/pattern/kernel.c src/pattern/mask_*.c src/base/cpu.c src/base/error.c
