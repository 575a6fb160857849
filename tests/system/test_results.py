"""Who sits an examination, results with the attempt that counts, the same as a workbook, and whom a corrected key
changes.  SPDX-License-Identifier: Apache-2.0"""
import io
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, unquote

import openpyxl
import pytest
from client import Client
from county import KINDS, adopt as adopt_pack, approved, stamp
from instance import eventually
from second import Second
from sitting import hand_in, milliseconds, sit, start
from test_keys import adopt, choose, propose

STRANGE = [("qz1", "=1+1"), ("qz2", '王"五\\'), ("qz3", "欧阳娜"), ("qz4", "欧阳锋")]


@pytest.fixture(scope="module")
def crowd(county, admin):
    """A branch of four with names that are hard to write."""
    branch = county.organisation(county.committees[1], "branch", "中共测试县成绩单村支部委员会", "成绩单村支部", 9)
    made = admin.command("POST", "/v1/members", {
        "organisation": branch, "initial_password": county.password,
        "members": [{"login": login, "name": name, "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}
                    for login, name in STRANGE]})["result"]["members"]
    clients = [county.member(login) for login, _ in STRANGE]
    for client, member in zip(clients, made):
        client.id = member
    return branch, clients


def rows(client, target, total=None):
    page = client.get(target).json
    assert page["total"] == (len(page["rows"]) if total is None else total), page
    return page["rows"]


@pytest.fixture(scope="module")
def exam(county, crowd):
    """Of three: two attempts whose first is better, one attempt, one that runs; the fourth has not begun."""
    made = county.exam(organisation=county.committees[1])
    _, (twice, once, runs, _) = crowd
    sit(twice, made, KINDS)
    sit(twice, made, [])
    sit(once, made, KINDS[:2])
    start(runs, made)
    return made


def test_who_sits_it(county, admin, crowd, exam):
    branch, clients = crowd
    target = f"/v1/exams/{exam}/candidates?org={branch}"
    found = rows(admin, target)
    assert [(r["member"], r["login"], r["name"], r["standing"], r["used"]) for r in found] == [
        (c.id, login, name, standing, used) for c, (login, name), standing, used in
        zip(clients, STRANGE, ["handed_in", "handed_in", "under_way", "none"], [2, 1, 1, 0])]
    assert {r["organisation"] for r in found} == {branch} and {r["organisation_name"] for r in found} == {"成绩单村支部"}
    assert [r["login"] for r in found if "deadline" in r] == ["qz3"]
    assert milliseconds(found[2]["deadline"]) > county.instance.now()
    assert [r["login"] for r in rows(admin, f"{target}&standing=none")] == ["qz4"]
    assert [r["login"] for r in rows(admin, f"{target}&limit=2&offset=1", 4)] == ["qz2", "qz3"]
    progress = admin.get(f"/v1/exams/{exam}/progress").json["rows"]
    total = lambda query: admin.get(f"/v1/exams/{exam}/candidates?limit=1{query}").json["total"]  # noqa: E731
    assert total("") == sum(r["members"] for r in progress) > len(found)
    assert total("") - total("&standing=none") == sum(r["started"] for r in progress) == 3


def test_members_by_a_part_of_their_name(admin, crowd, exam):
    branch, _ = crowd
    found = lambda text: [r["login"] for r in rows(admin, f"/v1/exams/{exam}/candidates?org={branch}&text={quote(text)}")]  # noqa: E731
    assert found("欧阳") == ["qz3", "qz4"] and found("娜") == ["qz3"]
    assert found("Z2") == ["qz2"], "a log-in name, whatever its case"
    assert found("测试员") == [], "who is elsewhere"
    assert found("没有这个人") == [] and found("%") == [], "no pattern"
    assert [r["login"] for r in rows(admin, f"/v1/exams/{exam}/results?text={quote('五')}")] == ["qz2"]


def test_a_name_is_sought_a_few_accounts_at_a_time(instance, admin, crowd, exam, witness):
    """A front that looks at one account a turn finds them all, and still says where they are too many."""
    branch, _ = crowd
    with Second(instance, named_slice=1, named_accounts=3) as front:
        client = Client(front.url, witness, admin.token)
        ask = lambda text, what="candidates": client.get(f"/v1/exams/{exam}/{what}?org={branch}&text={quote(text)}")  # noqa: E731
        eventually(lambda: ask("欧阳").status == 200 and [r["login"] for r in ask("欧阳").json["rows"]] == ["qz3", "qz4"])
        assert [r["login"] for r in ask("娜").json["rows"]] == ["qz3"]
        assert ask("qz").status == 400 and ask("qz", "results.xlsx").status == 400, "four, where three may be named"
        book = openpyxl.load_workbook(io.BytesIO(ask("五", "results.xlsx").body))
        assert [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["qz2"]
        client.close()


@pytest.mark.parametrize("counted, number, mark", [("highest", 1, 14), ("latest", 2, 0), ("first", 1, 14)])
def test_the_attempt_that_counts(county, admin, crowd, counted, number, mark):
    branch, (member, *_) = crowd
    exam = county.exam(organisation=county.committees[1], counted=counted)
    sit(member, exam, KINDS)
    sit(member, exam, [])
    found, = rows(admin, f"/v1/exams/{exam}/results")
    assert (found["member"], found["name"], found["attempts"], found["number"], found["mark"], found["full_mark"]) == (
        member.id, "=1+1", 2, number, mark, 14)
    assert (found["ended"], found["revision"], found["organisation"]) == ("handed_in", 1, branch)
    mine = member.get(f"/v1/exams/{exam}/results/me").json["rows"][number - 1]
    assert (mine["ended_at"], mine["mark"]) == (found["ended_at"], found["mark"])


def test_results_are_sorted_and_filtered(county, admin, crowd, exam):
    branch, (twice, once, *_) = crowd
    other = county.recruit(county.branches[2])
    sit(other, exam, KINDS[:5])
    order = lambda by: [r["login"] for r in rows(admin, f"/v1/exams/{exam}/results{by}")]  # noqa: E731
    assert order("") == order("?order=branch") == [other.login[0], "qz1", "qz2"]
    assert order("?order=mark") == ["qz1", other.login[0], "qz2"]
    assert order("?order=ended") == [other.login[0], "qz2", "qz1"]
    assert order(f"?org={branch}") == ["qz1", "qz2"] and order(f"?org={county.branches[3]}") == []
    assert [r["login"] for r in rows(admin, f"/v1/exams/{exam}/results?limit=1&offset=1", 3)] == ["qz1"]
    assert admin.get(f"/v1/exams/{exam}/results?org={county.committees[0]}").status == 404, "beside it"


def test_organisations_stand_as_in_the_tree(county, admin):
    """A committee's branches under it, however they are numbered among their siblings; who is in the committee itself first."""
    first, second = (county.organisation(county.root, "committee", f"中共测试县次序{n}镇委员会", f"次序{n}镇党委", 30 + ordinal)
                     for n, ordinal in ((1, 1), (2, 0)))
    branch = lambda above, n, ordinal: county.organisation(  # noqa: E731
        above, "branch", f"中共测试县次序{n}村支部委员会", f"次序{n}村", ordinal)
    ordered = [second, branch(second, 1, 8), branch(second, 2, 9), first, branch(first, 3, 0)]
    exam = county.exam(audience=[first, second])
    members = {organisation: county.recruit(organisation) for organisation in reversed(ordered)}
    for member in members.values():
        sit(member, exam, KINDS[:2])
    logins = [members[organisation].login[0] for organisation in ordered]
    for listed in ("candidates", "results", "results?order=mark"):
        found = rows(admin, f"/v1/exams/{exam}/{listed}")
        assert [(r["organisation"], r["login"]) for r in found] == list(zip(ordered, logins)), listed
    assert [row[1] for row in workbook(admin, exam)[1].active.iter_rows(min_row=2, values_only=True)] == logins
    assert [r["organisation"] for r in rows(admin, f"/v1/exams/{exam}/progress")] == [second, first]
    assert [r["organisation"] for r in rows(admin, f"/v1/exams/{exam}/progress?org={second}")] == [*ordered[1:3], second]
    tree = [r["organisation"] for r in rows(admin, "/v1/organisations?limit=200")]
    assert [organisation for organisation in tree if organisation in members] == ordered


def test_whom_a_key_changes(county, admin, database):
    """All that a proposal changes, beyond what its outcome tells, each with a name; and what became of the proposal."""
    exam = county.exam()
    right, wrong, third = county.enrol(county.branches[1], 3)
    for member, option in ((right, 2), (wrong, 1), (third, 3)):
        choose(member, exam, option)
    choose(right, exam, 1)  # his second attempt
    assert rows(admin, f"/v1/exams/{exam}/keys") == []
    first = propose(admin, exam, {"right": [1]})["proposal"]
    adopt(admin, exam, first)
    second = propose(admin, exam, {"voided": True})["proposal"]
    listed = rows(admin, f"/v1/exams/{exam}/keys")
    assert [(r["proposal"], r.get("key_version"), r["sheets"], r["question"], r["reason"]) for r in listed] == [
        (second, None, 4, 1, "原答案有误"), (first, 2, 4, 1, "原答案有误")]
    assert listed[1]["key"] == {"right": [1]} and listed[1]["changed"] == 3 and listed[0]["stem"] == "党的最高理想和最终目标是什么？"
    me = admin.get("/v1/me").json
    assert {(r["member"], r["name"]) for r in listed} == {(me["account"], me["name"])}
    found = rows(admin, f"/v1/exams/{exam}/keys/{first}/changes")
    assert sorted((r["member"], r["number"], r["before"], r["after"]) for r in found) == sorted(
        [(right.id, 1, 2, 0), (right.id, 2, 0, 2), (wrong.id, 1, 0, 2)])
    assert [r["login"] for r in found] == [right.login[0], right.login[0], wrong.login[0]]
    assert {(r["name"], r["organisation"]) for r in found} == {
        (f"新员{m.login[0][1:]}", county.branches[1]) for m in (right, wrong)}
    assert [r["number"] for r in rows(admin, f"/v1/exams/{exam}/keys/{first}/changes?limit=1&offset=1", 3)] == [2]
    assert rows(admin, f"/v1/exams/{county.exam()}/keys/{first}/changes") == [], "of another examination"


HEADINGS = ["党支部", "登录名", "姓名", "已交卷次数", "计分的次数", "得分", "满分", "交卷方式", "交卷时间", "阅卷次数"]
ENDED = {"handed_in": "交卷", "closed": "到时自动交卷", "admitted": "逾期交卷经两人批准"}


def workbook(client, exam, query=""):
    reply = client.get(f"/v1/exams/{exam}/results.xlsx{query}")
    assert reply.status == 200, reply
    return reply, openpyxl.load_workbook(io.BytesIO(reply.body))


def as_cells(row):
    local = datetime.fromisoformat(row["ended_at"].replace("Z", "+00:00")).astimezone(timezone(timedelta(hours=8)))
    return [row["organisation_name"], row["login"], row["name"], row["attempts"], row["number"], row["mark"], row["full_mark"],
            ENDED[row["ended"]], local.replace(tzinfo=None), row["revision"]]


def same(cell, wanted):
    if isinstance(wanted, datetime):
        return isinstance(cell.value, datetime) and abs(cell.value - wanted) < timedelta(seconds=1)
    return cell.value == wanted and cell.data_type == ("s" if isinstance(wanted, str) else "n")


@pytest.mark.parametrize("query", ["", "?order=mark", "?order=ended", f"?text={quote('五')}", "?text=nobodyhere"])
def test_results_as_a_workbook(county, admin, crowd, exam, query):
    reply, book = workbook(admin, exam, query)
    listed = rows(admin, f"/v1/exams/{exam}/results{query}")
    assert (listed == []) == (query == "?text=nobodyhere")
    sheet, = book.worksheets
    written = list(sheet.iter_rows())
    assert sheet.title == "考试成绩" and [cell.value for cell in written[0]] == HEADINGS
    assert len(written) == 1 + len(listed)
    for cells, row in zip(written[1:], listed):
        wrong = [(c.value, w) for c, w in zip(cells, as_cells(row)) if not same(c, w)]
        assert not wrong and len(cells) == len(HEADINGS)
    assert "=1+1" in [cells[2].value for cells in written] or query.startswith("?text")
    plain, _, chinese = reply.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain.startswith('attachment; filename="exam_results-2') and unquote(chinese).startswith("考试成绩-2")
    assert plain.isascii() and chinese.isascii() and chinese.endswith(".xlsx")
    assert reply.headers["cache-control"] == "no-store"


def test_a_workbook_of_many(county, admin, database):
    """More than a page of rows, each once, in the list's order."""
    exam, branch = county.exam(), county.branches[3]
    pattern = county.recruit(branch)
    sit(pattern, exam, KINDS[:1])
    members = []
    for chunk in range(21):
        members += admin.command("POST", "/v1/members", {
            "organisation": branch, "initial_password": county.password,
            "members": [{"login": f"w{chunk:02d}{n:02d}", "name": "众人", "ethnicity": "汉族", "birth_year": 1980,
                         "joined_year": 2001} for n in range(100)]})["result"]["members"]
    database.execute("""
        insert into sheet select s.exam, m, s.number, gen_random_uuid(), s.ended, s.ended_at, s.command, s.hand_in, s.revision,
            s.key_version, s.mark, s.full_mark, s.marks, s.graded_at
        from sheet s cross join unnest(%s::uuid[]) m where s.exam = %s and s.member = %s""", (members, exam, pattern.id))
    eventually(lambda: all(r["name"] for r in rows(admin, f"/v1/exams/{exam}/results?limit=500&offset=1700", 2101)))
    for target in ("results", "candidates", "results.xlsx"):
        reply = admin.get(f"/v1/exams/{exam}/{target}?text={quote('众')}")
        assert reply.status == 400 and "2000" in reply.json["detail_zh"], "more accounts than may be named"
    adopt_pack(admin, "export")
    second = county.officer("county_administrator", county.root)
    assert admin.get(f"/v1/exams/{exam}/results.xlsx").json["type"].endswith("export_unapproved")
    target = approved(admin, second, county.root, f"/v1/exams/{exam}/results.xlsx?org={county.root}")
    _, book = workbook(admin, exam, target.removeprefix(f"/v1/exams/{exam}/results.xlsx"))
    logins = [row[1] for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert len(logins) == 2101 and logins == sorted(logins) and len(set(logins)) == 2101


def test_who_may_not_see_them(county, crowd, exam, new_client):
    branch, (member, *_) = crowd
    assert member.get(f"/v1/exams/{exam}/results.xlsx").status == 403
    officer = county.officer("branch_officer", branch, branch)
    assert officer.get(f"/v1/exams/{exam}/results.xlsx").status == 404, "of all of it"
    _, book = workbook(officer, exam, f"?org={branch}")
    assert {row[0] for row in book.active.iter_rows(min_row=2, values_only=True)} == {"成绩单村支部"}
    found = [r["login"] for r in rows(officer, f"/v1/exams/{exam}/candidates?org={branch}")]
    assert found == sorted([login for login, _ in STRANGE] + [officer.login[0]])
