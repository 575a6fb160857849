"""CPU and memory of process trees, medians of rounds, and the rows that are printed and kept.

SPDX-License-Identifier: Apache-2.0"""
import os
import statistics
import time

TICKS = os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    """The fields of /proc/PID/stat behind the name, or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def tree(roots):
    """The processes `roots` and all that descend from them."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := stat_fields(name)):
            children.setdefault(int(fields[1]), []).append(int(name))
    found, open_ = [], list(roots)
    while open_:
        pid = open_.pop()
        found.append(pid)
        open_ += children.get(pid, [])
    return found


def cpu(*roots):
    """User and system seconds used so far by the trees, those of children already ended too."""
    fields = [stat_fields(pid) for pid in tree(roots)]
    return sum(int(one[at]) for one in fields if one for at in (11, 12, 13, 14)) / TICKS


def pss(*roots):
    """Proportional set size of the trees, MiB."""
    total = 0
    for pid in tree(roots):
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


def box():
    """Busy and stolen ticks of the whole machine, and all."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(text) for text in file.readline().split()[1:9]]
    return ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks[7], sum(ticks)


class Span:
    """What trees of processes, by name, used between its making and `end`: seconds of the clock, CPU, and how busy the
    machine was with everything on it."""

    def __init__(self, **roots):
        self.roots = {name: (pids if isinstance(pids, (list, tuple)) else [pids]) for name, pids in roots.items()}
        self.before = {name: cpu(*pids) for name, pids in self.roots.items()}
        self.box, self.began = box(), time.monotonic()
        self.used, self.seconds, self.busy = {}, 0.0, 0.0

    def end(self):
        """Takes the figures; itself."""
        self.seconds = time.monotonic() - self.began
        self.used = {name: cpu(*pids) - self.before[name] for name, pids in self.roots.items()}
        after = box()
        self.busy = 100 * (after[0] - self.box[0]) / max(1, after[2] - self.box[2])
        return self


class Rounds:
    """Figures of some rounds by name; each is told as its median with the least and most."""

    def __init__(self):
        self.figures = {}

    def add(self, **figures):
        """Takes a round's figures."""
        for name, value in figures.items():
            self.figures.setdefault(name, []).append(value)

    def median(self, name):
        """The median of a figure."""
        return statistics.median(self.figures[name])


def short(value):
    """A number with three significant digits, or whole."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Report:
    """Rows as they come: printed, and kept for the table at the end."""

    def __init__(self):
        self.rows = []

    def say(self, part, what, rounds, goals=()):
        """One row: the medians of all of `rounds`; `goals` are triples of a figure, `<` or `>`, and the goal."""
        told = []
        for name, values in rounds.figures.items():
            middle = rounds.median(name)
            spread = f" ({short(min(values))}…{short(max(values))})" if len(values) > 1 else ""
            told.append((name, short(middle) + spread))
        for name, sense, goal in goals:
            middle = rounds.median(name)
            met = middle <= goal if sense == "<" else middle >= goal
            sign = "≤" if sense == "<" else "≥"
            told.append((f"goal {name}", f"{sign} {short(goal)}: {'met' if met else 'missed'}"))
        self.rows.append((part, what, told))
        print(f"{part}\t{what}\t" + "\t".join(f"{name}={value}" for name, value in told), flush=True)

    def note(self, part, text):
        """A line in words."""
        self.rows.append((part, text, []))
        print(f"{part}\t{text}", flush=True)

    def markdown(self):
        """All rows as Markdown tables, a table a part."""
        lines, parts = [], []
        for part, _, _ in self.rows:
            if part not in parts:
                parts.append(part)
        for part in parts:
            lines += ["", f"## {part}", "", "| what | figures: median (least…most) |", "|---|---|"]
            lines += [f"| {what} | " + " · ".join(f"{name} {value}" for name, value in told) + " |"
                      for one, what, told in self.rows if one == part]
        return "\n".join(lines) + "\n"
