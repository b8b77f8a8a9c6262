"""A kernel that runs code which nobody trusts: in a folder of its own, without a network, with limits, driven from outside."""

import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from jupyter_client import BlockingKernelClient, write_connection_file
from jupyter_client.kernelspec import KernelSpecManager

from run_notebooks import ANSI

START_SECONDS = 120  # only a machine that is very busy needs more than two
STOP_SECONDS = 5  # an interrupted cell answers within two
MOST_TEXT = 4_000  # of what a cell prints or says
MEGABYTE = 1_000_000
# What Java and its native libraries read; the rest of the machine's settings is nobody's business.
SETTINGS = "alternatives fonts java* ld.so.cache ld.so.conf ld.so.conf.d localtime os-release ssl/certs".split()
DATA_FOLDERS = (
    "LVM_MNIST_DIR",
    "LVM_FASHION_DIR",
    "LVM_SVHN_DIR",
    "LVM_FREY_DIR",
    "LVM_JSB_DIR",
    "LVM_CACHE_DIR",
)


class Limits:
    """Of one submission: seconds of a cell and of all (see Allowance), megabytes of memory and of disk."""

    def __init__(self, cell=60.0, total=900.0, memory=2_000, disk=500):
        self.cell = cell
        self.total = total
        self.memory = memory
        self.disk = disk


class Allowance:
    """Seconds that are over when clock and processor both say so, or the clock says many times as many.

    On a machine with much else to do the clock alone would stop answers that are fine.
    """

    PATIENCE = 5

    def __init__(self, seconds, processor):
        """processor() gives the processor seconds used so far, or None where nobody knows."""
        self.seconds = seconds
        self.processor = processor
        self.begin = time.monotonic()
        self.used = processor()

    def over(self):
        clock = time.monotonic() - self.begin
        if clock < self.seconds:
            return False
        now = self.processor()
        return now is None or self.used is None or now - self.used >= self.seconds or clock >= self.PATIENCE * self.seconds


def processor_seconds(process):
    """The processor time of a process and of those that it has started, on Linux; None elsewhere."""
    try:
        folder = Path("/proc") / str(process)
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        total = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        for task in folder.glob("task/*/children"):
            total += sum(processor_seconds(child) or 0.0 for child in task.read_text().split())
        return total
    except (OSError, IndexError, ValueError):
        return None


class Outcome:
    """What became of a cell: ok, error, slow (stopped), dead (the process ended), full (too much on the disk)."""

    def __init__(self, status, error="", message="", trace="", values=(), alive=True):
        self.status = status
        self.error = error
        self.message = message
        self.trace = trace
        self.values = list(values)
        self.alive = alive  # the kernel can go on


def find_bwrap():
    """The sandbox program, or None where there is none or the system does not let it."""
    bwrap = shutil.which("bwrap")
    if not bwrap:
        return None
    trial = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return bwrap if subprocess.run(trial, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0 else None


def existing(argument):
    """The file that an argument of a command names, or None."""
    found = re.search(r"(?:^|=)(/.*)", argument)
    return Path(found[1]) if found and Path(found[1]).is_file() else None


class Box:
    """The folder of one kernel, all that it may write to: run (sockets), work (where cells run), tmp."""

    def __init__(self, data, limits, size, bwrap):
        """data: files and folders of which a copy is put into work."""
        self.limits = limits
        self.size = size
        self.bwrap = bwrap
        self.given_up = False  # no kernel is to start in it any more
        # Short: the path of a socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="lvmbox-", dir="/tmp" if os.path.isdir("/tmp") else None))
        for name in ("run", "work", "tmp"):
            (self.folder / name).mkdir()
        for path in data:
            copy = self.folder / "work" / path.name
            if copy.exists():
                continue
            if path.is_dir():
                shutil.copytree(path, copy, symlinks=True)
            else:
                shutil.copyfile(path, copy, follow_symlinks=False)

    def remove(self):
        # A process that was told to end writes for a moment more. What it locked away stays for the system to remove.
        end = time.monotonic() + STOP_SECONDS
        while self.folder.exists() and time.monotonic() < end:
            shutil.rmtree(self.folder, ignore_errors=True)
            time.sleep(0.02)

    def megabytes(self):
        """What the folder has on the disk; links count as links, and a name costs a little, too."""
        total = 0
        for place, folders, files in os.walk(self.folder):
            for name in [*folders, *files]:
                try:
                    total += os.lstat(os.path.join(place, name)).st_blocks * 512 + 1_000
                except OSError:
                    pass  # removed meanwhile
        return total / MEGABYTE

    def environment(self):
        kept = {name: os.environ[name] for name in DATA_FOLDERS if os.environ.get(name)}
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "work"),
            "TMPDIR": str(self.folder / "tmp"),
            "LVM_SIZE": self.size,
            "JPY_PARENT_PID": str(os.getpid()),  # in a sandbox nobody has this number, and the sandbox ends with us
            **kept,
        }

    def command(self, argv):
        """The command of a kernel within the box."""
        java = shutil.which(argv[0])
        jvm = [
            f"-Xmx{self.limits.memory}m",
            f"-XX:MaxDirectMemorySize={self.limits.memory // 2}m",
            "-XX:+DisableAttachMechanism",
            f"-XX:ErrorFile={self.folder}/tmp/hs_err.log",
            f"-Duser.home={self.folder}/work",
            f"-Djava.io.tmpdir={self.folder}/tmp",
            f"-Dorg.bytedeco.javacpp.cachedir={self.folder}/tmp/javacpp",
        ]
        at = argv.index("-jar")
        kernel = [java, *argv[1:at], *jvm, *argv[at:]]
        blocks = str(int(self.limits.disk * MEGABYTE / 512))
        limited = ["/bin/sh", "-c", 'ulimit -c 0; ulimit -f "$0"; exec "$@"', blocks]
        return [*limited, *(self.isolated(kernel) if self.bwrap else kernel)]

    def isolated(self, kernel):
        """bwrap: namespaces of its own for users, processes, network; nothing can be seen but what Java needs and the box."""
        binds = []

        def show(path):
            if path.exists():
                binds.extend(["--ro-bind", str(path), str(path)])

        for name in ("lib", "lib32", "lib64", "libx32", "share/fonts", "share/zoneinfo"):
            show(Path("/usr") / name)  # no programs
        for name in ("lib", "lib32", "lib64"):
            place = Path("/") / name
            if place.is_symlink():
                binds.extend(["--symlink", os.readlink(place), str(place)])
            else:
                show(place)
        for name in SETTINGS:
            for place in sorted(Path("/etc").glob(name)):
                show(place)
        show(Path(os.path.realpath(kernel[0])).parents[1])
        for argument in kernel:
            if existing(argument) and not str(existing(argument)).startswith("/usr/"):
                show(existing(argument))
        for name in DATA_FOLDERS:
            if os.environ.get(name):
                show(Path(os.environ[name]))
        environment = [word for name, value in self.environment().items() for word in ("--setenv", name, value)]
        return [
            self.bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "kernel",
            "--clearenv", *environment, *binds, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
            "--bind", str(self.folder), str(self.folder), "--chdir", str(self.folder / "work"), "--remount-ro", "/", "--",
            os.path.realpath(kernel[0]), *kernel[1:],
        ]


class Kernel:
    """A running kernel in a box."""

    def __init__(self, box, name):
        self.box = box
        spec = KernelSpecManager().get_kernel_spec(name)
        file = str(box.folder / "run" / "kernel.json")
        write_connection_file(file, transport="ipc", ip=str(box.folder / "run" / "k"))
        argv = [part.replace("{connection_file}", file).replace("{resource_dir}", spec.resource_dir) for part in spec.argv]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            box.command(argv),
            cwd=box.folder / "work",
            env=box.environment(),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.client = BlockingKernelClient(connection_file=file)
        self.client.load_connection_file()
        self.client.start_channels(stdin=False, hb=False)
        try:
            self.await_ready()
            self.run("0", START_SECONDS)  # the first cell wakes the compiler, which no limit should count
            # Who has the key and the sockets could send cells to this kernel, as the code in it could.
            shutil.rmtree(box.folder / "run")
        except BaseException:
            self.close()
            raise

    def await_ready(self):
        """Waits until the kernel answers, and what it publishes arrives."""
        end = time.monotonic() + START_SECONDS
        answered = published = False
        while not (answered and published):
            if self.process.poll() is not None or time.monotonic() > end or self.box.given_up:
                self.log.seek(0)
                said = self.log.read(MOST_TEXT).decode(errors="replace").strip()
                raise RuntimeError(f"the kernel does not start: {said or self.process.poll()}")
            self.client.kernel_info()
            answered |= self.message(self.client.get_shell_msg, 0.3) is not None
            published |= self.message(self.client.get_iopub_msg, 0.3) is not None
        while self.message(self.client.get_shell_msg, 0.05) or self.message(self.client.get_iopub_msg, 0.05):
            pass

    @staticmethod
    def message(get, seconds):
        try:
            return get(timeout=seconds)
        except queue.Empty:
            return None
        except Exception:  # what is no message of the protocol: the kernel's own doing
            return None

    def run(self, code, seconds):
        """Runs a cell, for so many seconds at most."""
        sent = self.client.execute(code, allow_stdin=False, stop_on_error=False)
        allowance = Allowance(seconds, self.processor_seconds)
        look = time.monotonic() + 1
        values, failed, stopping, trouble = [], None, False, None
        while True:
            message = self.message(self.client.get_iopub_msg, 0.2)
            if message and message["parent_header"].get("msg_id") == sent:
                content, kind = message["content"], message["msg_type"]
                if kind == "execute_result":
                    values.append(str(content["data"].get("text/plain", ""))[:MOST_TEXT])
                elif kind == "error":
                    failed = content
                elif kind == "status" and content["execution_state"] == "idle":
                    break
            now = time.monotonic()
            if message is None and self.process.poll() is not None:
                return Outcome("dead", message=self.last_words(), alive=False)
            if now > look:
                look = now + 1
                if self.box.megabytes() > self.box.limits.disk:
                    self.kill()
                    return Outcome("full", message=f"more than {self.box.limits.disk} MB on the disk", alive=False)
            if allowance.over():
                trouble = trouble or Outcome("slow", message=f"stopped after {seconds:g} s")
                if stopping:
                    self.kill()
                    trouble.alive = False
                    return trouble
                stopping, allowance = True, Allowance(STOP_SECONDS, self.processor_seconds)
                self.client.control_channel.send(self.client.session.msg("interrupt_request", {}))
        reply = self.reply(sent)
        if trouble or reply is None:
            return trouble or Outcome("dead", message="no reply", alive=False)
        if reply["status"] != "ok" or failed:
            return self.failure(failed or reply, values)
        return Outcome("ok", values=values)

    def failure(self, told, values):
        name, message = (str(told.get(key, ""))[:MOST_TEXT] for key in ("ename", "evalue"))
        trace = ANSI.sub("", "\n".join(map(str, told.get("traceback", []))))[:MOST_TEXT]
        if name == "SystemExit":
            self.kill()
            return Outcome("dead", name, "the code ends the program (System.exit)", trace, alive=False)
        return Outcome("error", name, message, trace, values)

    def processor_seconds(self):
        return processor_seconds(self.process.pid)

    def reply(self, sent):
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end:
            message = self.message(self.client.get_shell_msg, 0.5)
            if message and message["parent_header"].get("msg_id") == sent:
                return message["content"]
        self.kill()
        return None

    def last_words(self):
        code = self.process.poll()
        return f"the process ended ({'signal ' + str(-code) if code < 0 else 'code ' + str(code)})"

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def close(self):
        self.kill()
        self.client.stop_channels()
        self.log.close()
