"""Packs judged by the C and by the naive walker of tests/oracle: the same verdict, a way of the same length.
SPDX-License-Identifier: Apache-2.0

Environment: PACK_DRIVER (the built driver), PACK_SEED, PACK_COUNT (how many random packs, 4000)."""
import collections
import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

from packs import BROKEN, HOUSE, OURS, Driver, random_pack, read  # noqa: E402
from pack_walker import findings  # noqa: E402


@pytest.fixture(scope="module")
def driver():
    made = Driver()
    yield made
    made.close()


def key_of(verdict):
    kind = verdict["kind"]
    if kind == "BYPASS":
        which = "move" if verdict["move"] else "state"
        return (kind, which, verdict[which], verdict["end"])
    return (kind, verdict["deadline"] if kind == "UNOWNED" else verdict["state"])


def judge(driver, pack, seen=None):
    """Both judge the pack; what is different is said with the pack."""
    theirs, ours = findings(pack), driver.ask("check", pack)
    if theirs is None:
        return
    kind = ours["kind"]
    if seen is not None:
        seen[kind] += 1
    if kind == "FINE":
        assert not theirs, (theirs, pack)
        return
    key = key_of(ours)
    assert key in theirs, (key, theirs, pack)
    if kind == "UNREACHED":
        return
    of_kind = {found: length for found, length in theirs.items() if found[0] == kind}
    blamed = {found: length for found, length in of_kind.items() if found != ("DEAD_END", None)} or of_kind
    nearest = min(blamed.values())
    assert len(ours["way"]) == (0 if nearest == 10 ** 9 else nearest), (ours, theirs, pack)


@pytest.mark.parametrize("path", sorted(HOUSE.glob("*.json")) + sorted(OURS.glob("*.json")), ids=lambda path: path.name)
def test_what_is_shipped_is_sound(driver, path):
    verdict = driver.ask("check", read(path))
    assert verdict["kind"] == "FINE", verdict


def test_random_packs(driver):
    pick, seen = random.Random(int(os.environ.get("PACK_SEED", "6"))), collections.Counter()
    for _ in range(int(os.environ.get("PACK_COUNT", "4000"))):
        judge(driver, random_pack(pick), seen)
    print(dict(seen))
    assert set(seen) >= {"FINE", "DEAD_END", "UNREACHED", "BYPASS", "UNOWNED"} and min(seen.values()) >= 15, seen


def broken():
    return [(path.stem, case) for path in sorted(BROKEN.glob("*.json")) for case in read(path)]


@pytest.mark.parametrize("kind,case", broken(), ids=lambda value: value if isinstance(value, str) else value["about"])
def test_broken_packs_are_refused_with_their_way(driver, kind, case):
    """A broken pack is one of those that stand with rows changed, left out or added."""
    base = read(next(path for folder in (HOUSE, OURS) for path in folder.glob(case["of"] + ".json")))
    pack = change(base, case)
    verdict = driver.ask("supplement", pack, base) if kind == "loosened" else driver.ask("check", pack)
    for member, expected in case["verdict"].items():
        assert verdict[member] == expected, (member, verdict)
    for move in verdict.get("way", []):
        assert move in verdict["detail"] and move in verdict["detail_zh"]


def change(base, case):
    pack = {**base, **case.get("set", {})}
    for names, add in case.get("rows", {}).items():
        rows = {row["name"]: row for row in pack[names]}
        for name, row in add.items():
            if row is None:
                del rows[name]
            else:
                rows[name] = {member: value for member, value in {**rows.get(name, {"name": name}), **row}.items() if value is not None}
        pack[names] = list(rows.values())
    return pack
