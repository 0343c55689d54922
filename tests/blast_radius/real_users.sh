#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# Who uses the bytes of a real filesystem, also where the filesystem does not say whose they are; where
# it cannot be known, that is said; and asking changes nothing.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need filefrag python3 setpriv unshare strace
need_kind xfs
need_kind ext4
real_begin "$@"

about() { "$programs/blast_radius" "$@" --format json >"$image_dir/json"; }
said() {
    python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
        "$image_dir/json" "$1"
}
# The byte of the device where a block of a file lies, as filefrag tells.
block_of() {
    filefrag -b4096 -v "$1" | tr -d ':' | sed 's/\.\./ /g' | awk -v block="${2:-0}" '
        $1 ~ /^[0-9]+$/ && $6 ~ /^[0-9]+$/ && block >= $2 && block < $2 + $6 {
            print ($4 + block - $2) * 4096; exit }'
}
# user PROCESS MEMBER: what is said of a process.
user() { said "next((p['$2'] for p in a['processes'] if p['process'] == $1), None)"; }

# map PATH WORD...: in the background; sets $mapper when it is ready.
map() { image_map "$programs" "$@" || fail "nobody maps $1"; }

# Where the filesystem names no owners, a mapping is found by where its file lies: on ext4, and on XFS
# without a reverse mapping.
for kind in ext4 xfs_without_rmapbt; do
    image_make "$kind"
    image_fill "$programs"
    page=$(block_of "$image_mount/mapped" 3)
    about "$image_mount" --range "$page:4096"
    expect "$kind: who maps it" "$image_mapper" "$(said 'a["processes"][0]["process"]')"
    expect "$kind: the file" "$image_mount/mapped" "$(said 'a["files"][0]["path"]')"
    expect "$kind: its bytes" "{'offset': 12288, 'length': 4096}" "$(said 'a["pieces"][0]["file"]')"
    expect "$kind: users" somebody "$(said 'a["users"]')"
    # A file that nobody uses is not known there, and nobody is not said.
    about "$image_mount" --range "$(block_of "$image_mount/deep/er/a name"):4096"
    expect "$kind: no owner" "unknown" "$(said 'a["contents"][0]["what"]')"
    expect "$kind: no process" 0 "$(said 'len(a["processes"])')"
done

image_make xfs
image_fill "$programs"
page=$(block_of "$image_mount/mapped" 3)

# Only who maps those bytes: a process that maps another part of the file does not.
about "$image_mount" --range "$page:4096"
expect "the mapper" "$image_mapper map_file" \
    "$(said '" ".join(str(a["processes"][0][k]) for k in ("process", "command"))')"
expect "has touched it" present "$(user "$image_mapper" page)"
expect "default" by_system "$(user "$image_mapper" early_kill)"
about "$image_mount" --range "$(block_of "$image_mount/deep/er/a name"):4096"
expect "not of the other file" 0 "$(said 'len(a["processes"])')"

# Early, late, never touched, copied.
declare -A mappers=()
for words in early late untouched copied; do
    map "$image_mount/mapped" "$words"
    mappers[$words]=$mapper
done
about "$image_mount" --range "$page:4096" --policy xfs_linux_6_8
expect "early" "asked present now" "$(for m in early_kill page notice; do user "${mappers[early]}" $m; done | xargs)"
expect "late" "not_asked present on_access" "$(for m in early_kill page notice; do user "${mappers[late]}" $m; done | xargs)"
expect "untouched" "absent on_access" "$(for m in page notice; do user "${mappers[untouched]}" $m; done | xargs)"
expect "copied" "absent on_access" "$(for m in page notice; do user "${mappers[copied]}" $m; done | xargs)"
about "$image_mount" --range "$page:4096" --policy xfs_linux_6_8 --event removal
expect "a removal: late" now "$(user "${mappers[late]}" notice)"
expect "a removal: untouched" none "$(user "${mappers[untouched]}" notice)"
for words in "${!mappers[@]}"; do kill "${mappers[$words]}"; done

# Processes that are alike are one line.
for ((i = 0; i < 3; ++i)); do map "$image_mount/mapped"; done
"$programs/blast_radius" "$image_mount" --range "$page:4096" >"$image_dir/text"
checks=$((checks + 1))
grep -q "4 x map_file" "$image_dir/text" || fail "not one line: $(cat "$image_dir/text")"

# Through an overlay, as in a container: its layers all lie here.
mkdir "$image_mount"/{lower,upper,work} "$image_dir/mount.merged"
dd if=/dev/urandom of="$image_mount/lower/in_container" bs=64K count=1 status=none
sync -f "$image_mount"
if mount -t overlay overlay -o "lowerdir=$image_mount/lower,upperdir=$image_mount/upper,workdir=$image_mount/work" \
    "$image_dir/mount.merged" 2>/dev/null; then
    page_of_lower=$(block_of "$image_mount/lower/in_container")
    about "$image_mount" --range "$page_of_lower:4096"
    expect "nobody yet" 0 "$(said 'len(a["processes"])')"
    map "$image_dir/mount.merged/in_container"
    # Opened to be written, it was copied up, and shares its blocks with what it was.
    about "$image_mount" --range "$page_of_lower:4096"
    expect "through the overlay, by the lower's block" "$mapper" "$(said 'a["processes"][0]["process"]')"
    expect "both files" 2 "$(said 'len(a["files"])')"
    copied_up=$(block_of "$image_mount/upper/in_container")
    about "$image_mount" --range "$copied_up:4096"
    expect "through the overlay" "$mapper" "$(said 'a["processes"][0]["process"]')"
    expect "its name there" "$image_dir/mount.merged/in_container" "$(said 'a["files"][0]["path"]')"
    kill "$mapper"
    wait "$mapper" || true
    umount "$image_dir/mount.merged"
else
    echo "not checked: no overlays here"
fi

# A loop device on a file.
truncate -s 1M "$image_mount/disk.img"
dd if=/dev/urandom of="$image_mount/disk.img" bs=64K count=1 conv=notrunc status=none
sync -f "$image_mount"
loop=$(losetup -f --show "$image_mount/disk.img")
about "$image_mount" --range "$(block_of "$image_mount/disk.img"):4096"
expect "a loop device" "loop_device $loop" \
    "$(said '" ".join(a["kernel_users"][0][k] for k in ("what", "name"))')"
expect "it is somebody" somebody "$(said 'a["users"]')"
losetup -d "$loop"

# A process whose first thread has ended has its mappings all the same.
python3 - "$image_mount/mapped" <<'END' >"$image_dir/ready" &
import ctypes, mmap, os, sys, threading, time
f = os.open(sys.argv[1], os.O_RDONLY)
m = mmap.mmap(f, 0, prot=mmap.PROT_READ)
m[12288]
threading.Thread(target=time.sleep, args=(600,)).start()
print("ready", flush=True)
# exit, of this thread alone
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
END
mapper=$!
image_processes+=("$mapper")
until grep -qs ready "$image_dir/ready" && ! [ -s "/proc/$mapper/maps" ]; do sleep 0.1; done
about "$image_mount" --range "$page:4096"
expect "its first thread has ended" "$mapper" "$(said "next((p['process'] for p in a['processes'] if p['process'] == $mapper), None)")"
kill -9 "$mapper"

# A file that is swapped to.
dd if=/dev/zero of="$image_mount/swap" bs=1M count=4 status=none
chmod 600 "$image_mount/swap"
mkswap -q "$image_mount/swap"
sync -f "$image_mount"
if swapon "$image_mount/swap" 2>/dev/null; then
    about "$image_mount" --range "$(block_of "$image_mount/swap"):4096"
    swapoff "$image_mount/swap"
    expect "swapped to" "swap_file $image_mount/swap" \
        "$(said '" ".join(a["kernel_users"][0][k] for k in ("what", "name"))')"
    expect "it is a file" file_data "$(said 'a["contents"][0]["what"]')"
else
    echo "not checked: nothing can be swapped to here"
fi

# Names of what is mapped: a deleted file, and one on a bind mount of a directory.
dd if=/dev/urandom of="$image_mount/deleted" bs=4096 count=4 status=none
sync -f "$image_mount"
page_of_deleted=$(block_of "$image_mount/deleted")
map "$image_mount/deleted"
rm "$image_mount/deleted"
about "$image_mount" --range "$page_of_deleted:4096"
expect "a deleted file" "$image_mount/deleted (deleted)" "$(said 'a["files"][0]["path"]')"
mkdir "$image_dir/mount.bind"
mount --bind "$image_mount/deep" "$image_dir/mount.bind"
map "$image_dir/mount.bind/er/a name"
about "$image_dir/mount.bind" --range "$(block_of "$image_mount/deep/er/a name"):4096"
expect "on a bind mount" "$image_dir/mount.bind/er/a name" "$(said 'a["files"][0]["path"]')"
kill "$mapper"
wait "$mapper" || true
umount "$image_dir/mount.bind"

# A file that refers to one block thousands of times: no owner is lost, however the kernel's answers
# end, and who maps the 4900th reference is found.
python3 - "$image_mount/dedupe" <<'END'
import fcntl, os, struct, sys
FICLONERANGE = 0x4020940D
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
os.write(f, b"x" * 4096)
os.fsync(f)
for i in range(5000):
    fcntl.ioctl(f, FICLONERANGE, struct.pack("qQQQ", f, 0, 4096, 8192 * (i + 1)))
os.fsync(f)
END
inode=$(stat -c %i "$image_mount/dedupe")
"$programs/ask" records "$image_mount" | awk -v inode="$inode" '$3 == "file_data" && $4 == inode { print $5 }' |
    sort -n >"$image_dir/found"
filefrag -b4096 -v "$image_mount/dedupe" | tr -d ':' | sed 's/\.\./ /g' |
    awk '$1 ~ /^[0-9]+$/ && $6 ~ /^[0-9]+$/ { print $2 * 4096 }' | sort -n >"$image_dir/expected"
same "references to one block: filefrag" "$image_dir/expected" "$image_dir/found"
rm "$image_dir/ready"
python3 - "$image_mount/dedupe" <<'END' >"$image_dir/ready" &
import mmap, os, sys, time
f = os.open(sys.argv[1], os.O_RDONLY)
m = mmap.mmap(f, 4096, prot=mmap.PROT_READ, offset=8192 * 4900)
m[0]
print("ready", flush=True)
time.sleep(600)
END
mapper=$!
image_processes+=("$mapper")
until grep -qs ready "$image_dir/ready"; do sleep 0.1; done
about "$image_mount" --range "$(block_of "$image_mount/dedupe"):4096"
expect "who maps the 4900th reference" "$mapper" "$(said 'a["processes"][0]["process"]')"
kill "$mapper"

# Where that many refer to an extent of several blocks, a kernel may leave some out. Then that is said,
# and nobody is not.
python3 - "$image_mount/dedupe_of_two" <<'END'
import fcntl, os, struct, sys
FICLONERANGE = 0x4020940D
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
os.write(f, b"x" * 8192)
os.fsync(f)
for i in range(3000):
    fcntl.ioctl(f, FICLONERANGE, struct.pack("qQQQ", f, 0, 8192, 16384 * (i + 1)))
os.fsync(f)
END
inode=$(stat -c %i "$image_mount/dedupe_of_two")
found=$("$programs/ask" records "$image_mount" | awk -v inode="$inode" '$3 == "file_data" && $4 == inode' | wc -l)
about "$image_mount" --range "$(block_of "$image_mount/dedupe_of_two" 1):4096"
says_so=$(said 'any("The kernel left owners out" in r for r in a["remarks"])')
echo "$found of 3001 references to two blocks; that some are left out is said: $says_so"
expect "all owners, or a remark" True "$([ "$found" -eq 3001 ] && echo True || echo "$says_so")"
[ "$says_so" = False ] || expect "users of what is left out" unknown "$(said 'a["users"]')"

# What is open and not mapped is in core, and asking opens nothing else: a search for names is asked for.
exec 9<"$image_mount/copy"
# Who looks for leaks cannot be traced.
export ASAN_OPTIONS=detect_leaks=0
strace -f -o "$image_dir/trace" -e trace=openat,open,open_by_handle_at,getdents64 \
    "$programs/blast_radius" "$image_mount" --range "$(block_of "$image_mount/deep/er/a name"):4096" >/dev/null
expect "opened below the mount" "" "$(grep -F "$image_mount/" "$image_dir/trace" || true)"
strace -f -o "$image_dir/trace" -e trace=openat,open,open_by_handle_at \
    "$programs/blast_radius" "$image_mount" --names --range "$(block_of "$image_mount/deep/er/a name"):4096" >"$image_dir/text"
checks=$((checks + 1))
grep -q 'O_NOATIME' "$image_dir/trace" || fail "the search for names leaves traces"
grep -q 'deep/er/a name' "$image_dir/text" || fail "the search finds no name: $(cat "$image_dir/text")"
exec 9<&-

# A name is no command for a terminal, and no line of its own.
awkward=$image_mount/$'a\033[2J\nVerdict: |fine` <x>&\xff'
dd if=/dev/urandom of="$awkward" bs=4096 count=1 status=none
sync -f "$image_mount"
map "$awkward"
for format in text json markdown csv svg; do
    "$programs/blast_radius" "$image_mount" --range "$(block_of "$awkward"):4096" --format "$format" >"$image_dir/out"
    checks=$((checks + 1))
    ! grep -q $'\033' "$image_dir/out" || fail "$format has an escape sequence"
    ! grep -q '^Verdict' "$image_dir/out" || fail "$format has a forged line"
    python3 -c 'import sys; open(sys.argv[1], encoding="utf-8").read()' "$image_dir/out" || fail "$format is no UTF-8"
    case $format in
    json) python3 -m json.tool "$image_dir/out" >/dev/null || fail "no JSON" ;;
    svg) python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$image_dir/out" || fail "no XML" ;;
    esac
done
kill "$mapper"

# Where users may be hidden, that is said: no permission, no descriptors left, another pid namespace.
unused=$(block_of "$image_mount/deep/er/a name")
chmod 755 "$image_dir" "$image_mount"
cp -L "$programs/blast_radius" "$image_dir/blast_radius"
setpriv --reuid=65534 --regid=65534 --clear-groups "$image_dir/blast_radius" "$image_mount" \
    --range "$unused:4096" --format json >"$image_dir/json"
expect "without permission" unknown "$(said 'a["users"]')"
(ulimit -n 8 && about "$image_mount" --range "$unused:4096") || fail "eight descriptors are too few"
expect "without descriptors" unknown "$(said 'a["users"]')"
if unshare --pid --fork --mount-proc true 2>/dev/null; then
    unshare --pid --fork --mount-proc "$programs/blast_radius" "$image_mount" --range "$unused:4096" \
        --format json >"$image_dir/json"
    expect "in another pid namespace" True "$(said 'any("pid namespace" in u for u in a["unseen_users"])')"
else
    echo "not checked: no pid namespaces here"
fi

# A record, asked again.
"$programs/blast_radius" "$image_mount" --range "$page:4096" --record "$image_dir/record" >"$image_dir/expected"
"$programs/blast_radius" --replay "$image_dir/record" --range "$page:4096" >"$image_dir/found"
same "asked again" "$image_dir/expected" "$image_dir/found"

real_end
