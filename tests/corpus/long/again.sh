#!/usr/bin/env bash
# Two outages are recorded once more from real servers, with a new seed, and score as the recorded ones do. Needs root and
# the servers that `./bootstrap lab` installs.
set -u
cd "$(dirname "$0")/../../.." || exit 2
onset=${ONSET:-$PWD/build/release/onset}
if [ "$(id -u)" -ne 0 ]; then
    echo "ok - nothing recorded # skipped: this needs root"
    exit 0
fi
exec corpus/lab/again --onset "$onset"
