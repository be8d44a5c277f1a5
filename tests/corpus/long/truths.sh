#!/usr/bin/env bash
# Every truth of corpus/ is proved against its logs; each case is long enough, and all are small enough.
set -u
cd "$(dirname "$0")/../../.." || exit 2
exec corpus/lab/check corpus/*/truth.json
