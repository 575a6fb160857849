"""An instance of the house for measuring, brought up and steered with ops/run, and the small servers beside it.

SPDX-License-Identifier: Apache-2.0"""
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
VAR = pathlib.Path(os.environ.get("VAR") or ROOT / "var" / "bench").resolve()
PORT = int(os.environ.get("PORT_BASE") or 28600)
BUILD = pathlib.Path(os.environ.get("BUILD") or ROOT / "build").resolve()
HELLO_PORT, REDIS_PORT = PORT + 20, PORT + 21


def run(*words):
    """ops/run with these words, on this instance; what it says goes to a log."""
    environment = {**os.environ, "VAR": str(VAR), "PORT_BASE": str(PORT), "BUILD": str(BUILD)}
    VAR.mkdir(parents=True, exist_ok=True)
    with open(VAR.parent / f"{VAR.name}.log", "ab") as log:
        done = subprocess.run([ROOT / "ops" / "run", *words], env=environment, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise SystemExit(f"bench: ops/run {' '.join(words)} failed: see {log.name}")


def fresh(demo):
    """A new instance with nothing in it, or with the demonstration county (no burst); its environment is taken on."""
    run("stop")
    shutil.rmtree(VAR, ignore_errors=True)
    run("--detach", "--no-burst", *([] if demo else ["--no-demo"]))
    for line in (VAR / "env").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ[name] = value


def end():
    """Stops the instance."""
    run("stop")


def pid(name):
    """The process id of one of the instance's programs."""
    return int((VAR / "run" / f"{name}.pid").read_text(encoding="ascii"))


def metrics(name):
    """The metrics of a program, as a dictionary from name with labels to value."""
    port = {"front": PORT, "relay": PORT + 4, "grading": PORT + 5, "points": PORT + 6, "roster": PORT + 7}[name]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line and line[0] != "#"}


def answers(port):
    """Does something on loopback take a connection there?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Server:
    """A small server that listens on a port, ended with the `with` block."""

    def __init__(self, port, *command):
        self.port, self.process = port, subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not answers(port):
            if time.monotonic() > until or self.process.poll() is not None:
                self.process.kill()
                raise SystemExit(f"bench: {command[0]} does not listen on port {port}")
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def compiled(name, *libraries):
    """One of this folder's C programs, compiled as the house is."""
    program = BUILD / name
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], capture_output=True, text=True,
                           check=True).stdout.split() if libraries else []
    subprocess.run(["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-o", program,
                    HERE / f"{name}.c", *flags], check=True)
    return program


def hello():
    """evhttp's hello, the unit of everything over HTTP."""
    return Server(HELLO_PORT, compiled("hello", "libevent"), str(HELLO_PORT))
