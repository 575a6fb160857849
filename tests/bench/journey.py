"""From hand-in to leaderboard, all programs at work at once.  SPDX-License-Identifier: Apache-2.0"""
import base64
import json
import subprocess

import instance
from measure import Rounds, Span
from sitters import write_pieces

EVERY, SHARE, BOARD = 16, 0.7, "/v1/leaderboards/members/me"


def account_of(token):
    """The account that an access token is of."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["sub"]


def sitting(people, program, name, rate):
    """Everybody sits one more examination; hand-ins leave at `rate` a second: the program's figures."""
    people.do(people.log_in())
    people.do(people.start(people.do(people.another_exam(f"测量 {name}"))))
    file, pieces = instance.VAR / "journey", []
    for number, sitter in enumerate(people.sitters):
        head, tail = people.hand_in_pieces(sitter)
        pieces += [(head + f"journey-{name}-{number}".encode() + tail, people.get_pieces(sitter, BOARD)[0]),
                   (account_of(sitter.session.access).encode(), b"")]
    write_pieces(file, pieces)
    told = subprocess.run([program, str(instance.PORT), str(file), str(rate), str(EVERY)], stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    words = next(line for line in told.splitlines() if line.startswith("RESULT ")).split()[1:]
    figures = {key: float(value) for key, _, value in (word.partition("=") for word in words)}
    if figures["answered"] != len(people.sitters) or figures["refused"] or figures["seen"] != figures["watched"]:
        raise SystemExit(f"bench: a hand-in was lost on its way to the leaderboard: {figures}")
    return figures


def fill_board(people):
    """One sitting, so that the board is full."""
    people.do(people.high_cap())
    sitting(people, instance.compiled("journey"), "fill", 1e6)


def measure(report, people, rounds_wanted):
    """What is sustained when all hand in at once, then rounds at 70 % of that."""
    program, rate, rows, at_once = instance.compiled("journey"), 0.0, Rounds(), Rounds()
    people.do(people.high_cap())
    for name in ("warm", "at once"):
        figures = sitting(people, program, name.replace(" ", "-"), 1e6)
        rate = len(people.sitters) / figures["seconds"]
    at_once.add(**{"hand-ins/s to the board": rate, "accepted p99 ms": figures["accepted_p99"]})
    trees = {"front": "front", "grading": "grading", "points": "points", "relay": "relay", "pg": "postgresql", "kafka": "kafka"}
    for turn in range(rounds_wanted):
        span = Span(**{key: instance.pid(name) for key, name in trees.items()})
        figures = sitting(people, program, f"round-{turn}", rate * SHARE)
        span.end()
        rows.add(**{"accepted p50 ms": figures["accepted_p50"], "accepted p99 ms": figures["accepted_p99"],
                    "board p50 ms": figures["board_p50"], "board p99 ms": figures["board_p99"],
                    "board most ms": figures["board_max"], "box busy %": span.busy})
    report.say("end to end", f"{len(people.sitters)} hand-ins at once, until all are on the board", at_once)
    report.say("end to end", f"at {SHARE:.0%} of that, {rate * SHARE:,.0f} hand-ins/s", rows,
               [("board p50 ms", "<", 60), ("board p99 ms", "<", 250)])
