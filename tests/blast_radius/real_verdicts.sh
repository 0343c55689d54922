#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The verdicts of blast_radius, held against owners that xfs_io, filefrag and xfs_db tell, and the ways
# in which a real filesystem cannot be asked.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io xfs_db xfs_freeze filefrag python3 setpriv
need_kind xfs
need_kind ext4
real_begin "$@"

# about RANGE ARGUMENT...: the answer as JSON in $image_dir/json.
about() {
    local range=$1
    shift
    "$programs/blast_radius" "$image_mount" --range "$range" --format json "$@" >"$image_dir/json"
}

# said EXPRESSION: a Python expression over the answer `a`.
said() {
    python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
        "$image_dir/json" "$1"
}

# verdict EXPECTED WHAT: what becomes of the filesystem.
verdict() { expect "$2" "$1" "$(said 'a["verdict"]["filesystem"]')"; }

image_make xfs
image_fill "$programs"
mkdir "$image_mount/directory"
for ((i = 0; i < 200; ++i)); do : >"$image_mount/directory/a file with a long name $i"; done
# A freeze writes the log back to where xfs_db, and who asks for the kind of an inode, read.
xfs_freeze -f "$image_mount"
xfs_freeze -u "$image_mount"
directory=$(stat -c %i "$image_mount/directory")

# A page of the first two records of every kind that xfs_io tells of.
xfs_io -c fsmap "$image_mount" | awk -v directory="$directory" '
    / free space / { next }
    { gsub(/[\[\]:]/, " "); split($4, ends, /\.\./)
      kind = / data [0-9]/ ? $6 == directory ? "directory" : "data" : "metadata"
      label = $0; sub(/^ *[0-9]+ +[0-9]+ +[0-9]+ +[0-9.]+ +/, "", label); gsub(/[0-9.]+/, "", label)
      if (seen[label]++ < 2) print ends[1] * 512, kind }' >"$image_dir/pages"
[ "$(wc -l <"$image_dir/pages")" -gt 12 ] || fail "too few records to ask about"
while read -r offset kind; do
    about "$offset:4096" --all-policies
    said "'\\n'.join(' '.join((p['policy'], p['filesystem'], str(p['result']))) for p in a['policies'])" >"$image_dir/policies"
    for policy in xfs_linux_6_1 xfs_linux_6_8 xfs_linux_7_0 xfs_seed_as_intended; do
        expected="goes_on 0"
        if [ "$kind" = metadata ]; then expected="shuts_down -117"; fi
        # It depends on whether somebody left it in core, which nobody can see.
        if [ "$kind $policy" = "directory xfs_linux_6_1" ]; then expected="depends None"; fi
        expect "$policy: a page of $kind at $offset" "$expected" "$(value "$image_dir/policies" "$policy")"
    done
    expect "the seed as posted: $kind at $offset" "shuts_down -117" "$(value "$image_dir/policies" xfs_seed_as_posted)"
done <"$image_dir/pages"

# The mapped file, found by filefrag.
page_of() { filefrag -b4096 -v "$1" | awk '/^ *0:/ { gsub(/\./, " "); print $4 * 4096; exit }' || true; }
# A directory's block, while somebody works in it: 6.1 shuts down.
of_directory=$(xfs_io -c fsmap "$image_mount" | awk -v inode="$directory" '
    { gsub(/[\[\]:]/, " "); split($4, ends, /\.\./) } $5 == "inode" && $6 == inode { print ends[1] * 512; exit }' || true)
about "$of_directory:4096" --policy xfs_linux_6_1
expect "what it is" directory "$(said 'a["contents"][0]["what"]')"
(cd "$image_mount/directory" && exec sleep 100) &
sleeper=$!
image_processes+=("$sleeper")
for ((tries = 0; tries < 50; ++tries)); do
    about "$of_directory:4096" --policy xfs_linux_6_1
    [ "$(said 'a["verdict"]["filesystem"]')" = depends ] || break
    sleep 0.1
done
verdict shuts_down "a directory in core"
expect "its answer" -16 "$(said 'a["verdict"]["result"]')"
kill "$sleeper"
wait "$sleeper" || true
# The way to a file that is open is in core too.
exec 9<"$image_mount/directory/a file with a long name 7"
about "$of_directory:4096" --policy xfs_linux_6_1
verdict shuts_down "the directory of an open file"
exec 9<&-
about "$of_directory:4096" --policy xfs_linux_6_1
verdict depends "and when it is closed"

page=$(page_of "$image_mount/mapped")
about "$page:4096" --policy xfs_linux_6_8
expect "who is told" "$image_mapper map_file on_access" \
    "$(said '" ".join(str(a["processes"][0][k]) for k in ("process", "command", "notice"))')"
expect "the file" "$image_mount/mapped" "$(said 'a["files"][0]["path"]')"
about "$page:4096" --event removal --policy xfs_linux_6_8
expect "who is told of a removal" now "$(said 'a["processes"][0]["notice"]')"
about "$page:4096" --policy xfs_seed_as_posted
expect "the seed as posted tells nobody before it touches" on_access "$(said 'a["processes"][0]["notice"]')"
about "$(page_of "$image_mount/deep/er/a name"):4096"
expect "nobody is seen to use it" True "$(said 'a["files"][0]["fates"][0] in ("unnoticed", "no_user_seen")')"

# A shared page has two owners, and a page that was written since has one.
about "$(page_of "$image_mount/original"):4096" --names
expect "both owners of a shared extent" "copy original" \
    "$(said '" ".join(sorted(f["path"].split("/")[-1] for f in a["files"]))')"

# The blocks of the attribute fork and of the block map, found by xfs_db.
for what in attributes fragmented; do
    inode=$(stat -c %i "$image_mount/$what")
    if [ "$what" = attributes ]; then
        block=$(xfs_db -r -c "inode $inode" -c 'bmap -a' "$image_device" | awk '{ print $5; exit }')
    else
        block=$(xfs_db -r -c "inode $inode" -c 'print u3.bmbt.ptrs' "$image_device" |
            sed -n 's/.*1:\([0-9]*\).*/\1/p')
    fi
    offset=$(xfs_db -r -c "fsblock $block" -c daddr "$image_device" | awk '{ print $NF * 512 }')
    about "$offset:4096" --policy xfs_linux_6_8
    verdict shuts_down "the metadata of $what"
    expect "the owner" "$inode" "$(said 'a["files"][0]["inode"]')"
    about "$offset:4096" --event removal --policy xfs_seed_as_intended
    verdict goes_on "a removal passes over the metadata of $what"
done

# Free space concerns nobody.
free=$(xfs_io -c fsmap "$image_mount" | awk '/free space/ { gsub(/[\[\]:]/, " "); split($4, e, /\.\./); at = e[1] * 512 } END { print at }')
about "$free:4096"
verdict goes_on "free space"
expect "no records" 0 "$(said 'a["verdict"]["records"]')"

# A removal: everything is told or passed over; the seed as posted stops at the first header.
about "0:$(blockdev --getsize64 "$image_device")" --event removal --policy xfs_linux_6_8
verdict shuts_down "removal in Linux 6.8"
expect "reason" force_umount "$(said 'a["verdict"]["shutdown_reason"]')"
expect "steps" "freeze begin_walk shut_down thaw thaw_user" "$(said '" ".join(a["verdict"]["steps"])')"
"$programs/blast_radius" "$image_mount" --event removal --policy xfs_seed_as_posted --format json >"$image_dir/json"
verdict shuts_down "removal under the seed as posted"
expect "where it stops" 1 "$(said 'a["verdict"]["records"]')"
expect "and what it leaves" none "$(said 'a["processes"][0]["notice"]')"

# Without privilege the verdict is withheld where owners decide it, and stands where they do not.
chmod 755 "$image_dir" "$image_mount"
cp -L "$programs/blast_radius" "$image_dir/blast_radius"
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$image_dir/blast_radius" "$image_mount" --format json "$@" >"$image_dir/json"; }
nobody --range "$page:4096" --policy xfs_linux_6_8
verdict depends "a page, without privilege"
expect "no result" None "$(said 'a["verdict"]["result"]')"
nobody --range "$page:4096" --policy xfs_seed_as_posted
verdict shuts_down "whoever owns it"
nobody --event removal --policy xfs_linux_6_8
verdict shuts_down "whoever owns what"

# Nothing changed.
expect "still in use" ok "$(touch "$image_mount/new" && echo ok)"

image_make xfs_without_rmapbt
"$programs/blast_radius" "$image_mount" --range 0:4K --policy xfs_linux_6_8 --format json >"$image_dir/json"
verdict not_handled "no reverse mapping"

image_make xfs_with_external_log
"$programs/blast_radius" "$image_mount" --device log --policy xfs_linux_6_8 --format json >"$image_dir/json"
verdict shuts_down "an external log fails"
"$programs/blast_radius" "$image_mount" --device log --event removal --policy xfs_linux_6_8 --format json >"$image_dir/json"
verdict goes_on "an external log is removed"
"$programs/blast_radius" "$image_mount" --policy xfs_linux_6_8 | grep -q -- '--device log' ||
    fail "an external log is not told of"

image_make ext4
"$programs/blast_radius" "$image_mount" --range 0:4K --format json >"$image_dir/json"
verdict not_handled "ext4 holds no device"
expect "the default policy" no_holder "$(said 'a["question"]["policy"]')"
"$programs/blast_radius" "$image_mount" --policy xfs_linux_6_8 --format json >"$image_dir/json"
expect "metadata is named" True "$(said 'any(o["what"] == "inodes" for o in a["contents"])')"

# Shut down, and unmounted: said, and not answered.
image_make xfs
expect_problem 65 "beyond the end" "$programs/blast_radius" "$image_mount" --range 1T:4K
expect_problem 66 "mount point" "$programs/blast_radius" "$(dirname "$image_mount")"
"$programs/ask" shut_down "$image_mount"
expect_problem 72 "shut down" "$programs/blast_radius" "$image_mount"
umount "$image_mount"
expect_problem 66 "mount point" "$programs/blast_radius" "$image_mount"

real_end
