"""Packs of rules for tests: those of the house and of tests/packs, random small ones, and the driver that judges them.
SPDX-License-Identifier: Apache-2.0"""
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE, OURS, BROKEN = ROOT / "sql/packs", ROOT / "tests/packs", ROOT / "tests/packs/broken"


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


class Driver:
    """One run of build/pack_driver: a line asked, a line answered."""

    def __init__(self):
        program = os.environ.get("PACK_DRIVER") or os.environ.get("BUILD", str(ROOT / "build")) + "/pack_driver"
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, *words):
        line = "\t".join(word if isinstance(word, str) else json.dumps(word, ensure_ascii=False) for word in words)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the driver died of: {line[:400]}"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=20) == 0


def random_pack(pick):
    """A small pack with something of everything, mostly faulty."""
    states = [f"s{n}" for n in range(pick.randint(2, 5))]
    moves = [f"m{n}" for n in range(pick.randint(2, 7))]
    facts = [("f0", "number"), ("f1", "number"), ("d0", "date"), ("t0", "truth")][:pick.randint(0, 4)]
    ends = [name for name in states if pick.random() < 0.35] or states[-1:]
    live = [name for name in states if name not in ends]
    movers = [{"role": "branch_officer", "at": "own"}, {"role": "committee_administrator", "at": "superior"}, {"at": "subject"}]
    deadlines = [f"l{n}" for n in range(pick.choice([0, 0, 1, 2]))]
    clocked = {name: pick.choice(moves) for name in deadlines if pick.random() < 0.4}

    def some(of, most):
        return pick.sample(of, min(len(of), pick.randint(0, most)))

    def guard():
        kinds = ["made", "not_made"]
        numbers, dates = [n for n, k in facts if k == "number"], [n for n, k in facts if k == "date"]
        kinds += ["at_least", "at_most"] if numbers else []
        kinds += ["after", "within", "each"] if dates else []
        kinds += ["share"] if len(numbers) > 1 else []
        kinds += ["given"] if facts else []
        kinds += ["equal"] if ("t0", "truth") in facts else []
        row = {"kind": pick.choice(kinds), "clause": "1"}
        if row["kind"] in ("made", "not_made", "each"):
            row["move"] = pick.choice(moves)
        if row["kind"] in ("at_least", "at_most"):
            row.update(fact=pick.choice(numbers), number=pick.randint(0, 9))
        if row["kind"] in ("after", "within", "each"):
            row.update(fact=pick.choice(dates), span={"count": pick.randint(1, 9), "unit": "months"})
        if row["kind"] == "share":
            row.update(fact="f0", other="f1", share={"part": 1, "of": 2, "more": False})
        if row["kind"] == "given":
            row["fact"] = pick.choice(facts)[0]
        if row["kind"] == "equal":
            row["fact"] = "t0"
        if pick.random() < 0.25:
            row["choice"] = pick.randint(1, 2)
        return row

    def move(n, name):
        clock = name in clocked.values()
        row = {"name": name, "title": name, "title_zh": name, "clause": "1", "to": pick.choice(states),
               "from": [] if n == 0 or not live or pick.random() < 0.1 else pick.sample(live, pick.randint(1, len(live))),
               "who": pick.sample(movers, pick.randint(1, 2)), "other_than": some(moves, 1),
               "guards": [guard() for _ in range(pick.choice([0, 0, 0, 1, 1, 2]))]}
        if clock:
            row["who"] = [{"at": "clock"}] + (row["who"] if pick.random() < 0.3 else [])
        names = [fact for fact, _ in facts]
        row["facts"] = [] if clock else some(names, 2)
        row["optional_facts"] = [fact for fact in some(names, 2) if fact not in row["facts"]]
        if pick.random() < 0.15:
            row["necessary"] = [pick.choice(ends)]
        return row

    pack = {"name": "random", "version": 1, "effective_from": "2026-01-01", "level": "national", "title": "random", "title_zh": "随机",
            "law": "none", "facts": [{"name": n, "kind": k, "title": n, "title_zh": n} for n, k in facts],
            "states": [{"name": n, "title": n, "title_zh": n, "clause": "1", "end": n in ends,
                        **({"necessary": [pick.choice(ends)]} if pick.random() < 0.12 else {})} for n in states],
            "moves": [move(n, name) for n, name in enumerate(moves)],
            "deadlines": [{"name": n, "title": n, "title_zh": n, "clause": "1", "started_by": pick.sample(moves, pick.randint(1, 2)),
                           "met_by": pick.sample(moves, pick.randint(1, 2)), "within": {"count": 1, "unit": "months"},
                           **({"owner": pick.choice(movers)} if pick.random() < 0.9 else {}),
                           **({"then": clocked[n]} if n in clocked else {})} for n in deadlines]}
    for deadline in pack["deadlines"]:
        met = next(row for row in pack["moves"] if row["name"] == deadline["met_by"][0])
        if "owner" in deadline and pick.random() < 0.8 and met["who"][0]["at"] != "clock":
            deadline["owner"] = met["who"][0]
    return pack
