"""Measures the house beside the named limits and prints medians, ratios and goals.  SPDX-License-Identifier: Apache-2.0"""
import argparse
import os
import sys

import board
import felt
import instance
import journey
import over_http
import people
import pipeline
from measure import Report
from sitters import County

PARTS = ("board", "front", "grading", "points", "relay", "reading", "queries", "end-to-end", "felt", "people")


def asked():
    """The arguments."""
    parser = argparse.ArgumentParser(prog="ops/bench", description=__doc__.partition("  ")[0])
    parser.add_argument("parts", nargs="*", help="all, or some of: " + ", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5, help="rounds that each median is of (5)")
    parser.add_argument("--seconds", type=int, default=8, help="length of a round over HTTP (8)")
    parser.add_argument("--members", type=int, default=9000, help="members who log in (9000)")
    parser.add_argument("--sheets", type=int, default=20000, help="sheets of a round of the workers (20000)")
    parser.add_argument("--people", type=int, default=1_000_000, help="people of the lists (1000000)")
    parser.add_argument("--board", type=int, nargs="*", default=[10_000, 1_000_000], help="members of the board (10000 1000000)")

    arguments = parser.parse_args()
    arguments.parts = list(PARTS) if not arguments.parts or "all" in arguments.parts else arguments.parts
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part!r}; name some of: {', '.join(PARTS)}, all")
    return arguments


def county(arguments, report):
    """The parts that need the county: its members over HTTP. End to end comes first, as it leaves a full board; the
    front's part comes last, as it leaves a topic full of second hand-ins."""
    wanted = [part for part in ("end-to-end", "reading", "queries", "front") if part in arguments.parts]
    instance.fresh(demo=True)
    people = County(arguments.members)

    people.do(people.log_in())
    for part in wanted:
        if part == "end-to-end":
            journey.measure(report, people, arguments.rounds)
        elif part in ("reading", "queries"):
            if part == wanted[0]:
                journey.fill_board(people)
            measure = over_http.reading if part == "reading" else over_http.queries
            measure(report, people, arguments.rounds, arguments.seconds)
        else:
            people.do(people.log_in())
            people.do(people.start(people.do(people.another_exam("测量交卷"))))
            instance.run("stop", "roster", "points", "grading", "relay")
            over_http.front(report, people, arguments.rounds, arguments.seconds)


def main():
    """Runs the parts asked for and writes the table."""
    arguments, report = asked(), Report()
    os.environ["NO_PROXY"] = "127.0.0.1"
    try:
        if "board" in arguments.parts:
            board.measure(report, arguments.board, arguments.rounds)
        workers = [part for part in arguments.parts if part in pipeline.PARTS]
        if workers:
            instance.fresh(demo=False)
            pipeline.measure(report, workers, arguments.rounds, arguments.sheets)
        if "felt" in arguments.parts:
            instance.fresh(demo=True)
            felt.measure(report, arguments.rounds)
        if "people" in arguments.parts:
            people.measure(report, arguments.people, arguments.rounds, arguments.seconds)
        if {"front", "reading", "queries", "end-to-end"} & set(arguments.parts):
            county(arguments, report)
    finally:
        if (instance.VAR / "run").exists():
            instance.end()
        table = instance.VAR.parent / f"{instance.VAR.name}.md"
        table.write_text(report.markdown(), encoding="utf-8")
        print(f"\ntable: {table}", file=sys.stderr)


if __name__ == "__main__":
    main()
