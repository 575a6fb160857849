"""What the demonstration shows in a terminal: a bar, Chinese in columns.  SPDX-License-Identifier: Apache-2.0"""
import sys
import time
import unicodedata

BAR = 28


def width(text):
    """Columns that a text takes."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


def fit(text, columns, right=False):
    """The text cut and padded to so many columns."""
    taken, used = "", 0
    for one in text:
        if used + width(one) > columns:
            break
        taken, used = taken + one, used + width(one)
    padding = " " * (columns - used)
    return padding + taken if right else taken + padding


class Progress:
    """A bar on one line of a terminal; lines now and then where there is none."""

    def __init__(self, title, total):
        self.title, self.total, self.done, self.note = title, max(1, total), 0, ""
        self.begun = self.shown = time.monotonic()
        self.live = sys.stderr.isatty()
        self.draw()

    def step(self, count=1, note=""):
        """So many more are done."""
        self.done += count
        self.note = note or self.note
        if time.monotonic() - self.shown >= (0.1 if self.live else 10):
            self.draw()

    def draw(self):
        """Shows the state."""
        self.shown = time.monotonic()
        share = min(1.0, self.done / self.total)
        filled = round(BAR * share)
        line = f"{fit(self.title, 22)} {'█' * filled}{'·' * (BAR - filled)} {self.done:>6}/{self.total} {self.note}"
        print("\r\x1b[K" + line if self.live else line, end="" if self.live else "\n", file=sys.stderr, flush=True)

    def end(self, note=""):
        """The last state, with the seconds it took."""
        self.note = note or f"{time.monotonic() - self.begun:.1f} s"
        self.draw()
        if self.live:
            print(file=sys.stderr)
