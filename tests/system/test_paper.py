"""Who sits an examination, and questions picked by hand.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from county import QUESTIONS
from instance import eventually
from sitting import sit, start
from test_education import content, retire, set_up

TRUTH = "预备党员有表决权。"


def sections(bank, kind="truth", **more):
    return [{"bank": bank, "kind": kind, "draw": 1, "marks": 2, **more}]


def draft(admin, county, organisation=None, expect=200, picked=None, **changes):
    body = content(county, picked or sections(county.bank), organisation=organisation or county.committees[0], **changes)
    told = admin.command("POST", "/v1/exams", body, expect=expect)
    return told["command"] if expect == 200 else told


def publish(admin, exam, expect=200):
    return admin.command("POST", f"/v1/exams/{exam}/publication", expect=expect)


def pointer(problem):
    return problem["errors"][0]["pointer"]


def listed(member, exam):
    return any(row["exam"] == exam for row in member.get("/v1/exams?limit=200").json["rows"])


def counts(database, organisations):
    return sum(database.execute("select count(*) from account a join member m on m.account = a.id where a.active and "
                                "a.organisation = any(%s::uuid[])", (list(organisations),)).fetchone())


@pytest.fixture(scope="module")
def few(county, admin):
    """An examination of the county that a committee and a branch of the other one sit."""
    exam = draft(admin, county, county.root, audience=[county.committees[0], county.branches[2]])
    publish(admin, exam)
    eventually(lambda: listed(admin, exam))
    return exam


def test_who_sits_it(county, admin, few):
    for branch, may in ((0, True), (1, True), (2, True), (3, False)):
        member = county.recruit(county.branches[branch])
        assert listed(member, few) == may, branch
        if may:
            assert sit(member, few, ["truth"])["answered"] == 1
        else:
            assert start(member, few, expect=403)["type"].endswith("not_eligible")
    beside = county.officer("screen", county.committees[1], county.branches[3])
    assert not listed(beside, few)
    assert listed(county.officer("screen", county.root, county.branches[3]), few), "a role over its organisation sees it"


def test_who_counts(county, admin, few, database):
    rows = {row["organisation"]: row for row in admin.get(f"/v1/exams/{few}/progress").json["rows"]}
    first = counts(database, [county.committees[0], *county.branches[:2]])
    third = counts(database, [county.branches[2]])
    assert {key: row["members"] for key, row in rows.items()} == {county.committees[0]: first, county.committees[1]: third}
    below = admin.get(f"/v1/exams/{few}/progress?org={county.committees[1]}").json["rows"]
    assert [(row["organisation"], row["members"]) for row in below] == [(county.branches[2], third)], "who does not sit it is no row"
    page = admin.get(f"/v1/organisations/{county.root}/exams?limit=200").json
    assert next(row for row in page["rows"] if row["exam"] == few)["members"] == first + third
    assert admin.get(f"/v1/exams/{few}").json["audience"] == [
        {"organisation": county.committees[0], "name": "第1镇党委"}, {"organisation": county.branches[2], "name": "第2镇1村支部"}]


def test_an_audience_within_an_audience_counts_once(county, admin, database):
    exam = draft(admin, county, county.root, audience=[county.branches[0], county.committees[0]])
    page = admin.get(f"/v1/organisations/{county.root}/exams?limit=200").json
    assert next(row for row in page["rows"] if row["exam"] == exam)["members"] == counts(
        database, [county.committees[0], *county.branches[:2]])


def test_an_audience_beyond_the_organisation(county, admin):
    told = draft(admin, county, audience=[county.branches[0], county.committees[1]], expect=422)
    assert pointer(told) == "#/audience/1" and "下级组织" in told["detail_zh"]
    assert pointer(draft(admin, county, audience=[county.root], expect=422)) == "#/audience/0"
    draft(admin, county, audience=[county.committees[0]])
    own = county.officer("committee_administrator", county.committees[0])
    draft(own, county, audience=[county.branches[1]])
    draft(own, county, audience=[county.branches[2]], expect=403)


def changed(admin, county, exam, expect=200, **changes):
    body = content(county, changes.pop("picked", None) or sections(county.bank), **changes)
    return admin.command("PUT", f"/v1/exams/{exam}", {k: v for k, v in body.items() if k != "organisation"}, expect=expect)


def test_an_audience_changes_until_it_is_published(county, admin):
    exam = draft(admin, county, audience=[county.branches[0]])
    audience = lambda: [part["organisation"] for part in admin.get(f"/v1/exams/{exam}").json["audience"]]  # noqa: E731
    changed(admin, county, exam, audience=[county.branches[1]])
    assert audience() == [county.branches[1]]
    assert pointer(changed(admin, county, exam, audience=[county.branches[3]], expect=422)) == "#/audience/0"
    changed(admin, county, exam)
    assert audience() == [], "left out: all of its organisation"
    changed(admin, county, exam, audience=[county.branches[1]])
    publish(admin, exam)
    assert changed(admin, county, exam, expect=409)["type"].endswith("conflict")
    assert audience() == [county.branches[1]]


@pytest.fixture(scope="module")
def truths(county, admin):
    """A bank of nine questions: the seven and two more of right or wrong."""
    more = "".join(f"{n},truth,组织,手选第{n}题。,,对,2,解析,出处\n" for n in (8, 9))
    bank = set_up(admin, county.committees[0], "手选库")
    done = admin.command("POST", f"/v1/questions:import?bank={bank}&format=csv", (QUESTIONS.splitlines()[0] + "\n" + more).encode(),
                         headers={"Content-Type": "text/csv"})["result"]
    assert done["taken"] == 2, done
    return bank


def test_questions_picked_by_hand(county, admin, truths):
    exam = draft(admin, county, picked=sections(truths, numbers=[9, 3]) + sections(truths, "single"))
    shown = admin.get(f"/v1/exams/{exam}").json["sections"]
    assert shown[0]["numbers"] == [9, 3] and "numbers" not in shown[1]
    assert publish(admin, exam)["result"]["questions"] == 3
    stems = {row["stem"] for row in admin.get(f"/v1/exams/{exam}/questions").json["rows"] if row["kind"] == "truth"}
    assert stems == {TRUTH, "手选第9题。"}
    assert admin.get(f"/v1/exams/{exam}").json["sections"][0]["numbers"] == [9, 3]
    whole = draft(admin, county, picked=[{**sections(truths)[0], "numbers": [8, 9], "draw": 2}])
    publish(admin, whole)
    for _ in range(2):
        sheet = start(county.recruit(county.branches[0]), whole)
        assert {q["stem"] for q in sheet["questions"]} == {"手选第8题。", "手选第9题。"}, "every candidate gets them all"


@pytest.mark.parametrize("numbers,place", [([3, 99], "numbers/1"), ([8, 2], "numbers/1"), ([8, 3, 8], "numbers/2")])
def test_a_pick_that_cannot_be_drawn(county, admin, truths, numbers, place):
    """Not there, of another kind, picked twice."""
    picked = sections(truths) + sections(truths, numbers=numbers)
    told = draft(admin, county, picked=picked, expect=422)
    assert pointer(told) == f"#/sections/1/{place}" and "题号" in told["detail_zh"]
    exam = draft(admin, county)
    assert pointer(changed(admin, county, exam, picked=picked, expect=422)) == f"#/sections/1/{place}"


def test_a_pick_of_another_topic_or_too_few(county, admin, truths):
    assert pointer(draft(admin, county, picked=sections(truths, numbers=[8], topic="党章"), expect=422)) == "#/sections/0/numbers/0"
    assert pointer(draft(admin, county, picked=[{**sections(truths)[0], "numbers": [8], "draw": 2}], expect=422)) == "#/sections/0/draw"


def test_a_pick_that_is_retired_after_the_draft(county, admin, truths):
    exam = draft(admin, county, picked=sections(truths, numbers=[8, 9]))
    retire(admin, truths, 9)
    told = publish(admin, exam, expect=409)
    assert told["type"].endswith("conflict") and "题号 9" in told["detail_zh"]
    assert pointer(draft(admin, county, picked=sections(truths, numbers=[8, 9]), expect=422)) == "#/sections/0/numbers/1"
    retire(admin, truths, 9, False)
    assert publish(admin, exam)["result"]["questions"] == 2


def test_an_organisation_has_the_examinations_its_members_sit(county, admin, few):
    """Whosever they are: the county's for a part of the county stands with that part, not with the others."""
    own = draft(admin, county, county.committees[1], audience=[county.branches[2]])
    publish(admin, own)
    has = lambda organisation: {few, own} & {  # noqa: E731
        row["exam"] for row in admin.get(f"/v1/organisations/{organisation}/exams?limit=200").json["rows"]}
    assert has(county.root) == has(county.committees[1]) == has(county.branches[2]) == {few, own}
    assert has(county.committees[0]) == has(county.branches[1]) == {few}
    assert has(county.branches[3]) == set()
    for branch, may in ((2, True), (3, False)):
        officer = county.officer("branch_officer", county.branches[branch])
        assert (officer.get(f"/v1/exams/{few}").status == 200) == may, branch


def test_the_agenda_is_the_audiences(county, admin, few):
    for branch, may in ((0, True), (3, False)):
        rows = county.recruit(county.branches[branch]).get("/v1/me/exams?limit=200").json["rows"]
        assert any(row["exam"] == few for row in rows) == may


def preview(admin, exam, query=""):
    return admin.get(f"/v1/exams/{exam}/preview{query}").json


def test_a_draft_is_previewed(county, admin, truths):
    """From the banks as they stand: what is drawn changes with the sheet's number, not with the asking."""
    picked = [{**sections(truths)[0], "draw": 2}, *(sections(truths, kind)[0] for kind in ("order", "pairs", "blanks"))]
    exam = draft(admin, county, picked=picked)
    seen = [preview(admin, exam, f"?sheet={n}") for n in range(12)]
    assert seen[0] == preview(admin, exam) == preview(admin, exam, "?sheet=0")
    assert all([q["kind"] for q in sheet["rows"]] == ["truth", "truth", "order", "pairs", "blanks"] and sheet["total"] == 5
               for sheet in seen)
    assert len({frozenset(q["stem"] for q in sheet["rows"][:2]) for sheet in seen}) == 3, "each two of the three"
    assert all(len({q["question"] for q in sheet["rows"]}) == 5 for sheet in seen)
    assert len({tuple(o["text"] for o in sheet["rows"][2]["options"]) for sheet in seen}) > 1
    assert all([o["option"] for o in sheet["rows"][n][what]] == [1, 2, 3, 4][:size]
               for sheet in seen for n, what, size in ((2, "options", 4), (3, "rights", 3))), "no number tells the key"
    assert len({tuple(o["text"] for o in sheet["rows"][3]["rights"]) for sheet in seen}) > 1
    assert seen[0]["rows"][4]["blanks"] == 1 and seen[0]["rows"][0]["marks"] == 2
    page = preview(admin, exam, "?sheet=3&limit=2&offset=2")
    assert page["rows"] == seen[3]["rows"][2:4] and page["total"] == 5
    retire(admin, truths, 9)
    assert all("手选第9题。" not in [q["stem"] for q in preview(admin, exam, f"?sheet={n}")["rows"]] for n in range(3))
    retire(admin, truths, 9, False)


def test_a_published_paper_is_previewed(county, admin, truths):
    exam = draft(admin, county, picked=sections(truths, numbers=[3]) + sections(truths, "order") + sections(truths, "single"))
    publish(admin, exam)
    paper = {row["question"]: row for row in admin.get(f"/v1/exams/{exam}/questions").json["rows"]}
    for n in range(3):
        rows = preview(admin, exam, f"?sheet={n}")["rows"]
        assert [q["stem"] for q in rows] == [paper[q["question"]]["stem"] for q in rows] and len(rows) == 3
        for q in rows:
            assert all(paper[q["question"]]["options"][o["option"] - 1] == o["text"] for o in q["options"]), "by the paper's numbers"
            assert len(q["options"]) == len(paper[q["question"]]["options"])


def test_a_preview_draws_from_no_bank_beside(county, admin):
    """A draft that names another committee's bank cannot be published, and shows none of it."""
    bank = set_up(admin, county.committees[1], "邻镇库")
    assert preview(admin, draft(admin, county, picked=sections(bank))) == {"rows": [], "total": 0}


def test_those_below_see_what_is_published(county, admin):
    draft_of_county, exam = (draft(admin, county, county.root) for _ in range(2))
    publish(admin, exam)
    for role, organisation in (("committee_administrator", county.committees[0]), ("branch_officer", county.branches[2])):
        client = county.officer(role, organisation)
        assert eventually(lambda: client.get(f"/v1/exams/{exam}").status == 200)
        assert client.get(f"/v1/exams/{exam}").json["organisation"] == county.root
        assert client.get(f"/v1/exams/{draft_of_county}").status == 404, "a draft stays its own administrators'"
        assert client.get(f"/v1/exams/{exam}/questions").status in (403, 404), "the paper does, too"
