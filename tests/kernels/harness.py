# SPDX-License-Identifier: BSL-1.0
"""What kernels.py makes of what a guest says, and of a guest that dies; nothing is booted."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import asked  # noqa: E402
import kernels  # noqa: E402

POISON = """\
kernel 6.12.0-test
scenario poison_data begins
user early_without ready 0
user early_with ready 1
user default_with ready 1
fact offset 110592
fact fsmap inode 131 data 0..127
fact attributes 0x200000
user early_without page 0
user early_with page 1
user default_with page 1
event begins
event ends 0
trace memory_failure flags=0x20
trace notify offset=0x1b000 length=0x1000 flags=0x20
trace signal_generate sig=7 errno=0 code=5 comm=early_with pid=212 grp=0 res=0
trace notify_ret ret=0
trace memory_failure_ret ret=0
left create ok
user early_with touch ok
user default_with touch ok
left umount clean
scenario poison_data ends
over
"""
UNBIND = """\
kernel 6.12.0-test
scenario unbind_one_group begins
user early_with ready 1
fact attributes 0x200000
user early_with page 1
event begins
event ends 0
trace notify offset=0x0 length=0xffffffffffffffff flags=0x80
trace freeze holder=1
trace freeze_ret ret=0
trace shutdown flags=0x4
trace thaw holder=1
trace thaw_ret ret=0
trace thaw holder=2
trace thaw_ret ret=-22
trace notify_ret ret=0
trace mark_dead
trace shutdown flags=0x20
trace shutdown flags=0x20
left create failed Input/output error
user early_with touch faulted 2
left umount clean
scenario unbind_one_group ends unbind
over
"""


class Guest(unittest.TestCase):
    """A guest that says what it is told to say."""

    def setUp(self):
        self.kernel = kernels.Kernel("6.12", "6.12.0-1", "image", None, pathlib.Path("/nowhere"))
        self.said = []
        self.exit = "true"
        self.guests = []
        original = kernels.start_guest
        self.addCleanup(setattr, kernels, "start_guest", original)
        kernels.start_guest = self.start

    def start(self, _kernel, plan, work):
        (work / "log").write_text(self.said.pop(0) if self.said else "")
        (work / "console").write_text("")
        (work / "qemu").write_text("qemu: cannot\n")
        self.guests.append([name for name, _ in plan])
        return subprocess.Popen(["sh", "-c", self.exit], start_new_session=True)

    def play(self, *names):
        return kernels.play(self.kernel, names, None, lambda *_: None)

    def test_poison(self):
        self.said = [POISON]
        observed, not_run = self.play("poison_data")
        self.assertEqual(not_run, {})
        seen = observed["poison_data"]
        wanted = {"package": "6.12.0-1", "cause": "corruption", "owner": "file_data",
                  "mapping": "dax", "mappers": "with_page", "groups": "one", "holder_answer": "0",
                  "answer": "0", "course": "told", "told_early": "yes", "told_default": "no",
                  "told_late": "-", "told_without_page": "no", "told_elsewhere": "-",
                  "frozen": "no", "mappings_live": "yes", "oops": "no", "umount": "clean"}
        self.assertEqual({key: seen[key] for key in wanted}, wanted)
        self.assertTrue(all(seen[column] for column in kernels.COLUMNS))

    def test_unbind(self):
        self.said = [UNBIND]
        seen = self.play("unbind_one_group")[0]["unbind_one_group"]
        self.assertEqual(seen["course"], "freeze shut_down(force_umount) thaw thaw_user(-EINVAL) "
                                         "mark_dead shut_down(device_removed)")
        self.assertEqual((seen["cause"], seen["mappings_live"]), ("removal", "no"))

    def test_after_an_oops_nothing_is_counted(self):
        self.said = [POISON.replace("event ends 0", "event hangs\noops event")]
        seen = self.play("poison_data")[0]["poison_data"]
        self.assertEqual((seen["answer"], seen["oops"], seen["frozen"], seen["umount"]),
                         ("oopses", "event", "not_seen", "not_seen"))

    def test_a_hang_is_a_result(self):
        self.said = [POISON.replace("event ends 0", "event hangs").replace(
            "trace notify_ret ret=0\n", "")]
        seen = self.play("poison_data")[0]["poison_data"]
        self.assertEqual((seen["answer"], seen["holder_answer"]), ("hangs", "not_returned"))

    def test_another_boot_for_what_is_left(self):
        self.said = [POISON, UNBIND]
        observed, not_run = self.play("poison_data", "unbind_one_group")
        self.assertEqual((sorted(observed), not_run), (["poison_data", "unbind_one_group"], {}))
        self.assertEqual(self.guests, [["poison_data", "unbind_one_group"], ["unbind_one_group"]])

    def not_run(self, said, why):
        self.said = [said]
        observed, not_run = self.play("poison_data")
        self.assertEqual(observed, {})
        self.assertIn(why, not_run["poison_data"])

    def test_a_guest_that_does_not_boot(self):
        self.not_run("", "the guest did not boot: qemu: cannot")

    def test_a_guest_that_dies_before_the_event(self):
        self.not_run(POISON[:POISON.index("event begins")], "died")

    def test_a_guest_that_dies_in_the_event(self):
        self.not_run(POISON[:POISON.index("event ends")], "died")

    def test_a_setup_that_fails(self):
        self.not_run(POISON.replace("event begins", "failed mount: no"), "mount: no")

    def test_a_page_of_another_owner(self):
        self.not_run(POISON.replace("inode 131 data 0..127", "inode btree"),
                     "the page is of metadata, not of file_data")

    def test_a_user_without_the_page(self):
        self.not_run(POISON.replace("early_with ready 1", "early_with ready 0"),
                     "early_with has no page")

    def test_a_guest_that_says_nothing_more_is_ended(self):
        self.exit = "while :; do :; done"
        self.addCleanup(setattr, kernels, "MOST_CPU_SECONDS", kernels.MOST_CPU_SECONDS)
        kernels.MOST_CPU_SECONDS = 0.3
        self.not_run(POISON[:POISON.index("event ends")], "it said nothing for 0.3 s of CPU time")

    def test_a_guest_that_sleeps_is_ended(self):
        self.exit = "exec sleep 60"
        self.addCleanup(setattr, kernels, "MOST_STALLED_SECONDS", kernels.MOST_STALLED_SECONDS)
        kernels.MOST_STALLED_SECONDS = 0.5
        self.not_run(POISON[:POISON.index("event ends")], "it slept for 0.5 s")

    def test_a_kernel_that_is_another_one(self):
        self.said = [POISON]
        self.kernel.modules = pathlib.Path("/lib/modules/6.12.117")
        with self.assertRaisesRegex(kernels.Problem, "the guest runs 6.12.0-test, not 6.12.117"):
            self.play("poison_data")


class Asked(unittest.TestCase):
    """What blast_radius was asked in a guest, and had read there."""

    record = {"size": 4096, "processes": [{"process": 71, "command": "b"},
                                          {"process": 70, "command": "c"}],
              "mappings": [{"inode": 1, "process": 70, "offset": 0}]}
    lines = ["fact offset 8192", "asked 0 ", 'answer {"verdict":', "answer 1}",
             *("record " + line.strip() for line in json.dumps(record, indent=1).splitlines())]

    def record_of(self, lines, answer):
        with tempfile.TemporaryDirectory() as directory:
            program = pathlib.Path(directory) / "blast_radius"
            program.write_text(f"#!/bin/sh\necho '{answer}'\n")
            program.chmod(0o755)
            return asked.record_of(lines, program, kernels.scenarios()["poison_data"])

    def test_a_record(self):
        made = self.record_of(self.lines, '{"verdict": 1}')
        self.assertEqual(made["asked"], [8192, 4096])
        self.assertEqual(made["processes"], [{"process": 1, "command": "b"},
                                             {"process": 2, "command": "c"}])
        self.assertEqual(made["mappings"][0]["process"], 2)

    def test_a_record_that_leads_to_another_answer(self):
        with self.assertRaisesRegex(asked.NotTheSame, "verdict is 1 in the guest and 2"):
            self.record_of(self.lines, '{"verdict": 2}')

    def test_a_refusal(self):
        made = self.record_of(["asked 72 blast_radius: it has shut down"], "")
        self.assertEqual(made, "status 72: it has shut down")

    def test_a_guest_that_was_not_asked(self):
        with self.assertRaisesRegex(asked.NotTheSame, "it was not asked"):
            self.record_of([], "")

    def test_what_is_kept_is_what_is_read(self):
        other = {**self.record, "size": 8192, "log": 1}
        records = {("6.12", "poison_data"): self.record, ("7.2", "poison_data"): other,
                   ("6.12", "unbind_log"): other, ("7.2", "unbind_log"): "status 72: no",
                   ("6.1", "unbind_log"): {"size": 1}}
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "asked.json"
            asked.write(file, records, list(kernels.scenarios()))
            self.assertEqual(asked.read(file), records)


class Command(unittest.TestCase):
    """The command with programs that are missing, or that fail."""

    def run_with(self, programs, *arguments):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory)
            for name, body in programs.items():
                (path / name).write_text(f"#!/bin/sh\n{body}\n")
                (path / name).chmod(0o755)
            done = subprocess.run(
                [sys.executable, kernels.__file__, "--cache", path / "cache", *arguments],
                env={**os.environ, "PATH": directory}, capture_output=True, text=True, check=False)
            return done.returncode, done.stderr

    def test_programs_are_missing(self):
        status, said = self.run_with({})
        self.assertEqual(status, 69)
        self.assertIn("missing packages: apt-get install apt cpio dpkg gcc kmod qemu-system-x86", said)

    def test_no_network(self):
        tools = {name: "exit 0" for name in kernels.TOOLS}
        status, said = self.run_with({**tools, "apt-get": "echo no route to host; exit 100"})
        self.assertEqual(status, 69)
        self.assertIn("no route to host", said)

    def test_an_unknown_word(self):
        status, said = self.run_with({}, "poisn_data")
        self.assertEqual(status, 64)
        self.assertIn("there is neither a kernel nor a scenario poisn_data", said)

    def test_a_search_for_names_is_not_recorded(self):
        status, said = self.run_with({}, "--ask", "blast_radius", "--names", "--record")
        self.assertEqual(status, 64)
        self.assertIn("a search for names changes what is seen", said)

    def test_a_kernel_of_ones_own_is_not_among_the_recorded(self):
        status, said = self.run_with({}, "--image", "bzImage", "--record")
        self.assertEqual(status, 64)
        self.assertIn("name another file with --out", said)


class Files(unittest.TestCase):
    """What is wrong with files of observations is said with its line."""

    def check(self, change):
        text = (pathlib.Path(kernels.__file__).parent / "observed.csv").read_text()
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "o.csv"
            file.write_text(change(text))
            return kernels.check(file)

    def test_a_kernel_that_is_not_the_one_named(self):
        said = self.check(lambda text: text.replace("6.1.192-2", "6.1.191-1", 1))
        self.assertIn("o.csv:2: kernels.toml names 6.1.192-2, not 6.1.191-1", said)

    def test_an_unknown_scenario(self):
        said = self.check(lambda text: text.replace("poison_data,", "poison_dat,", 1))
        self.assertIn("o.csv:2: scenarios.toml has no scenario poison_dat", said)
        self.assertIn("o.csv: poison_data is not recorded on 6.1", said)


if __name__ == "__main__":
    unittest.main()
