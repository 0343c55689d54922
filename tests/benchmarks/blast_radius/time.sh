#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# What answers about a whole device take, beside a bare loop and beside xfs_io: see times.py. RECORDS says how
# many records there are (100000), RESULT which file is written.

# shellcheck source=../../support/real/support.sh
. "$(dirname "$0")/../../support/real/support.sh"

need xfs_io python3
need_kind xfs
real_begin "$@"
image_make_big "${RECORDS:-100000}" "$programs"
python3 "$(dirname "$0")/times.py" measure "$programs" "$image_mount" "${RESULT:-$image_dir/times.json}"
