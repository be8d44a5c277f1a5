#!/usr/bin/env bash
# The NEON kernel, compiled for 64-bit ARM and run under an emulator. Skipped where there is neither.
set -u
cross=aarch64-linux-gnu-gcc
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
if [ "$(uname -m)" = aarch64 ] || [ -z "$emulator" ] || ! command -v $cross >/dev/null; then
    echo "ok - # SKIP no cross compiler and emulator for aarch64"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/include" # of the headers of libraries, only this one, which is nothing but text
cp "$(echo '#include <xxhash.h>' | ${CC:-gcc} -M -xc - | tr ' ' '\n' | grep '/xxhash\.h$')" "$work/include/" || exit 2
if ! $cross -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -Iinclude -Isrc -I"$work/include" -o "$work/kernels" \
    tests/pattern/plain_kernels.c src/pattern/kernel.c src/pattern/mask_*.c src/base/cpu.c src/base/error.c; then
    echo "not ok - the kernels compile for aarch64"
    exit 1
fi
"$emulator" "$work/kernels"
