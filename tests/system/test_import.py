"""Imports: read, mapped, checked, confirmed by another, entered, entered again, taken back.  SPDX-License-Identifier: Apache-2.0"""
import hashlib
import io
from urllib.parse import quote, urlencode

import openpyxl
import pytest
from county import adopt
from instance import eventually
from test_person import resident_id

IMPORTED = "/v1/organisations?" + urlencode({"text": "导入", "limit": 50})
HEAD = ["姓名", "所在党支部", "身份证号", "手机号", "性别", "出生年月", "民族", "学历", "入党时间"]


def csv(rows, head=HEAD, title=None, encoding="utf-8"):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [head, *rows]]
    return ("\r\n".join(([title] if title else []) + quoted) + "\r\n").encode(encoding)


class Desk:
    """Whoever brings files of a county, and whoever confirms them."""

    def __init__(self, county):
        self.county, self.committee, self.branch = county, county.committees[1], county.branches[2]
        self.operator = county.officer("committee_administrator", self.committee)
        self.confirmer = county.officer("committee_administrator", self.committee)
        self.orders = iter(range(101, 999))
        self.branch_name = next(row["short_name"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"]
                                if row["organisation"] == self.branch)

    def upload(self, file, kind="members", title="名册.csv", format="csv", expect=200, client=None, organisation=None):
        query = urlencode({"organisation": organisation or self.committee, "kind": kind, "format": format, "title": title})
        media = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[format]
        return (client or self.operator).command("POST", f"/v1/imports?{query}", file, headers={"Content-Type": media},
                                                 expect=expect, wait=30)

    def show(self, batch, client=None):
        reply = (client or self.operator).get(f"/v1/imports/{batch}")
        assert reply.status == 200, reply
        return reply.json

    def fates(self, batch):
        return {each["fate"]: each["rows"] for each in self.show(batch)["fates"]}

    def rows(self, batch, query=""):
        found = []
        while True:
            reply = self.operator.get(f"/v1/imports/{batch}/rows?limit=1000&offset={len(found)}{query}").json
            found += reply["rows"]
            if len(found) >= reply["total"]:
                return found

    def faults(self, batch):
        return {(row["row"], fault["column"], fault["reason"]) for row in self.rows(batch) for fault in row["faults"]}

    def until(self, batch, state, seconds=60):
        return eventually(lambda: (shown := self.show(batch))["state"] == state and shown, seconds=seconds)

    def check(self, file, **more):
        """A file uploaded and checked with the columns as they were guessed."""
        begun = self.upload(file, **more)
        batch = begun["command"]
        columns = [each for each in begun["result"]["columns"] if "field" in each]
        self.operator.command("PUT", f"/v1/imports/{batch}/mapping", {"columns": columns})
        return batch, self.until(batch, "checked")

    def present(self, batch, shown):
        return self.operator.command("POST", "/v1/cases", {
            "procedure": "import-of-file", "organisation": shown["organisation"], "move": "present-import",
            "given": {"facts": [{"fact": "import", "value": {"code": batch}}],
                      "papers": [{"paper": "imported-file", "digest": shown["digest"]}]}})["command"]

    def confirm(self, case, expect=200, client=None, move="confirm-import"):
        return (client or self.confirmer).command("POST", f"/v1/cases/{case}/moves",
                                                  {"version": 1, "move": move, "given": {}}, expect=expect)

    def bring(self, file, seconds=60, **more):
        """A file brought all the way in; the import's id."""
        batch, shown = self.check(file, **more)
        self.confirm(self.present(batch, shown))
        self.until(batch, "applied", seconds)
        return batch

    def reverse(self, batch):
        case = self.operator.command("POST", "/v1/cases", {
            "procedure": "reversal-of-import", "organisation": self.show(batch)["organisation"], "move": "propose-reversal",
            "given": {"facts": [{"fact": "import", "value": {"code": batch}},
                                {"fact": "reverse-because", "value": {"code": "文件有误"}}]}})["command"]
        self.confirm(case, move="confirm-reversal")
        return self.until(batch, "reversed")

    def people(self, query=""):
        return self.operator.get(f"/v1/people?organisation={self.committee}&limit=200{query}").json["rows"]

    def person(self, name):
        return next((row for row in self.people(f"&text={quote(name)}") if row.get("name") == name), None)

    def file_of(self, name):
        reply = self.operator.get(f"/v1/people/{self.person(name)['person']}")
        return {fact["field"]: fact["value"] for fact in reply.json["facts"]}

    def row(self, name, born="1980-05-01", joined="2005-07-01", mobile="13800000001", number=None, **more):
        number = resident_id(born.replace("-", ""), next(self.orders)) if number is None else number
        sex = "男" if not number or int(number[16]) % 2 else "女"
        return [name, more.get("branch", self.branch_name), number, mobile, more.get("sex", sex), born, "黎族", "本科", joined]


@pytest.fixture(scope="module")
def desk(county):
    for pack in ("import", "reversal"):
        adopt(county.admin, pack)
    return Desk(county)


def test_good_rows_come_in_and_faulty_ones_are_named(desk):
    good, other = desk.row("王导入"), desk.row("李导入", born="1991-02-03", joined="2012.7")
    twice = desk.row("王重复", number=good[2])
    broken = desk.row("赵校验")
    broken[2] = broken[2][:17] + ("X" if broken[2][17] != "X" else "1")
    file = csv([good, other, twice, broken, desk.row("钱支部", branch="没有的支部"), desk.row("", mobile=""),
                desk.row("孙日期", born="1980-02-30", number=""), desk.row("周手机", mobile="12345"), desk.row("吴入党", joined="1990-01-01"),
                desk.row("郑性别", sex="不详")], title="某镇党员名册,,,,,,,,")
    batch, shown = desk.check(file)
    assert desk.fates(batch) == {"good": 2, "bad": 8}
    assert desk.faults(batch) == {
        (5, "身份证号", "row_twice"), (6, "身份证号", "resident_id_check"), (7, "所在党支部", "organisation_unknown"),
        (8, "姓名", "value_missing"), (9, "出生年月", "day_impossible"), (10, "手机号", "mobile_form"),
        (11, "入党时间", "day_order"), (12, "性别", "sex_unknown")}
    assert shown["digest"] == hashlib.sha256(file).hexdigest()
    assert not desk.person("王导入")
    case = desk.present(batch, shown)
    assert desk.confirm(case, client=desk.operator, expect=409)
    desk.confirm(case)
    desk.until(batch, "applied")
    assert desk.fates(batch) == {"entered": 2, "bad": 8}
    assert desk.file_of("王导入")["resident_id"].startswith("469")  # masked
    assert "*" in desk.file_of("王导入")["resident_id"] and desk.file_of("李导入")["birth_date"] == "1991-02-03"
    assert desk.person("李导入")["roles"] == ["member"]


def test_the_same_again_changes_nothing_and_what_differs_is_updated(desk):
    row = desk.row("再来一次")
    desk.bring(csv([row]))
    before = desk.file_of("再来一次")
    batch = desk.bring(csv([row]))
    assert desk.fates(batch) == {"same": 1} and desk.file_of("再来一次") == before
    assert len([each for each in desk.people() if each.get("name") == "再来一次"]) == 1
    row[7] = "研究生"
    assert desk.fates(desk.bring(csv([row]))) == {"updated": 1}
    assert desk.file_of("再来一次")["education"] == "研究生"


def test_a_whole_import_is_taken_back_but_for_later_edits(desk):
    stays, goes, edited = desk.row("撤销旧人"), desk.row("撤销新人"), desk.row("撤销后改")
    desk.bring(csv([stays]))
    stays[7] = "专科"
    batch = desk.bring(csv([stays, goes, edited]))
    assert desk.fates(batch) == {"updated": 1, "entered": 2}
    desk.operator.command("POST", f"/v1/people/{desk.person('撤销后改')['person']}/facts",
                          {"values": {"education": "博士"}, "origin": {"source": "paper_file"}})
    desk.reverse(batch)
    assert desk.fates(batch) == {"undone": 2, "kept": 1}
    assert (4, "学历", "edited_since") in desk.faults(batch)
    assert desk.file_of("撤销旧人")["education"] == "本科"
    assert not desk.person("撤销新人") and desk.file_of("撤销后改")["education"] == "博士"
    again = desk.bring(csv([goes]))
    assert desk.fates(again) == {"entered": 1}


def test_a_doubtful_row_waits_for_a_decision(desk):
    known = desk.row("疑似之人", born="1975-03-04")
    desk.bring(csv([known]))
    like = desk.row("疑似之人", born="1975-03-04")
    batch, shown = desk.check(csv([like, desk.row("另一个人")]))
    assert desk.fates(batch) == {"doubtful": 1, "good": 1}
    doubtful = desk.rows(batch, "&fate=doubtful")[0]
    assert doubtful["like"] == desk.person("疑似之人")["person"]
    desk.operator.command("PUT", f"/v1/imports/{batch}/rows/{doubtful['row']}/decision", {"decision": "leave"})
    desk.operator.command("PUT", f"/v1/imports/{batch}/rows/3/decision", {"decision": "leave"}, expect=409)
    desk.confirm(desk.present(batch, shown))
    desk.until(batch, "applied")
    assert desk.fates(batch) == {"left": 1, "entered": 1}


def test_encodings_workbooks_and_files_that_are_none(desk):
    assert desk.fates(desk.bring(csv([desk.row("国标编码")], encoding="gb18030"))) == {"entered": 1}
    damaged = csv([desk.row("坏字节甲"), desk.row("坏字节乙")]).replace("坏字节乙".encode(), b"\xe5\x9d\xff\xe5\xad\x97")
    batch, _ = desk.check(damaged)
    assert desk.faults(batch) == {(3, "姓名", "text_encoding")}
    desk.upload(b"\0\1\2", format="xlsx", expect=422)
    desk.upload(b"", expect=422)
    desk.upload("只有一列\r\n甲\r\n".encode(), expect=422)


def mended(desk, batch, query=""):
    reply = desk.operator.get(f"/v1/imports/{batch}/errors{query}")
    assert reply.status == 200 and reply.headers["cache-control"] == "no-store", reply
    return openpyxl.load_workbook(io.BytesIO(reply.body))


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marked(sheet):
    return {(cell.row, cell.column) for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fill_type == "solid"}


def test_faulty_rows_are_taken_mended_and_brought_again(desk):
    """As they came, but for the title over the heading: what was never looked at as well, and what begins with = stays a text."""
    head = [*HEAD, "备注"]
    good = [*desk.row("改好对照"), "=1+1"]
    wrong = [[*desk.row("改手机", mobile="1390000"), "=1+1"], [*desk.row("改支部", branch="没有的支部"), "原来的话"],
             [*desk.row("改日期", born="1980-02-30", number=""), ""], [*desk.row("改两处", mobile="x"), "@SUM(A1)"]]
    wrong[3][3], wrong[3][8] = "x", "1990-01-01"
    batch, _ = desk.check(csv([good, *wrong], head=head, title="某镇党员名册"))
    assert desk.fates(batch) == {"good": 1, "bad": 4}
    book = mended(desk, batch)
    sheet = book.active
    first, *rest = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert first == [*head, "行号", "问题"]
    assert [row[:10] for row in rest] == wrong and [row[10] for row in rest] == ["4", "5", "6", "7"]
    assert rest[0][11] == "手机号：手机号码应为 1 开头的 11 位数字" and rest[3][11].count("；") == 1
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert marked(sheet) == {(2, 4), (3, 2), (4, 6), (5, 4), (5, 9)}
    assert [row[0] for row in mended(desk, batch, "?reason=mobile_form").active.iter_rows(min_row=2, values_only=True)] == ["改手机", "改两处"]
    sheet.cell(2, 4).value, sheet.cell(3, 2).value, sheet.cell(4, 6).value = "13900000007", desk.branch_name, "1980-02-29"
    sheet.cell(5, 4).value, sheet.cell(5, 9).value = "13900000008", "2005-07-01"
    again = desk.bring(saved(book), format="xlsx", title="改好.xlsx")
    assert desk.fates(again) == {"entered": 4}
    assert desk.file_of("改日期")["birth_date"] == "1980-02-29" and desk.person("改两处")
    assert desk.fates(desk.bring(csv([good], head=head))) == {"entered": 1}


def test_the_rows_are_for_whoever_brought_them_and_it_is_recorded(desk, county):
    batch, _ = desk.check(csv([desk.row("只给本人", mobile="12")]))
    auditor = county.officer("auditor", desk.committee)
    for client in (desk.confirmer, auditor):
        reply = client.get(f"/v1/imports/{batch}/errors")
        assert reply.status == 403 and reply.json["detail_zh"].startswith("只有上传文件的人"), reply
        assert client.get(f"/v1/imports/{batch}/faults").json["total"] == 1
    trail = lambda: [row for row in auditor.get(  # noqa: E731
        f"/v1/audit?organisation={desk.committee}&action=import_errors&limit=200").json["rows"] if row.get("object") == batch]
    assert trail() == []
    mended(desk, batch)
    entry, = trail()
    assert entry["reason"] == "1 行" and entry["chain"] == "front" and entry["organisation"] == desk.committee
    desk.confirm(desk.present(batch, desk.show(batch)))
    desk.until(batch, "applied")
    row, = mended(desk, batch).active.iter_rows(min_row=2, values_only=True)  # what it held is kept no longer
    assert row[:9] == (None,) * 9 and row[9] == "2" and row[10]


def test_a_file_with_the_same_headings_is_taken_as_the_one_before(desk, county):
    head = ["党员", "所在党支部", "证号", "手机号", "性别", "生辰", "民族", "学历", "入党时间", "另有"]
    file = lambda name: csv([[*desk.row(name), "无"]], head=head)  # noqa: E731
    begun = desk.upload(file("旧系统甲"))["result"]
    guessed = {each["heading"]: each.get("field") for each in begun["columns"]}
    assert "like" not in begun and guessed["党员"] is guessed["证号"] is guessed["生辰"] is None
    said = {"党员": "name", "所在党支部": "organisation", "证号": "resident_id", "手机号": "mobile", "生辰": "birth_date"}
    columns = [{"column": n + 1, "heading": each, "field": said[each]} for n, each in enumerate(head) if each in said]
    first = desk.upload(file("旧系统甲"))["command"]
    desk.operator.command("PUT", f"/v1/imports/{first}/mapping", {"columns": columns})
    shown = desk.until(first, "checked")
    assert "like" not in desk.upload(file("未定不算"))["result"], "not yet entered"
    desk.confirm(desk.present(first, shown))
    desk.until(first, "applied")
    begun = desk.upload(file("旧系统乙"))
    assert begun["result"]["like"] == first and begun["result"]["like_at"] == desk.show(first)["begun_at"]
    assert {each["heading"]: each["field"] for each in begun["result"]["columns"] if "field" in each} == said
    assert desk.show(begun["command"])["like"] == first
    desk.operator.command("PUT", f"/v1/imports/{first}/mapping", {"columns": columns}, expect=409)  # what is entered is not mapped anew
    assert desk.show(first)["state"] == "applied"
    proposed = [each for each in begun["result"]["columns"] if "field" in each]
    desk.operator.command("PUT", f"/v1/imports/{begun['command']}/mapping", {"columns": proposed})
    assert desk.until(begun["command"], "checked")["like"] == first
    desk.operator.command("PUT", f"/v1/imports/{begun['command']}/mapping", {"columns": proposed[:-1]})
    assert "like" not in desk.until(begun["command"], "checked")
    assert "like" not in desk.upload(file("别的一类"), kind="cadres")["result"]
    assert "like" not in desk.upload(csv([desk.row("别的表头")], head=["姓名甲", *head[1:9]]))["result"]
    other = county.officer("committee_administrator", desk.branch)
    assert "like" not in desk.upload(file("别的组织"), client=other, organisation=desk.branch)["result"]
    book = openpyxl.Workbook()  # as a workbook of faulty rows comes back
    for row in [[*head, "行号", "问题"], [*desk.row("改过再来"), "无", "3", "手机号：…"]]:
        book.active.append(row)
    assert desk.upload(saved(book), format="xlsx", title="改.xlsx")["result"]["like"] == first


def test_nobody_else_sees_an_import(desk, county):
    batch, _ = desk.check(csv([desk.row("旁人不见")]))
    stranger = county.officer("committee_administrator", county.committees[0])
    assert stranger.get(f"/v1/imports/{batch}").status == 404
    assert stranger.get(f"/v1/imports/{batch}/rows").status == 404
    assert desk.operator.get(f"/v1/imports?organisation={desk.committee}").json["total"] >= 1
    assert stranger.get(f"/v1/imports?organisation={desk.committee}").status == 404
    assert county.recruit().get(f"/v1/imports/{batch}").status in (403, 404)


def test_organisations_come_in_with_their_parents_and_go_again(desk, county):
    name = next(row["name"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"]
                if row["organisation"] == desk.committee)
    head = ["党组织全称", "简称", "党组织类别", "上级党组织", "序号", "联系电话"]
    file = csv([["导入总支部", "导入总支", "党总支", name, "7", "0898-1"], ["导入第一支部", "导入一支", "党支部", "导入总支部", "1", ""],
                ["无上级支部", "无上级", "党支部", "并不存在", "1", ""], ["类别不明", "不明", "协会", name, "1", ""]], head=head)
    batch = desk.bring(file, kind="organisations")
    assert desk.fates(batch) == {"entered": 2, "bad": 2}
    assert {(row, reason) for row, _, reason in desk.faults(batch)} == {(4, "organisation_unknown"), (5, "kind_unknown_here")}
    found = {row["name"]: row for row in desk.operator.get(IMPORTED).json["rows"]}
    assert found["导入第一支部"]["parent"] == found["导入总支部"]["organisation"]
    assert found["导入总支部"]["telephone"] == "0898-1" and found["导入总支部"]["ordinal"] == 7
    assert desk.fates(desk.bring(file, kind="organisations")) == {"same": 2, "bad": 2}
    desk.reverse(batch)
    assert desk.fates(batch) == {"undone": 2, "bad": 2}
    assert not desk.operator.get(IMPORTED).json["rows"]
