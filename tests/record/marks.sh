#!/usr/bin/env bash
# The NEON kernel of marks, compiled for 64-bit ARM and run under an emulator. Skipped where there is neither.
set -u
cross=aarch64-linux-gnu-gcc
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
if [ "$(uname -m)" = aarch64 ] || [ -z "$emulator" ] || ! command -v $cross >/dev/null; then
    echo "ok - # SKIP no cross compiler and emulator for aarch64"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
if ! $cross -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -pthread -Iinclude -Isrc -o "$work/marks" \
    tests/record/plain_marks.c src/record/layout.c src/record/marks*.c src/base/cpu.c src/base/arena.c src/base/error.c; then
    echo "not ok - the kernels of marks compile for aarch64"
    exit 1
fi
"$emulator" "$work/marks"
