# shellcheck shell=bash
# A kernel compiled for 64-bit ARM and run under an emulator; sourced. Where there is neither compiler nor emulator, and
# on such a machine itself, where the other tests run the kernel, the test is skipped.
cross=aarch64-linux-gnu-gcc
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
if [ "$(uname -m)" = aarch64 ] || [ -z "$emulator" ] || ! command -v $cross >/dev/null; then
    echo "ok - # SKIP no cross compiler and emulator for aarch64"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

run_aarch64() { # ARGUMENTS OF THE COMPILER...
    if $cross -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -pthread -Iinclude -Isrc -o "$work/program" "$@"; then
        "$emulator" "$work/program"
    else
        echo "not ok - it compiles for aarch64"
        exit 1
    fi
}
