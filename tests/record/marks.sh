#!/usr/bin/env bash
# The NEON kernel of marks.
set -u
# shellcheck source=tests/engine/aarch64.bash
. "$(dirname "$0")/../engine/aarch64.bash"
run_aarch64 tests/record/plain_marks.c src/record/layout.c src/record/marks*.c src/base/cpu.c src/base/arena.c src/base/error.c
