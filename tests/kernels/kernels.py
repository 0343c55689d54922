#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Boots kernels, plays scenarios in them, and compares what they do with observed.csv.

Packages are fetched by a configuration of apt of its own and unpacked in a cache; nothing of the
system changes. A guest runs under QEMU's instruction counter (-icount): a second of the guest is a
number of instructions, so that neither a limit in it nor the order of things depends on how busy
the machine is.
"""

import argparse
import csv
import difflib
import errno
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

import asked

HERE = pathlib.Path(__file__).resolve().parent
MISSING, NOT_AS_RECORDED, MISUSE = 69, 1, 64

FACTS = ["event", "cause", "holder", "role", "mount", "rmap", "range", "groups", "owner", "kind",
         "inode", "mapping", "sharing", "mappers", "read_only", "already_shut_down",
         "frozen_by_user"]
ANSWERS = ["holder_answer", "answer", "course"]
TOLD = ["told_early", "told_default", "told_late", "told_without_page", "told_sharer",
        "told_elsewhere"]
LEFT = ["frozen", "mappings_live", "oops", "umount"]
COLUMNS = ["kernel", "package", "scenario", "runs"] + FACTS + ANSWERS + TOLD + LEFT

SHUTDOWNS = {0x1: "meta_io_error", 0x2: "log_io_error", 0x4: "force_umount",
             0x8: "corrupt_incore", 0x10: "corrupt_ondisk", 0x20: "device_removed"}
MF_MEM_PRE_REMOVE = 0x80
STATX_ATTR_DAX = 0x200000
MCEERR = {"4", "5"}  # BUS_MCEERR_AR, BUS_MCEERR_AO

# What the guest needs, in the order in which it is loaded; what a kernel has built in, or does not
# have, is left out.
MODULES = ["crc32c_generic", "crc32c-cryptoapi", "crc32c-intel", "libnvdimm", "nd_e820", "nfit",
           "nd_btt", "nd_pmem", "dax_pmem", "fsdev_dax", "dm-mod", "dm-delay", "xfs", "ext4",
           "hwpoison-inject"]
PROGRAMS = ["usr/sbin/mkfs.xfs", "usr/sbin/xfs_io", "usr/sbin/mke2fs", "usr/sbin/dmsetup",
            "usr/bin/busybox"]
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "cpio": "cpio", "depmod": "kmod",
         "gcc": "gcc", "dpkg-deb": "dpkg", "apt-get": "apt"}

# Three legacy pmem devices of 512, 256 and 256 MiB; what is above them is where QEMU puts the
# initramfs.
MEMORY = "2048M"
PMEM = "memmap=512M!512M memmap=256M!1G memmap=256M!1280M"
# For a zoned filesystem one of 2 GiB, the only one: all that is above 4 GiB.
ZONED_MEMORY = "5120M"
ZONED_PMEM = "memmap=2G!4G"
# How much CPU time a guest may use, and how long it may sleep, before it says its next line.
MOST_CPU_SECONDS = 300
MOST_STALLED_SECONDS = 120


class Problem(Exception):
    """What keeps us from going on: a line for the user, and an exit status."""

    def __init__(self, text, status=1):
        super().__init__(text)
        self.status = status


def run(*command, **options):
    """Runs a command; what it says is part of the problem if it fails."""
    done = subprocess.run([str(word) for word in command], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        last = (done.stdout.strip().splitlines() or ["(it said nothing)"])[-1]
        raise Problem(f"{command[0]} failed with status {done.returncode}: {last}")
    return done.stdout


def require_tools():
    """Ends with the names of the packages that are missing."""
    missing = sorted(TOOLS[tool] for tool in TOOLS if not shutil.which(tool))
    if missing:
        raise Problem(f"missing packages: apt-get install {' '.join(missing)}", MISSING)


# Packages.

class Packages:
    """The packages of a mirror, by lists and a cache of our own."""

    def __init__(self, cache):
        self.directory = cache / "packages"
        self.root = cache / "apt"
        self.is_updated = False

    def mirror(self, suite):
        """The address of a suite: that of the machine's own sources."""
        kind = "Debian-Security" if suite.endswith("-security") else "Debian"
        said = run("apt-get", "indextargets", "--format", "$(LABEL)|$(REPO_URI)",
                   "Created-By: Packages")
        for line in said.splitlines():
            label, _, address = line.partition("|")
            if label == kind:
                return address
        name = "debian-security" if kind == "Debian-Security" else "debian"
        return f"http://deb.debian.org/{name}"

    def apt(self, *words):
        """Runs apt-get with that configuration."""
        for part in ("lists/partial", "cache/archives/partial", "state"):
            (self.root / part).mkdir(parents=True, exist_ok=True)
        options = {"Dir::Etc::sourcelist": self.root / "sources.list",
                   "Dir::Etc::sourceparts": "/dev/null", "Dir::State::Lists": self.root / "lists",
                   "Dir::Cache": self.root / "cache", "Dir::State": self.root / "state",
                   "Dir::State::status": "/dev/null", "Acquire::Check-Valid-Until": "false",
                   "Acquire::Languages": "none", "APT::Sandbox::User": "root"}
        return run("apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items()),
                   *words, cwd=self.directory)

    def update(self, suites):
        """Fetches the lists of these suites, once."""
        if self.is_updated:
            return
        self.root.mkdir(parents=True, exist_ok=True)
        key = "/usr/share/keyrings/debian-archive-keyring.gpg"
        try:
            (self.root / "sources.list").write_text("".join(
                f"deb [signed-by={key}] {self.mirror(suite)} {suite} main\n" for suite in suites))
            self.apt("update", "-oAPT::Update::Error-Mode=any")
        except Problem as problem:
            raise Problem(f"the mirror's lists cannot be fetched ({problem})", MISSING) from None
        self.is_updated = True

    def fetch(self, packages):
        """The files of these packages, [name, version, suite, sha256]."""
        self.directory.mkdir(parents=True, exist_ok=True)
        suites = sorted({suite for _, _, suite, _ in KERNELS["all_packages"]})
        files = []
        for name, version, suite, digest in packages:
            file = self.directory / f"{name}_{version.replace(':', '%3a')}_amd64.deb"
            if not file.exists():
                self.update(suites)
                try:
                    self.apt("download", f"{name}={version}")
                except Problem as problem:
                    raise Problem(f"{name} {version} of {suite} cannot be fetched ({problem}); "
                                  "where the mirror has a newer one, name that in kernels.toml",
                                  MISSING) from None
            if not file.exists():
                raise Problem(f"apt-get left no {file.name}", MISSING)
            found = hashlib.sha256(file.read_bytes()).hexdigest()
            if found != digest:
                file.unlink()
                raise Problem(f"{name} {version}: its sha256 is {found}, kernels.toml has {digest}")
            files.append(file)
        return files

    def unpack(self, packages, where):
        """Unpacks them below a directory, unless that was done."""
        mark = where / ".unpacked"
        wanted = repr(packages)
        if mark.exists() and mark.read_text() == wanted:
            return
        files = self.fetch(packages)
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        for file in files:
            run("dpkg-deb", "-x", file, where)
        mark.write_text(wanted)


# A kernel, and the initramfs that goes with it.

class Kernel:
    """A kernel that can be booted: its name, the version of its package, its image and modules, and
    the cache that its guest is kept in."""

    def __init__(self, name, package, image, modules, cache):
        self.name, self.package, self.image, self.modules = name, package, image, modules
        self.asks = ""  # whether blast_radius is asked in its guests: "yes", "names", or not
        self.directory = cache / "guests" / re.sub(r"[^\w.+-]", "_", name)

    @staticmethod
    def of_debian(version, packages, cache):
        """That of kernels.toml."""
        where = cache / "unpacked" / version
        packages.unpack(KERNELS["kernels"][version]["packages"], where)
        images = sorted([*where.glob("boot/vmlinuz-*"), *where.glob("usr/lib/modules/*/vmlinuz")])
        modules = sorted([*where.glob("lib/modules/*"), *where.glob("usr/lib/modules/*")])
        if len(images) != 1 or not modules:
            raise Problem(f"{version}: its packages have {len(images)} images")
        package = KERNELS["kernels"][version]["packages"][0][1]
        return Kernel(version, package, images[0], modules[0], cache)

    def dependencies(self, module):
        """The files of a module and of what it needs, in the order in which they are loaded."""
        if not self.modules:
            return []
        wanted = module.replace("-", "_")
        for line in (self.modules / "modules.dep").read_text().splitlines():
            file, _, needed = line.partition(":")
            if pathlib.Path(file).name.split(".")[0].replace("-", "_") == wanted:
                return [self.modules / name for name in (*reversed(needed.split()), file)]
        return []

    def build(self, userland, blast_radius=None):
        """The initramfs, anew, with blast_radius if it is to be asked."""
        root = self.directory / "root"
        shutil.rmtree(root, ignore_errors=True)
        for part in ("bin", "sbin", "proc", "sys", "dev", "run", "mnt", "etc", "modules", "plan",
                     "usr/sbin", "usr/bin", "usr/lib/x86_64-linux-gnu", "usr/lib64"):
            (root / part).mkdir(parents=True)
        (root / "lib").symlink_to("usr/lib")
        (root / "lib64").symlink_to("usr/lib64")
        for program in PROGRAMS:
            shutil.copy(userland / program, root / program)
        for library in (userland / "usr/lib/x86_64-linux-gnu").glob("*.so*"):
            shutil.copy(library, root / "usr/lib/x86_64-linux-gnu")
        shutil.copy(userland / "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", root / "usr/lib64")
        shutil.move(root / "usr/bin/busybox", root / "bin/busybox")
        (root / "bin/sh").symlink_to("busybox")
        (root / "usr/sbin/mkfs.ext4").symlink_to("mke2fs")
        run("gcc", "-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", root / "bin/user",
            HERE / "guest/user.c")
        if blast_radius:
            shutil.copy(blast_radius, root / "usr/bin/blast_radius")
            for library in re.findall(r"=> (/\S+)", run("ldd", blast_radius)):
                if not (there := root / "usr/lib/x86_64-linux-gnu" /
                        pathlib.Path(library).name).exists():
                    shutil.copy(library, there)
        shutil.copy(HERE / "guest/init", root / "init")
        os.chmod(root / "init", 0o755)

        if self.modules and not (self.modules / "modules.dep").exists():
            run("depmod", "-b", self.modules.parent.parent.parent, self.modules.name)
        order = []
        for module in MODULES:
            for file in self.dependencies(module):
                name = re.sub(r"\.(xz|zst|gz)$", "", file.name)
                if name in order:
                    continue
                order.append(name)
                if file.name == name:
                    shutil.copy(file, root / "modules")
                else:
                    tool = {"xz": "xz", "zst": "zstd", "gz": "gzip"}[file.suffix[1:]]
                    with open(root / "modules" / name, "wb") as out:
                        subprocess.run([tool, "-dc", file], stdout=out, check=True)
        (root / "modules/order").write_text("".join(name + "\n" for name in order))
        pack(root, self.directory / "initramfs")


def pack(root, archive):
    """A cpio archive of a directory."""
    with open(archive, "wb") as out:
        names = "\n".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], input=names.encode(),
                       stdout=out, cwd=root, check=True)


# Scenarios.

def scenarios():
    """All scenarios by name, each complete."""
    read = tomllib.loads((HERE / "scenarios.toml").read_text())
    usual = read.pop("usual")
    made = {}
    for name, said in read.items():
        for key in said:
            if key not in usual:
                raise Problem(f"scenarios.toml: {name}: there is no {key}")
        for key in said.get("facts", {}):
            if key not in FACTS:
                raise Problem(f"scenarios.toml: {name}: there is no fact {key}")
        made[name] = {**usual, **said, "facts": {**usual["facts"], **said.get("facts", {})}}
    return made


def version_number(text):
    """6.12 as (6, 12)."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def scenarios_of(kernel):
    """The names of those that a kernel of this version can have."""
    return [name for name, scenario in scenarios().items()
            if version_number(kernel) >= version_number(scenario["since"])]


# A boot.

def start_guest(kernel, plan, work):
    """Starts QEMU with a kernel and the scenarios of a plan."""
    overlay = work / "overlay"
    (overlay / "plan").mkdir(parents=True)
    for number, (name, scenario) in enumerate(plan):
        assignments = {key: value for key, value in scenario.items()
                       if key not in ("facts", "since")} | {"asks": kernel.asks}
        (overlay / "plan" / f"{number:03}").write_text(
            f"name={shlex.quote(name)}\n" + "".join(
                f"{key}={shlex.quote(str(value))}\n" for key, value in assignments.items()))
    pack(overlay, work / "plan.cpio")
    initramfs = work / "initramfs"
    initramfs.write_bytes((kernel.directory / "initramfs").read_bytes() +
                          (work / "plan.cpio").read_bytes())
    is_zoned = any(scenario["realtime"] == "internal" for _, scenario in plan)
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "nice", "qemu-system-x86_64", "-accel", "tcg,thread=single",
         "-icount", "shift=1,sleep=off", "-rtc", "base=2026-01-01,clock=vm",
         "-cpu", "max,la57=off", "-smp", "1", "-machine", "pc", "-m", ZONED_MEMORY if is_zoned else MEMORY,
         "-display", "none", "-nodefaults", "-no-reboot", "-kernel", kernel.image,
         "-initrd", initramfs, "-append",
         f"console=ttyS0 panic=-1 {ZONED_PMEM if is_zoned else PMEM} mitigations=off nokaslr preempt=full cryptomgr.notests "
         "random.trust_cpu=on",
         "-serial", f"file:{work}/console", "-serial", f"file:{work}/log"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=open(work / "qemu", "wb"), start_new_session=True)


def cpu_seconds(pid):
    """The CPU time that a process has used."""
    try:
        after_name = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def is_asleep(pid):
    """Whether every thread of a process sleeps: none runs, waits for a processor, or is stopped."""
    try:
        return all((task / "stat").read_text().rpartition(")")[2].split()[0] in "SDI"
                   for task in pathlib.Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return True


def watch(guest, log):
    """Waits for the end of a guest; why it was ended, or None where it ended by itself. A guest that
    is kept from running by others is waited for."""
    size, cpu_then, cpu, moved = -1, 0.0, 0.0, time.monotonic()
    try:
        while guest.poll() is None:
            time.sleep(0.2)
            new_size = log.stat().st_size if log.exists() else 0
            new_cpu = cpu_seconds(guest.pid)
            if new_size != size or new_cpu != cpu or not is_asleep(guest.pid):
                moved = time.monotonic()
            if new_size != size:
                size, cpu_then = new_size, new_cpu
            cpu = new_cpu
            if cpu - cpu_then > MOST_CPU_SECONDS:
                return f"it said nothing for {MOST_CPU_SECONDS} s of CPU time"
            if time.monotonic() - moved > MOST_STALLED_SECONDS:
                return f"it slept for {MOST_STALLED_SECONDS} s"
        return None
    finally:
        if guest.poll() is None:
            os.killpg(guest.pid, signal.SIGKILL)
            guest.wait()


def boot(kernel, plan, keep):
    """Boots once; the lines of each scenario that began, by its name, and what the guest died of."""
    with tempfile.TemporaryDirectory(prefix="daxhold-kernels-") as directory:
        work = pathlib.Path(directory)
        guest = start_guest(kernel, plan, work)
        died = watch(guest, work / "log")
        text = (work / "log").read_text(errors="replace") if (work / "log").exists() else ""
        console = (work / "console").read_text(errors="replace") if (work / "console").exists() else ""
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(work / "log", keep / f"{plan[0][0]}.log")
            shutil.copy(work / "console", keep / f"{plan[0][0]}.console")
        if not text:
            said = (work / "qemu").read_text(errors="replace").strip().splitlines()
            died = died or (said or ["it said nothing"])[-1]
    found, name = {}, None
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["kernel"] and kernel.modules and words[1] != kernel.modules.name:
            raise Problem(f"the guest runs {words[1]}, not {kernel.modules.name}")
        if words[:1] == ["scenario"] and len(words) > 2:
            name = words[1] if words[2] == "begins" else name
            found.setdefault(name, []).append(line)
            if words[2] == "ends":
                name = None
        elif name:
            found[name].append(line)
    if name:
        panic = "Kernel panic" in console
        found[name].append("panic" if panic else f"died {died or 'without a word'}")
    return found, died


# What the lines say.

# The targets that the users of a scenario use.
USED_TARGETS = ["data", "shared", "unwritten", "realtime_data"]


class NotRun(Exception):
    """Why a scenario is no observation."""


def errno_name(value):
    """-95 as -EOPNOTSUPP, in the kernel's words."""
    names = {95: "EOPNOTSUPP", 117: "EFSCORRUPTED"}
    return "0" if value == 0 else "-" + (names.get(-value) or errno.errorcode.get(-value, str(-value)))


OWNERS = [("free space", "-"), ("attr", "attribute_fork"), ("(extent map|btree|bmbt)", "bmbt"),
          ("inode [0-9]+ ", "file_data"), ("journalling log|internal log", "log"),
          ("[Cc][Oo][Ww]|copy", "cow_staging"), ("unknown", "unknown"), ("", "metadata")]


def owner_of(said):
    """The owner, of what xfs_io's fsmap says of an extent."""
    about_inode = said.startswith("inode ") and not said.startswith("inode btree")
    for pattern, owner in OWNERS:
        if owner in ("attribute_fork", "bmbt", "file_data") and not about_inode:
            continue
        if re.search(pattern, said):
            return owner
    return "metadata"


def course_of(traced):
    """What was done, in order, in the words of the library's operations; each once where it was
    done several times in a row. "told" is a signal, "mark_dead" the block layer's turn."""
    done = []
    holders = {"freeze": [], "thaw": []}
    for what, about in traced:
        word = None
        if what in holders:
            holders[what].append("_user" if about.get("holder") == "2" else "")
        elif what in ("freeze_ret", "thaw_ret"):
            operation = what.removesuffix("_ret")
            holder = holders[operation].pop() if holders[operation] else ""
            word = operation + holder
            if about["ret"] != "0":
                word += f"({errno_name(int(about['ret']))})"
        elif what == "shutdown":
            flags = int(about["flags"], 16)
            word = f"shut_down({SHUTDOWNS.get(flags, hex(flags))})"
        elif what == "media_event":
            word = "report_media_event"
        elif what == "invalidate":
            word = "invalidate"
        elif what == "data_lost" and about.get("error") != str(-errno.ESHUTDOWN):
            word = "report_data_lost"
            if int(about["length"]) >= 1 << 32:
                word += "(too_much)"
        elif what == "signal_generate" and about.get("code") in MCEERR:
            word = "told"
        elif what == "mark_dead":
            word = "mark_dead"
        if word and done[-1:] != [word]:
            done.append(word)
    return " ".join(done) or "nothing"


class Said:
    """What a guest said in one scenario."""

    def __init__(self, lines):
        self.lines = lines
        # What is traced once somebody looks and leaves is theirs.
        end = next((i for i, line in enumerate(lines) if line.startswith(("left ", "oops "))),
                   len(lines))
        self.traced = [(line.split()[1], dict(re.findall(r"(\w+)=(\S+)", line)))
                       for line in lines[:end] if line.startswith("trace ")]

    def has(self, line):
        """Whether a line was said."""
        return line in self.lines

    def after(self, start):
        """What follows a start of a line, of all lines that have it."""
        return [line[len(start):].strip() for line in self.lines if line.startswith(start)]

    def first(self, start):
        """The first word that follows a start of a line, or None."""
        return next((rest.split()[0] for rest in self.after(start) if rest), None)

    def last_traced(self, event, key):
        """What an event told of itself the last time, or None."""
        return next((about[key] for what, about in reversed(self.traced) if what == event), None)

    def of_users(self, what):
        """The word of each user after this one: {"early_with": "ok"} of `touch`."""
        found = (re.match(rf"(\S+) {what} (\S+)", rest) for rest in self.after("user "))
        return {match[1]: match[2] for match in found if match}


def require_run(said):
    """Whether it came as far as the event, and was not cut off in it."""
    for why in said.after("failed "):
        raise NotRun(why)
    died = said.after("died")
    if not said.has("event begins"):
        raise NotRun(f"the guest died: {died[0]}" if died else "the event did not come")
    if died and not said.after("event ends") and not said.has("event hangs"):
        raise NotRun(f"the guest died: {died[0]}")


def observe_facts(made, scenario, said):
    """The facts, those that can be measured as they were measured."""
    is_poison = scenario["event"] == "poison"
    made.update(scenario["facts"])
    made.update(event=scenario["event"], role=scenario["role"])
    made["groups"] = scenario["facts"].get("groups", "one" if is_poison else scenario["groups"])
    made["holder"] = scenario["facts"].get("holder", "registered")
    flags = said.last_traced("notify", "flags")
    made["cause"] = ("not_seen" if flags is None else
                     "removal" if int(flags, 16) & MF_MEM_PRE_REMOVE else "corruption")
    if made["owner"] in ("metadata", "log", "cow_staging", "-"):
        made.update(kind="-", inode="-", mapping="-", sharing="-")
    owners = {owner_of(extent) for extent in said.after("fact fsmap ")}
    is_told = is_poison and made["range"] == "inside" and scenario["rmapbt"] == 1
    if owners and is_told and made["owner"] not in owners:
        raise NotRun(f"the page is of {', '.join(sorted(owners))}, not of {made['owner']}")
    attributes = said.first("fact attributes ")
    if attributes and made["mapping"] != "-":
        made["mapping"] = "dax" if int(attributes, 16) & STATX_ATTR_DAX else "buffered"


def observe_users(made, scenario, said):
    """Who uses the memory of the event, and who was told: processes, as pending signals merge."""
    for user, present in said.of_users("ready").items():
        if user.endswith("_with") and present != "1":
            raise NotRun(f"{user} has no page")
        if user.endswith("_without") and present != "0":
            raise NotRun(f"{user} has a page")
    present = said.of_users("page")
    users, elsewhere = set(present) - {"opener"}, set()
    if scenario["role"] == "log" or (scenario["event"] == "poison" and
                                     scenario["target"] not in USED_TARGETS):
        users, elsewhere = set(), users
    sharers = {user for user in users if user.endswith("_sharer")}
    with_page = {user for user in users if present[user] == "1"}
    made["mappers"] = "none" if not users else "with_page" if with_page else "without_page"
    told = {about["comm"] for what, about in said.traced
            if what == "signal_generate" and about.get("code") in MCEERR}

    def word(group):
        return "-" if not group else "yes" if group <= told else "some" if group & told else "no"

    for policy in ("early", "default", "late"):
        made[f"told_{policy}"] = word(with_page & {f"{policy}_with"})
    made["told_without_page"] = word(users - with_page - sharers)
    made["told_sharer"] = word(with_page & sharers)
    made["told_elsewhere"] = word(elsewhere)


def observe_answers(made, said):
    """What was answered, and what was done."""
    answer = said.last_traced("notify_ret", "ret")
    made["holder_answer"] = ("not_asked" if said.last_traced("notify", "flags") is None else
                             "not_returned" if answer is None else errno_name(int(answer)))
    answer = said.last_traced("memory_failure_ret", "ret")
    if said.has("panic"):
        made["answer"] = "panic"
    elif said.has("oops event"):
        made["answer"] = "oopses"
    elif said.has("event hangs"):
        made["answer"] = "hangs"
    elif made["event"] == "poison":
        made["answer"] = "not_returned" if answer is None else errno_name(int(answer))
    else:
        made["answer"] = "0" if said.first("event ends ") == "0" else "failed"
    made["course"] = course_of(said.traced)


def observe_rest(made, said):
    """What is left."""
    created = said.first("left create ")
    made["frozen"] = "-" if created is None else "yes" if created == "blocked" else "no"
    touched = {how for user, how in said.of_users("touch").items()
               if said.of_users("page").get(user) == "1"}
    made["mappings_live"] = ("-" if not touched else "yes" if touched == {"ok"} else
                             "no" if touched == {"faulted"} else "some")
    made["oops"] = "panic" if said.has("panic") else said.first("oops ") or "no"
    # Who umounts is killed by an oops.
    made["umount"] = "oopses" if made["oops"] == "umount" else said.first("left umount ") or "-"
    # What stands after an oops is not counted.
    for column in {"event": ["frozen", "mappings_live", "umount"], "use": ["umount"],
                   "panic": ["frozen", "mappings_live", "umount"]}.get(made["oops"], []):
        made[column] = "not_seen"


def observe(kernel, name, scenario, lines):
    """A line of observed.csv, of what the guest said; or NotRun."""
    said = Said(lines)
    require_run(said)
    made = dict.fromkeys(COLUMNS, "-")
    made.update(kernel=kernel.name, package=kernel.package, scenario=name, runs="1")
    observe_facts(made, scenario, said)
    observe_users(made, scenario, said)
    observe_answers(made, said)
    observe_rest(made, said)
    return made


def play(kernel, names, keep, tell):
    """Plays scenarios in as many boots as it takes: observations by name, and why others are none."""
    everything = scenarios()
    observed, not_run = {}, {}
    left = [name for name in scenarios_of(kernel.name) if name in names]
    while left:
        plan = [(name, everything[name]) for name in left]
        # Those of another memory wait for a boot of their own.
        of_first = plan[0][1]["realtime"] == "internal"
        plan = [one for one in plan if (one[1]["realtime"] == "internal") == of_first]
        found, died = boot(kernel, plan, keep)
        if not found:
            for name in left:
                not_run[name] = f"the guest did not boot: {died}"
                tell(name, None, not_run[name], [])
            break
        for name, lines in found.items():
            left.remove(name)
            try:
                observed[name] = observe(kernel, name, everything[name], lines)
            except NotRun as why:
                not_run[name] = str(why)
            tell(name, observed.get(name), not_run.get(name), lines)
    return observed, not_run


# observed.csv.

def read_observed(path):
    """The lines of a file of observations, by kernel and scenario."""
    lines = {}
    if not path.exists():
        return lines
    with open(path, newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        for row in rows:
            lines[row["kernel"], row["scenario"]] = row
    return lines


def write_observed(path, lines):
    """Writes them, in the order of kernels and scenarios."""
    order = list(scenarios())
    keys = sorted(lines, key=lambda key: (version_number(key[0]), key[0],
                                          order.index(key[1]) if key[1] in order else len(order)))
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines[key] for key in keys)


def differences(old, new):
    """The columns in which two observations differ: "told_early: yes, was no"."""
    return [f"{column}: {new[column]}, was {old.get(column) or 'open'}" for column in COLUMNS
            if column != "runs" and new[column] != old.get(column)]


def check(path):
    """What is wrong with a file of observations beside kernels.toml and scenarios.toml, a line each."""
    wrong, everything, seen = [], scenarios(), set()
    with open(path, newline="") as file:
        for row in (rows := csv.DictReader(file)):
            where = f"{path.name}:{rows.line_num}:"
            kernel, scenario = row["kernel"], row["scenario"]
            seen.add((kernel, scenario))
            if kernel not in KERNELS["kernels"]:
                wrong.append(f"{where} kernels.toml has no kernel {kernel}")
            elif row["package"] != KERNELS["kernels"][kernel]["packages"][0][1]:
                wrong.append(f"{where} kernels.toml names "
                             f"{KERNELS['kernels'][kernel]['packages'][0][1]}, not {row['package']}")
            if scenario not in everything:
                wrong.append(f"{where} scenarios.toml has no scenario {scenario}")
    for kernel in KERNELS["kernels"]:
        wrong += [f"{path.name}: {name} is not recorded on {kernel}"
                  for name in scenarios_of(kernel) if (kernel, name) not in seen]
    return wrong


KERNELS = tomllib.loads((HERE / "kernels.toml").read_text())
KERNELS["all_packages"] = [*KERNELS["guest"]["packages"],
                           *(p for k in KERNELS["kernels"].values() for p in k["packages"])]


def main():
    parser = argparse.ArgumentParser(
        prog="tests/run --kernels", description="Boots kernels and compares them with observed.csv.")
    parser.add_argument("--record", action="store_true", help="rewrite the lines, tell what changed")
    parser.add_argument("--check", action="store_true",
                        help="boot nothing, and compare the files with each other")
    parser.add_argument("--cache", type=pathlib.Path, help="where packages and guests are kept")
    parser.add_argument("--keep", type=pathlib.Path, help="leave what the guests said in this place")
    parser.add_argument("--image", type=pathlib.Path, help="a kernel of one's own (bzImage)")
    parser.add_argument("--modules", type=pathlib.Path, help="its modules: .../lib/modules/VERSION")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "observed.csv",
                        help="the file of observations, if not observed.csv")
    parser.add_argument("--ask", type=pathlib.Path, metavar="BLAST_RADIUS",
                        help="ask it in the guest before each event; with --record, keep what it "
                        "read in asked.json beside the observations")
    parser.add_argument("--names", action="store_true",
                        help="have it search for names too, which changes what Linux 6.1 does")
    parser.add_argument("what", nargs="*", metavar="VERSION|SCENARIO")
    told = parser.parse_args()
    cache = told.cache or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "daxhold" / "kernels"

    if told.check:
        wrong = check(told.out)
        print("\n".join(wrong) or "all is as kernels.toml and scenarios.toml have it")
        return NOT_AS_RECORDED if wrong else 0
    if told.image and told.record and told.out == HERE / "observed.csv":
        raise Problem("observed.csv is of the kernels of kernels.toml; name another file with --out",
                      MISUSE)
    if told.names and not told.ask:
        raise Problem("--names is for --ask", MISUSE)
    if told.names and told.record and told.out == HERE / "observed.csv":
        raise Problem("a search for names changes what is seen; name another file with --out", MISUSE)
    everything = scenarios()
    versions = [word for word in told.what if word in KERNELS["kernels"]]
    names = [word for word in told.what if word in everything]
    for word in told.what:
        if word not in KERNELS["kernels"] and word not in everything:
            near = difflib.get_close_matches(word, [*KERNELS["kernels"], *everything], 1)
            raise Problem(f"there is neither a kernel nor a scenario {word}; " +
                          (f"is {near[0]} meant?" if near else
                           f"kernels are {', '.join(KERNELS['kernels'])}, scenarios those of "
                           "tests/kernels/scenarios.toml"), MISUSE)
    require_tools()
    packages = Packages(cache)
    userland = cache / "unpacked" / "guest"
    packages.unpack(KERNELS["guest"]["packages"], userland)

    status = 0
    recorded = read_observed(told.out)
    if told.image:
        modules = told.modules.resolve() if told.modules else None
        if not told.image.is_file():
            raise Problem(f"{told.image} is no kernel image", MISUSE)
        if modules and not (modules.is_dir() and modules.parts[-3:-1] == ("lib", "modules")):
            raise Problem(f"{told.modules} is no .../lib/modules/VERSION", MISUSE)
        name = modules.name if modules else told.image.name
        kernels = [Kernel(name, name, told.image.resolve(), modules, cache)]
    else:
        kernels = [Kernel.of_debian(version, packages, cache)
                   for version in versions or KERNELS["kernels"]]
    kept = told.out.with_name("asked.json")
    records = asked.read(kept)
    for kernel in kernels:
        kernel.build(userland, told.ask)
        kernel.asks = "names" if told.names else "yes" if told.ask else ""
        count = {"same": 0, "different": 0, "new": 0, "not run": 0}

        def tell(name, observation, why, lines):
            key = (kernel.name, name)
            if observation is None:
                verdict, more = "not run", [why]
            elif key not in recorded:
                verdict, more = "new", []
            else:
                more = differences(recorded[key], observation)
                verdict = "different" if more else "same"
            count[verdict] += 1
            print(f"{kernel.name} {name}: {'; '.join([verdict, *more])}", flush=True)
            if observation is not None and told.record:
                if verdict == "same":
                    observation["runs"] = str(int(recorded[key]["runs"]) + 1)
                recorded[key] = observation
                write_observed(told.out, recorded)
            if observation is not None and told.ask:
                try:
                    records[key] = asked.record_of(lines, told.ask, everything[name])
                except asked.NotTheSame as wrong:
                    count["not as asked"] = count.get("not as asked", 0) + 1
                    print(f"{kernel.name} {name}: not as asked: {wrong}", flush=True)
                if told.record:
                    asked.write(kept, records, list(everything))

        keep = told.keep / kernel.name if told.keep else None
        _, not_run = play(kernel, names or list(everything), keep, tell)
        print(f"{kernel.name}: " + ", ".join(f"{number} {word}" for word, number in count.items()))
        if (not_run or "not as asked" in count or
                (not told.record and (count["different"] or count["new"]))):
            status = NOT_AS_RECORDED
    return status


def stop(number, _):
    """Ends the guest too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    try:
        sys.exit(main())
    except Problem as problem:
        print(f"{pathlib.Path(sys.argv[0]).name}: {problem}", file=sys.stderr)
        sys.exit(problem.status)
