"""The leaderboard by its own program, beside a Redis sorted set of as many members.  SPDX-License-Identifier: Apache-2.0"""
import os
import shutil
import subprocess

import instance
from measure import Rounds, Span

CLIENTS, PIPELINE, REDIS_REQUESTS = 64, 16, 400_000
ASKED = {"ZINCRBY": "zincrby lb 5 m:__rand_int__", "ZREVRANK": "zrevrank lb m:__rand_int__"}


def loaded(members):
    """The commands that fill the sorted set, as redis-cli --pipe reads them."""
    for first in range(0, members, 500):
        pairs = " ".join(f"{number * 2654435761 % 1000003} m:{number:012d}" for number in range(first, min(members, first + 500)))
        yield f"ZADD lb {pairs}\r\n".encode()


def redis(members, rounds_wanted):
    """CPU of a pipelined ZINCRBY and ZREVRANK, seconds for 10⁵."""
    asked = {name: Rounds() for name in ASKED}
    port = str(instance.REDIS_PORT)
    command = ("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    with instance.Server(instance.REDIS_PORT, *command) as server:
        with subprocess.Popen(["redis-cli", "-p", port, "--pipe"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as fill:
            for piece in loaded(members):
                fill.stdin.write(piece)
            fill.stdin.close()
        for _ in range(rounds_wanted):
            for name, words in ASKED.items():
                span = Span(redis=server.process.pid)
                subprocess.run(["redis-benchmark", "-p", port, "-c", str(CLIENTS), "-n", str(REDIS_REQUESTS), "-P", str(PIPELINE),
                                "-r", str(members), "-q", *words.split()], stdout=subprocess.DEVNULL, check=True)
                span.end()
                asked[name].add(**{"CPU-s/10⁵": span.used["redis"] * 1e5 / REDIS_REQUESTS,
                                   "ops/s": REDIS_REQUESTS / span.seconds})
    return asked


def program_rows(members):
    """What board_bench prints: operation to CPU nanoseconds (median, least, most), and the other lines as they are."""
    told = subprocess.run([instance.BUILD / "board_bench", str(members)], capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"bench: board_bench {members} failed: {told.stdout[-300:]} {told.stderr[-300:]}")
    timed, other = {}, []
    for line in told.stdout.splitlines():
        _, what, _, *figures = line.split("\t")
        values = dict(word.split("=") for figure in figures for word in figure.split() if "=" in word)
        if "cpu_ns" in values:
            timed[what] = values
        else:
            other.append((what, " ".join(figures)))
    return timed, other


def measure(report, sizes, rounds_wanted):
    """The board at each size; the goals are of 10⁶ and, without Redis, 10⁸."""
    subprocess.run(["ninja", "-C", instance.BUILD, "board_bench"], stdout=subprocess.DEVNULL, check=True)
    limit = {}
    for members in sizes:
        if members <= 1_000_000 and shutil.which("redis-server"):
            for name, rounds in redis(members, rounds_wanted).items():
                limit[name] = rounds.median("CPU-s/10⁵")
                report.say("board", f"Redis {name}, {members:,} members, pipelined {PIPELINE}", rounds)
        timed, other = program_rows(members)
        for what, values in timed.items():
            rounds = Rounds()
            rounds.add(**{"CPU-s/10⁵": float(values["cpu_ns"]) / 1e4})
            name = "ZINCRBY" if what == "update" else "ZREVRANK" if what.startswith("rank") else None
            goals = []
            if name in limit and limit[name] > 0:
                rounds.add(**{f"ratio to {name}": float(values["cpu_ns"]) / 1e4 / limit[name]})
                if members >= 1_000_000:
                    goals = [(f"ratio to {name}", "<", 0.1 if members <= 1_000_000 else 1 / 3)]
            report.say("board", f"{what}, {members:,} members", rounds, goals)
        for what, figures in other:
            report.note("board", f"{what}, {members:,} members: {figures}")
