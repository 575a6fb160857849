"""A whole instance of its own for a test run, brought up by ops/run.  SPDX-License-Identifier: Apache-2.0"""
import os
import shutil
import signal
import struct
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


class Instance:
    """PostgreSQL, Kafka, front, relay and workers under one folder, on ports of their own, with a clock that turns."""

    def __init__(self, name, port_base, checkout=CHECKOUT, build=None, **settings):
        self.checkout, self.var = checkout, checkout / "var" / name
        self.clock = self.var / "clock"
        self.environment = dict(os.environ, VAR=str(self.var), PORT_BASE=str(port_base),
                                BUILD=str(build or os.environ.get("BUILD", checkout / "build")), BAOTING_TEST_MODE="1",
                                BAOTING_CLOCK_FILE=str(self.clock), BAOTING_ARGON2_MEMORY_KIB="64",
                                BAOTING_ARGON2_PASSES="1", BAOTING_REQUESTS_PER_MINUTE="1000000",
                                **{f"BAOTING_{name.upper()}": str(value) for name, value in settings.items()})

    def run(self, *words, timeout=240, check=True):
        ran = subprocess.run([self.checkout / "ops" / "run", *words], env=self.environment, timeout=timeout, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.checkout)
        assert not check or ran.returncode == 0, ran.stdout
        return ran.stdout

    def up(self, demo=False):
        """Empty but for the first account, or with the demonstration county in it."""
        self.run("stop", check=False)
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True)
        self.clock.write_bytes(struct.pack("=q", 0))
        self.run("--detach", "--no-burst", *([] if demo else ["--no-demo"]), timeout=600)
        self.env = dict(line.split("=", 1) for line in (self.var / "env").read_text().splitlines() if "=" in line)
        self.url, self.pg, self.kafka = self.env["BAOTING_URL"], self.env["BAOTING_PG"], self.env["BAOTING_KAFKA"]
        return self

    def down(self):
        self.run("stop", check=False)

    def turn_clock(self, milliseconds):
        """All processes' one clock, shifted so far from the real one."""
        with open(self.clock, "r+b") as file:
            file.write(struct.pack("=q", milliseconds))

    def offset(self):
        return struct.unpack("=q", self.clock.read_bytes())[0]

    def advance(self, milliseconds):
        """So much time passes at once."""
        self.turn_clock(self.offset() + int(milliseconds))

    def pass_till(self, milliseconds):
        """Time passes till the clock says this, if it does not already."""
        self.advance(max(0, milliseconds - self.now()))

    def now(self):
        """What the instance's clock says, in milliseconds."""
        return int(time.time() * 1000) + self.offset()

    @contextmanager
    def held(self, process):
        """Meanwhile the process does nothing, and is not dead; what is given lets it go on sooner."""
        pid = int((self.var / "run" / f"{process}.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield lambda: os.kill(pid, signal.SIGCONT)
        finally:
            os.kill(pid, signal.SIGCONT)

    def log(self, name):
        return (self.var / "log" / f"{name}.log").read_text(errors="replace")


def cloud_settings(folder, port):
    """Where stand-ins of outside services will stand, and the secrets of our applications there."""
    settings = {"wechat_url": f"http://127.0.0.1:{port}", "dingtalk_url": f"http://127.0.0.1:{port + 1}", "cloud_wait_ms": 1000}
    for name, app, secret in (("wechat_mini", "wxmini", "mini secret"), ("wechat_official", "wxofficial", "official secret"),
                              ("dingtalk", "dingkey", "ding secret")):
        (folder / name).write_text(f"{secret}\n")
        (folder / name).chmod(0o600)
        settings |= {f"{name}_app": app, f"{name}_secret": folder / name}
    return settings


def eventually(look, seconds=20, pause=0.05):
    """What look() gives as soon as that is true; fails with its last value when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {value!r}"
        time.sleep(pause)
