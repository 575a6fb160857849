"""What those who keep question banks and set examinations see.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from county import KINDS, QUESTIONS, stamp
from instance import eventually
from sitting import sit, start

HOUR = 3600000


def bring(admin, bank, text, changed):
    done = admin.command("POST", f"/v1/questions:import?bank={bank}&format=csv", text.encode(),
                         headers={"Content-Type": "text/csv"})["result"]
    assert (done["taken"], done["changed"], done["refused"]) == (len(KINDS), changed, 0), done


def set_up(admin, organisation, name):
    bank = admin.command("POST", "/v1/banks", {"organisation": organisation, "name": name})["command"]
    bring(admin, bank, QUESTIONS, 0)
    return bank


@pytest.fixture(scope="module")
def bank(county, admin):
    """A bank of the first committee, its third question in two versions."""
    made = set_up(admin, county.committees[0], "看题库")
    bring(admin, made, QUESTIONS.replace("预备党员有表决权。", "预备党员有 Vote 权。"), 1)
    return made


def retire(admin, bank, number, retired=True, expect=200):
    return admin.command("POST", f"/v1/banks/{bank}/questions/{number}/retirement", {"retired": retired, "reason": "条文已修订"},
                         expect=expect)


@pytest.fixture(scope="module")
def retired(admin, bank):
    """The seventh question is retired, the sixth was and is not."""
    for number, whether in ((7, True), (6, True), (6, False)):
        retire(admin, bank, number, whether)


def numbers(client, bank, query=""):
    page = client.get(f"/v1/banks/{bank}/questions{query}").json
    assert query.count("limit") or page["total"] == len(page["rows"])
    return [row["number"] for row in page["rows"]]


def test_the_questions_of_a_bank(county, admin, bank, retired):
    assert numbers(admin, bank) == [1, 2, 3, 4, 5, 6]
    assert numbers(admin, bank, "?retired=true") == [7]
    assert numbers(admin, bank, "?kind=multiple") == [2] and numbers(admin, bank, "?kind=pairs") == []
    assert numbers(admin, bank, "?topic=%E7%BB%84%E7%BB%87") == [3, 4, 5], "组织"
    assert numbers(admin, bank, "?text=vOTE") == [3], "whatever its case"
    assert numbers(admin, bank, "?text=%E8%A1%A8%E5%86%B3%E6%9D%83") == [], "表决权 stands in the old version only"
    assert numbers(admin, bank, "?text=%25") == [], "no pattern"
    page = admin.get(f"/v1/banks/{bank}/questions?limit=2&offset=2").json
    assert page["total"] == 6 and [(r["number"], r["version"], r["versions"]) for r in page["rows"]] == [(3, 2, 2), (4, 1, 1)]
    assert page["rows"][0]["stem"] == "预备党员有 Vote 权。" and page["rows"][0]["retired"] is False
    row = next(r for r in admin.get(f"/v1/banks?organisation={county.committees[0]}").json["rows"] if r["bank"] == bank)
    assert (row["organisation_name"], row["questions"]) == ("第1镇党委", 7)


def test_the_versions_of_a_question(admin, bank, retired):
    page = admin.get(f"/v1/banks/{bank}/questions/3").json
    assert page["total"] == 2 and [(r["version"], r["stem"]) for r in page["rows"]] == [
        (2, "预备党员有 Vote 权。"), (1, "预备党员有表决权。")]
    assert page["rows"][1]["key"] == {"truth": False} and page["rows"][0]["source"] == "《中国共产党章程》第七条"
    pairs = admin.get(f"/v1/banks/{bank}/questions/7").json["rows"][0]
    assert pairs["retired"] and pairs["options"] == ["支部党员大会", "支部委员会会议", "组织生活会"] and len(pairs["rights"]) == 3
    assert admin.get(f"/v1/banks/{bank}/questions/99").json == {"rows": [], "total": 0}
    assert admin.get(f"/v1/banks/{bank}/questions/0").status in (404, 422)


def test_what_can_be_drawn(admin, bank, retired, county):
    page = admin.get(f"/v1/banks/{bank}/topics").json
    assert page["total"] == 6 and sorted((r["topic"], r["kind"], r["questions"]) for r in page["rows"]) == sorted(
        [("党章", "single", 1), ("党章", "multiple", 1), ("组织", "truth", 1), ("组织", "blanks", 1), ("组织", "number", 1),
         ("发展", "order", 1)])
    exam = drafted(county, [{"bank": bank, "kind": "pairs", "draw": 1, "marks": 2}])
    admin.command("POST", f"/v1/exams/{exam}/publication", expect=409)  # the only one is retired


def test_retiring_a_question(county, admin):
    bank = set_up(admin, county.committees[0], "退题库")
    sections = [{"bank": bank, "kind": "truth", "draw": 1, "marks": 2}]
    before, after = drafted(county, sections), drafted(county, sections)
    assert retire(admin, bank, 3, False, expect=409)["type"].endswith("conflict"), "it is not retired"
    assert retire(admin, bank, 99, expect=409)["type"].endswith("conflict"), "there is none"
    admin.command("POST", f"/v1/exams/{before}/publication")
    retire(admin, bank, 3)
    retire(admin, bank, 3, expect=409)
    assert numbers(admin, bank) == [1, 2, 4, 5, 6, 7]
    admin.command("POST", f"/v1/exams/{after}/publication", expect=409)
    shown = start(county.recruit(county.branches[0]), before)["questions"]
    assert [q["stem"] for q in shown] == ["预备党员有表决权。"], "what was published keeps it"
    bring(admin, bank, QUESTIONS.replace("预备党员有表决权。", "改过的题。"), 1)
    assert numbers(admin, bank, "?retired=true") == [3], "a new version does not bring it back"
    retire(admin, bank, 3, False)
    assert admin.command("POST", f"/v1/exams/{after}/publication")["result"]["questions"] == 1


def content(county, sections, **changes):
    now = county.instance.now()
    return {"organisation": county.committees[0], "title": "看考试", "opens_at": stamp(now - HOUR), "closes_at": stamp(now + HOUR),
            "minutes": 30, "grace_seconds": 10, "attempts": 2, "counted": "latest", "multiple": "partial", "penalty": 0.5,
            "release": "never", "sections": sections, **changes}


def drafted(county, sections, **changes):
    return county.admin.command("POST", "/v1/exams", content(county, sections, **changes))["command"]


def published(county, **changes):
    exam = drafted(county, [{"bank": county.bank, "kind": "truth", "draw": 1, "marks": 2}], **changes)
    county.admin.command("POST", f"/v1/exams/{exam}/publication")
    return exam


def test_a_changed_bank_changes_no_published_paper(county, admin, database):
    bank = set_up(admin, county.committees[0], "改题库")
    exam = county.exam(organisation=county.committees[0],
                       sections=[{"bank": bank, "kind": kind, "draw": 1, "marks": 2} for kind in KINDS])
    bring(admin, bank, QUESTIONS.replace("预备党员有表决权。", "改过的题。").replace(",错,", ",对,"), 1)
    assert admin.get(f"/v1/banks/{bank}/questions/3").json["rows"][0]["version"] == 2
    sheet = start(county.recruit(county.branches[0]), exam)
    assert [q["stem"] for q in sheet["questions"] if q["kind"] == "truth"] == ["预备党员有表决权。"]
    assert database.execute("select bank_version from paper_question where exam = %s and bank_number = 3",
                            (exam,)).fetchone() == (1,)


@pytest.fixture(scope="module")
def exams(county):
    """An examination in each state, of the first committee; one above, one below and one beside it."""
    now = county.instance.now()
    return {
        "draft": drafted(county, [{"bank": county.bank, "kind": "truth", "draw": 1, "marks": 2},
                                  {"bank": county.bank, "kind": "pairs", "draw": 3, "marks": 1.5}], title="清单草稿"),
        "coming": published(county, title="清单将考", opens_at=stamp(now + HOUR), closes_at=stamp(now + 2 * HOUR)),
        "open": published(county, title="清单在考"),
        "closed": published(county, title="清单已考", opens_at=stamp(now - 2 * HOUR), closes_at=stamp(now - HOUR)),
        "above": published(county, title="清单县里", organisation=county.root),
        "above_draft": drafted(county, [{"bank": county.bank, "kind": "truth", "draw": 1, "marks": 2}], title="清单县稿",
                               organisation=county.root),
        "below": published(county, title="清单支部", organisation=county.branches[0]),
        "beside": published(county, title="清单邻镇", organisation=county.committees[1]),
    }


LISTED = "text=%E6%B8%85%E5%8D%95"  # 清单


def listed(client, organisation, exams, query=""):
    page = client.get(f"/v1/organisations/{organisation}/exams?{LISTED}{query}").json
    names = {exam: name for name, exam in exams.items()}
    assert page["total"] == len(page["rows"])
    return {names[row["exam"]]: row for row in page["rows"]}


def test_the_examinations_of_an_organisation(county, admin, exams, database):
    rows = listed(admin, county.committees[0], exams)
    assert set(rows) == set(exams) - {"beside"}, "what is beside does not concern it"
    assert {name: rows[name]["state"] for name in ("draft", "coming", "open", "closed")} == {
        name: name for name in ("draft", "coming", "open", "closed")}
    for name in ("draft", "coming", "open", "closed"):
        assert set(listed(admin, county.committees[0], exams, f"&state={name}")) & {"draft", "coming", "open", "closed"} == {name}
    assert (rows["draft"]["drawn"], rows["draft"]["full_mark"]) == (4, 6.5)
    assert (rows["open"]["drawn"], rows["open"]["full_mark"], rows["open"]["organisation_name"]) == (1, 2, "第1镇党委")
    below = {county.committees[0], county.branches[0], county.branches[1]}
    counts = dict(database.execute("select a.organisation::text, count(*) from account a join member m on m.account = a.id "
                                   "where a.active group by a.organisation").fetchall())
    assert rows["open"]["members"] == sum(counts.get(organisation, 0) for organisation in below)
    assert rows["above"]["members"] == sum(counts.values()) and rows["below"]["members"] == counts[county.branches[0]]
    newest = [row["created_at"] for row in admin.get(f"/v1/organisations/{county.root}/exams?limit=200").json["rows"]]
    assert newest == sorted(newest, reverse=True)
    assert {"beside", "below"} <= set(listed(admin, county.root, exams))


def test_drafts_are_for_those_who_administer_them(county, exams):
    committee = county.committees[0]
    published_ones = {"coming", "open", "closed", "above", "below"}
    for role in ("screen", "branch_officer"):
        client = county.officer(role, committee)
        assert set(listed(client, committee, exams)) == published_ones, role
        assert listed(client, committee, exams, "&state=draft") == {}
        assert client.get(f"/v1/exams/{exams['draft']}").status == 404
        assert client.get(f"/v1/exams/{exams['open']}").json["state"] == "open"
    client = county.officer("committee_administrator", committee)
    assert set(listed(client, committee, exams)) == published_ones | {"draft"}, "the county's draft is not his"
    assert client.get(f"/v1/exams/{exams['draft']}").json["title"] == "清单草稿"
    assert client.get(f"/v1/exams/{exams['beside']}").status == 404


def test_an_examination_as_it_was_set(county, admin):
    body = content(county, [{"bank": county.bank, "kind": "truth", "topic": "组织", "draw": 1, "marks": 2},
                            {"bank": county.bank, "kind": "pairs", "draw": 1, "marks": 2.25}])
    exam = admin.command("POST", "/v1/exams", body)["command"]
    named = [{**section, "bank_name": "测试题库"} for section in body["sections"]]
    shown = admin.get(f"/v1/exams/{exam}").json
    assert shown == {**body, "sections": named, "audience": [], "exam": exam, "organisation_name": "第1镇党委", "published": False,
                     "state": "draft", "version": 1, "questions": 0, "drawn": 2, "full_mark": 4.25}
    admin.command("POST", f"/v1/exams/{exam}/publication")
    shown = admin.get(f"/v1/exams/{exam}").json
    assert (shown["published"], shown["state"], shown["questions"], shown["drawn"], shown["full_mark"]) == (
        True, "open", 2, 2, 4.25)
    assert admin.get("/v1/exams/00000000-0000-4000-8000-00000000000f").status == 404


def test_a_draft_is_set_anew(county, admin):
    """All of it but its organisation; once published, none of it."""
    exam = drafted(county, [{"bank": county.bank, "kind": "truth", "draw": 1, "marks": 2}])
    now = county.instance.now()
    body = {"title": "改过的", "opens_at": stamp(now - 2 * HOUR), "closes_at": stamp(now + 3 * HOUR), "minutes": 45,
            "grace_seconds": 20, "attempts": 3, "counted": "first", "multiple": "all_or_nothing", "penalty": 0.25,
            "release": "mark_at_once", "sections": [{"bank": county.bank, "kind": "pairs", "draw": 1, "marks": 3.5},
                                                    {"bank": county.bank, "kind": "single", "draw": 1, "marks": 1}]}
    before = admin.get(f"/v1/exams/{exam}").json
    told = admin.command("PUT", f"/v1/exams/{exam}", {**body, "closes_at": stamp(now - 3 * HOUR)}, expect=422)
    assert told["type"].endswith("invalid") and admin.get(f"/v1/exams/{exam}").json == before
    admin.command("PUT", f"/v1/exams/{exam}", {**body, "organisation": county.root}, expect=422)
    admin.command("PUT", f"/v1/exams/{exam}", body)
    shown = admin.get(f"/v1/exams/{exam}").json
    assert {name: shown[name] for name in body if name != "sections"} == {
        name: value for name, value in body.items() if name != "sections"}
    assert [{k: v for k, v in section.items() if k != "bank_name"} for section in shown["sections"]] == body["sections"]
    assert (shown["organisation"], shown["full_mark"], shown["state"]) == (county.committees[0], 4.5, "draft")
    result = admin.command("POST", f"/v1/exams/{exam}/publication")["result"]
    assert (result["drawn"], result["full_mark"]) == (2, 4.5), "the new sections are what is published"
    shown = admin.get(f"/v1/exams/{exam}").json
    told = admin.command("PUT", f"/v1/exams/{exam}", {**body, "title": "又改"}, expect=409)
    assert told["type"].endswith("conflict") and admin.get(f"/v1/exams/{exam}").json == shown


def test_a_draft_is_thrown_away(county, admin):
    exam = drafted(county, [{"bank": county.bank, "kind": "truth", "draw": 1, "marks": 2}], title="要扔的")
    kept = published(county, title="要扔的")
    admin.command("POST", f"/v1/exams/{exam}/discard")
    assert admin.get(f"/v1/exams/{exam}").status == 404
    rows = admin.get(f"/v1/organisations/{county.committees[0]}/exams?text=%E8%A6%81%E6%89%94").json["rows"]
    assert [row["exam"] for row in rows] == [kept]
    for target in (f"{exam}/discard", f"{kept}/discard"):
        assert admin.command("POST", f"/v1/exams/{target}", expect=409)["type"].endswith("conflict")
    admin.command("POST", f"/v1/exams/{exam}/publication", expect=404)
    assert admin.get(f"/v1/exams/{kept}").json["state"] == "open"


def test_a_paper_and_how_it_fared(county, admin):
    exam = county.exam(organisation=county.committees[0])
    paper = lambda: admin.get(f"/v1/exams/{exam}/questions").json  # noqa: E731
    assert [(r["drawn"], r["right"]) for r in paper()["rows"]] == [(0, 0)] * 7
    for right in (KINDS, ["single", "pairs"]):
        sit(county.recruit(county.branches[0]), exam, right)
    told = paper()
    rows = {row["kind"]: row for row in told["rows"]}
    assert told["total"] == 7 and [(r["question"], r["section"], r["kind"]) for r in told["rows"]] == [
        (n + 1, n + 1, kind) for n, kind in enumerate(KINDS)]
    assert {kind: (row["drawn"], row["right"]) for kind, row in rows.items()} == {
        kind: (2, 2 if kind in ("single", "pairs") else 1) for kind in KINDS}
    assert rows["single"]["key"]["right"] == [2] and rows["single"]["options"][1] == "实现共产主义" and rows["single"]["marks"] == 2
    pairs = rows["pairs"]
    assert [pairs["rights"][n - 1] for n in pairs["key"]["order"]] == ["每季度", "每月", "每年"], "by the paper's numbers"
    assert all((row["key_version"], row["voided"]) == (1, False) for row in told["rows"])
    proposed = admin.command("POST", f"/v1/exams/{exam}/questions/3/keys", {"key": {"voided": True}, "reason": "有歧义"})["result"]
    assert paper() == told, "a proposal is not in force"
    admin.command("POST", f"/v1/exams/{exam}/keys/{proposed['proposal']}/adoption", {"reason": "有歧义"})
    row = eventually(lambda: next((r for r in paper()["rows"] if r["question"] == 3 and r["right"] == 2), None))
    assert row["voided"] and row["key_version"] == 2 and row["key"]["voided"] and row["drawn"] == 2
    page = admin.get(f"/v1/exams/{exam}/questions?limit=2&offset=5").json
    assert page["total"] == 7 and [r["question"] for r in page["rows"]] == [6, 7]
