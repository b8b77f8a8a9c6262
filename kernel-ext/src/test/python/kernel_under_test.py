"""Starts the real kernel from its jar and talks to it.

LVM_JAVA is the java program (default: the one on PATH), LVM_KERNEL_JAR the jar (default: the one in target/).
"""

import atexit
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[4]
JAR = Path(os.environ.get("LVM_KERNEL_JAR", ROOT / "kernel-ext" / "target" / "lvm-kernel.jar"))
JAVA = os.environ.get("LVM_JAVA", "java")
TIMEOUT = 240  # seconds; only a failing test waits as long, however busy the machine is
_argv = {}


def kernel_argv(java=None, options=()):
    """The command of the kernel as the installer writes it, with further options of the virtual machine."""
    java = shutil.which(java or JAVA)
    if java not in _argv:
        prefix = tempfile.mkdtemp()  # the kernel's archive of classes stays there
        atexit.register(shutil.rmtree, prefix, ignore_errors=True)
        command = [java, "-jar", str(JAR), "install", "--prefix", prefix, "--name", "under-test", "--in-place"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        written = next(Path(prefix).glob("**/kernel.json")).read_text()
        _argv[java] = json.loads(written)["argv"]
    argv = [java] + _argv[java][1:]
    at = argv.index("-jar")
    return argv[:at] + list(options) + argv[at:]


class OneSpec(KernelSpecManager):
    """Knows one kernel, under any name."""

    def __init__(self, argv, **kwargs):
        super().__init__(**kwargs)
        self.argv = argv

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=self.argv, display_name="Java", language="java", interrupt_mode="message")


class Result:
    """What a cell has sent."""

    def __init__(self, reply, messages):
        self.reply = reply["content"]
        self.header = reply["header"]
        self.messages = messages

    @property
    def status(self):
        return self.reply["status"]

    def of(self, msg_type):
        """The contents of the messages of one type."""
        return [m["content"] for m in self.messages if m["msg_type"] == msg_type]

    def text(self, name):
        """All text of one stream."""
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    @property
    def stdout(self):
        return self.text("stdout")

    @property
    def stderr(self):
        return self.text("stderr")

    @property
    def value(self):
        """The plain text of the value, or None."""
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def traceback(self):
        return "\n".join(self.reply.get("traceback", []))

    def __repr__(self):
        return f"Result({self.reply}, {[(m['msg_type'], m['content']) for m in self.messages]})"


class Kernel:
    """A running kernel."""

    def __init__(self, options=(), transport="tcp", java=None, env=None, argv=None):
        self.log = tempfile.TemporaryFile()
        self.manager = KernelManager(transport=transport)
        self.folder = None
        if transport == "ipc":
            self.folder = tempfile.TemporaryDirectory()
            self.manager.ip = self.folder.name + "/kernel"
        self.manager.kernel_spec_manager = OneSpec(argv or kernel_argv(java, options))
        environment = dict(os.environ, **(env or {}))
        self.manager.start_kernel(stdout=self.log, stderr=self.log, env=environment)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=TIMEOUT)
        except BaseException:
            print(self.process_output())
            self.close()
            raise

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    def process_output(self):
        """What the process itself has written, past the protocol."""
        self.log.seek(0)
        return self.log.read().decode()

    def all_threads(self):
        """What the process is doing, as it says itself when it is asked to (not on Windows)."""
        os.kill(self.pid, signal.SIGQUIT)
        time.sleep(1)
        return self.process_output()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.log.close()
        if self.folder:
            self.folder.cleanup()

    def send(self, code, **options):
        """Sends a cell; collect() waits for it."""
        options.setdefault("allow_stdin", False)
        return self.client.execute(code, **options)

    def iopub(self, timeout=TIMEOUT):
        return self.client.get_iopub_msg(timeout=timeout)

    def shell_reply(self, msg_id, timeout=TIMEOUT):
        end = time.monotonic() + timeout
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no reply after {timeout} s\n{self.all_threads()}") from None
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply

    def collect(self, msg_id, timeout=TIMEOUT, seen=()):
        """Waits for the reply and the idle status of a request."""
        messages = list(seen)
        reply = self.shell_reply(msg_id, timeout)
        end = time.monotonic() + timeout
        while True:
            message = self.iopub(max(0.0, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return Result(reply, messages)

    def run(self, code, timeout=TIMEOUT, **options):
        """Runs a cell."""
        return self.collect(self.send(code, **options), timeout)

    def wait_for_output(self, msg_id, text, timeout=TIMEOUT):
        """Waits until a cell has printed a text; returns the messages up to then."""
        messages = []
        end = time.monotonic() + timeout
        while text not in "".join(m["content"].get("text", "") for m in messages if m["msg_type"] == "stream"):
            message = self.iopub(max(0.0, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == msg_id:
                messages.append(message)
        return messages

    def request(self, msg_type, content=None, channel="shell", timeout=TIMEOUT):
        """Sends any request and returns its reply."""
        message = self.client.session.msg(msg_type, content or {})
        getattr(self.client, channel + "_channel").send(message)
        msg_id = message["header"]["msg_id"]
        if channel == "shell":
            return self.shell_reply(msg_id, timeout)
        while True:
            reply = self.client.get_control_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply

    def interrupt(self):
        """Asks to interrupt the running cell and waits for the kernel's reply to that."""
        return self.request("interrupt_request", channel="control")

    def processor_seconds(self):
        """Processor time that the process has used, on Linux."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class KernelCase(unittest.TestCase):
    """Tests that share one kernel; a test that breaks it gets the next one a fresh one."""

    options = ()
    kernel = None

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel(cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def setUp(self):
        if not self.kernel.manager.is_alive():
            type(self).kernel.close()
            type(self).kernel = Kernel(self.options)
        for get in (self.kernel.client.get_shell_msg, self.kernel.client.get_iopub_msg):
            while True:
                try:
                    get(timeout=0)
                except queue.Empty:
                    break

    def ok(self, code, **options):
        """Runs a cell that must succeed."""
        result = self.kernel.run(code, **options)
        self.assertEqual("ok", result.status, result)
        return result

    def fails(self, code, **options):
        """Runs a cell that must fail."""
        result = self.kernel.run(code, **options)
        self.assertEqual("error", result.status, result)
        return result

    def states(self, msg_id):
        """The output of one request up to its idle status."""
        messages = []
        while True:
            message = self.kernel.iopub()
            if message["parent_header"].get("msg_id") == msg_id:
                messages.append(message)
                if message["content"].get("execution_state") == "idle":
                    return messages
