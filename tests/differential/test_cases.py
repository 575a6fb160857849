"""Cases walked by tables of steps (tests/packs/walks): what each step gives, or every reason why it is refused.
SPDX-License-Identifier: Apache-2.0"""
import sys
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from packs import HOUSE, OURS, ROOT, Driver, read  # noqa: E402

BRANCH, COMMITTEE, AUTHORITY, SUBJECT = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))
BY = {
    "branch": f"{BRANCH} branch_officer@own",
    "sibling": f"{BRANCH} committee_administrator@own",
    "committee": f"{COMMITTEE} committee_administrator@superior",
    "authority": f"{AUTHORITY} committee_administrator@authority",
    "county": f"{AUTHORITY} county_administrator@authority",
    "subject": SUBJECT,
    "clock": "clock",
    "authority-as-branch": f"{BRANCH} branch_officer@own committee_administrator@authority",
    "committee-as-branch": f"{BRANCH} branch_officer@own committee_administrator@superior",
    "subject-as-branch": f"{SUBJECT} branch_officer@own",
}


def pack_of(name):
    return read(next(path for folder in (HOUSE, OURS) for path in folder.glob(name + ".json")))


def milliseconds(day):
    return str(int(datetime.fromisoformat(day + "T10:00:00+08:00").timestamp() * 1000))


def given_of(pack, step):
    kinds = {fact["name"]: fact["kind"] for fact in pack["facts"]}
    given = {"facts": [{"fact": name, "value": {kinds[name]: of}} for name, of in step.get("facts", {}).items()],
             "papers": [{"paper": name, "digest": "0" * 64} for name in step.get("papers", [])]}
    if "vote" in step:
        given["vote"] = step["vote"]
    return given


@pytest.mark.parametrize("path", sorted((OURS / "walks").glob("*.json")), ids=lambda path: path.stem)
def test_a_table_of_steps(path):
    walk, driver = read(path), Driver()
    pack = pack_of(walk["pack"])
    titles = {row["name"]: row for row in pack["moves"]}
    for year in walk["calendars"]:
        assert driver.ask("calendar", read(ROOT / f"sql/calendars/{year}.json")) == {}
    driver.ask("open", pack, SUBJECT)
    running = {}
    for number, step in enumerate(walk["steps"]):
        answer = driver.ask("step", milliseconds(step["on"]), step["move"], BY[step["by"]], given_of(pack, step))
        where = (number, step, answer)
        assert "made" in answer, where
        if "refused" in step:
            refuse(step, answer, where)
            continue
        assert answer["made"], where
        late = {name for name in running if name not in {row["deadline"] for row in answer["road"]["deadlines"]}
                and running[name] < step["on"]}
        assert late >= set(step.get("late", [])), where
        running = {row["deadline"]: row["due_on"] for row in answer["road"]["deadlines"]}
        assert running == step.get("due", running), where
        assert answer["provisional"] == step.get("provisional", answer["provisional"]), where
        assert answer["road"]["state"] == step.get("state", answer["road"]["state"]), where
        assert [row["effect"] for row in titles[step["move"]].get("follows", [])] == step.get("follows", []), where
        look_at_road(pack, answer["road"], where)
    driver.close()


def refuse(step, answer, where):
    """All reasons are said, each in both languages with its clause, and nothing else."""
    assert not answer["made"], where
    reasons = answer["reasons"]
    for expected in step["refused"]:
        assert any(expected in reason["detail"] for reason in reasons), (expected, *where)
    assert len(reasons) == len(step["refused"]), where
    assert all(reason["detail_zh"] and reason["clause"] for reason in reasons), where
    assert "opens" not in step or step["opens"] in {reason["opens_on"] for reason in reasons}, where


def look_at_road(pack, road, where):
    """The road names every move out of the state, and each end it names is reached by moves of the pack."""
    moves = {move["name"]: move for move in pack["moves"]}
    out = {name for name, move in moves.items() if road["state"] in move["from"]}
    assert {step["move"] for step in road["next"]} == out, where
    assert all(step["open"] == (not step["reasons"]) for step in road["next"]), where
    for end in road["ahead"]:
        state = road["state"]
        for name in end["moves"]:
            assert state in moves[name]["from"], where
            state = moves[name]["to"]
        assert state == end["end"], where
    assert road["ended"] or road["ahead"], where


def test_every_move_is_walked():
    """Each move of the admission pack is made in some table, or refused."""
    for name in ("admission", "correction"):
        made = {step["move"] for path in (OURS / "walks").glob(name + "*.json") for step in read(path)["steps"]}
        assert {move["name"] for move in pack_of(name)["moves"]} == made
