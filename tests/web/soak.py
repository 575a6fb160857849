"""A day of the hall's screen in an hour or two: what it holds must not grow with its updates.  SPDX-License-Identifier: Apache-2.0"""
import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]

from hall import Hall  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

WARM, GROWTH = 1000, 2_000_000


def asked():
    parser = argparse.ArgumentParser(prog="ops/soak", description=__doc__.partition("  ")[0])
    parser.add_argument("--updates", type=int, default=43200, help="how many; the screen makes 43,200 a day")
    parser.add_argument("--instance", required=True, metavar="URL", help="a running instance with its demonstration county")
    parser.add_argument("--login", nargs=2, required=True, metavar=("LOGIN", "PASSWORD"), help="who watches")
    return parser.parse_args()


def main():
    arguments, began = asked(), time.monotonic()
    with sync_playwright() as playwright:
        hall = Hall(playwright, arguments.instance, haste=True).log_in(arguments.login).watch().count()
        hall.page.wait_for_selector(".burst canvas")
        hall.updates(WARM)
        first = last = hall.held()
        done, step = 0, max(1, arguments.updates // 20)
        while done < arguments.updates:
            hall.updates(step)
            done, last = done + step, hall.held()
            print(f"{time.monotonic() - began:6.0f} s {done:7d} updates: heap {last[0] / 1e6:.2f} MB, {last[1]} nodes, {last[2]} listeners", flush=True)
        sound = hall.page.evaluate("() => window.untouched") and not hall.faults
        hall.end()
    grown = last[0] - first[0]
    print(f"{done} updates: {grown / done:+.1f} bytes of heap an update, {last[1] - first[1]:+d} nodes, {last[2] - first[2]:+d} listeners"
          + ("" if sound else "; the page was loaded anew or met a fault"))
    return 0 if sound and grown < GROWTH and last[1] - first[1] < 50 and last[2] - first[2] < 10 else 1


if __name__ == "__main__":
    sys.exit(main())
