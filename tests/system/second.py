"""A second front beside the instance's own: the same stores, other settings.  SPDX-License-Identifier: Apache-2.0"""
import os
import signal
import socket
import subprocess
from pathlib import Path

from instance import CHECKOUT, eventually


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Second:
    """A front of its own process; as a context it ends by SIGTERM, and well."""

    def __init__(self, instance, **settings):
        lines = (instance.var / "settings").read_text().splitlines()
        self.port = free_port()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BAOTING_")}
        self.environment |= dict(line.split("=", 1) for line in lines if "=" in line)
        self.environment |= {f"BAOTING_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment |= {"BAOTING_HTTP_PORT": str(self.port), "BAOTING_LOOPS": "1"}
        # What was freed is given back at once, so that the memory that is measured is the front's.
        self.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
        self.program = Path(os.environ.get("BUILD", CHECKOUT / "build")) / "front"
        self.url = f"http://127.0.0.1:{self.port}"

    def refuses(self):
        """What it says when it does not start."""
        ran = subprocess.run([self.program], env=self.environment, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 1, ran.stderr
        return ran.stdout + ran.stderr

    def __enter__(self):
        self.process = subprocess.Popen([self.program], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        eventually(self.listens, seconds=120)
        return self

    def listens(self):
        assert self.process.poll() is None, self.process.stderr.read().decode(errors="replace")[-2000:]
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=180)[1].decode(errors="replace")
        assert self.process.returncode == 0, said[-2000:]

    def resident(self):
        """Bytes of memory that it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
