"""The phone's pages, a row each.  SPDX-License-Identifier: Apache-2.0"""
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .replies import LONG_OPTIONS, LONG_PLACES, LONG_STEMS, Replies, ident, problem, stamp
from .rows import Client, Page

EXAM = ident("exam", 0)
NOTHING = "it asks for nothing"
KINDS = ("single", "multiple", "truth", "blanks", "number", "order", "pairs")
STEMS = {"single": "党的最高理想和最终目标是什么？", "multiple": "发展党员必须坚持的原则包括哪些？", "truth": "预备党员有表决权。",
         "blanks": "党的基层组织是党的全部工作和____的基础。", "number": "预备党员的预备期为几年？", "order": "把发展党员的阶段按先后排序。",
         "pairs": "把会议与召开的频次配对。"}
OPTIONS = {"single": ("实现共产主义", "全面建成小康社会", "实现共同富裕", "建成社会主义现代化强国"), "multiple": ("入党自愿", "个别吸收", "集体突击", "成熟一个发展一个"),
           "order": ("申请入党", "入党积极分子", "发展对象", "预备党员"), "pairs": ("支部党员大会", "支部委员会会议", "组织生活会")}
RIGHTS = ("每季度至少一次", "每月至少一次", "每年至少一次")


def exams(value, mode, path, body):
    """Two that are open, two that come, the rest past; the first is the one whose page is opened."""
    now = datetime.now(timezone.utc)
    for place, row in enumerate(value["rows"]):
        start = now + timedelta(hours=-3 - place) if place < 2 else now + timedelta(days=place) if place < 4 else now - timedelta(days=9 * place)
        row["opens_at"], row["closes_at"] = stamp(start), stamp(start + timedelta(days=2))
        if "used" in row:
            row["used"] = 0 if row["standing"] == "none" else 1
        if "state" in row:
            row["state"] = "open" if place < 2 else "coming" if place < 4 else "closed"
    return value


def questions(longest):
    """Twenty-one of the seven kinds."""
    rows = []
    for number in range(21):
        kind = KINDS[number % 7]
        texts = LONG_OPTIONS * 4 if longest and kind in ("single", "multiple") else OPTIONS.get(kind, ())
        rows.append({"question": number + 1, "kind": kind, "stem": LONG_STEMS[0] if longest else STEMS[kind], "marks": 2 if number else 2.5,
                     "blanks": 2 if kind == "blanks" else 0, "options": [{"option": n + 1, "text": text} for n, text in enumerate(texts)],
                     "rights": [{"option": n + 1, "text": text} for n, text in enumerate(RIGHTS)] if kind == "pairs" else []})
    return rows


def sheet(value, mode, path, body):
    """An attempt just begun, half an hour before its end."""
    now = datetime.now(timezone.utc)
    value["result"].update(attempt=ident("attempt", 0), number=1, writer=1, started_at=stamp(now), server_time=stamp(now),
                           deadline=stamp(now + timedelta(minutes=29, seconds=40)), questions=questions(mode == "longest"), saved=[])
    return value


def standing(value, mode, path, body):
    """The attempt runs, and no other device took it over."""
    value.update(attempt=ident("attempt", 0), number=1, writers=1, ended=False,
                 deadline=stamp(datetime.now(timezone.utc) + timedelta(minutes=29, seconds=40)))
    return value


ANSWERS = {"single": {"chosen": [2]}, "multiple": {"chosen": [1]}, "truth": {"truth": True}, "blanks": {"blanks": ["战斗力", ""]}, "number": {"number": "2"},
           "order": {"order": [2, 1, 3, 4]}, "pairs": {"pairs": [{"left": 1, "right": 2}, {"left": 2, "right": 1}]}}


def marked(value, mode, path, body):
    """A marked sheet or the book of wrong answers: the seven kinds in turn, each with an answer and a key of its own kind."""
    paper = questions(mode == "longest")
    for place, row in enumerate(value["rows"]):
        shown = paper[place % len(paper)]
        kind, made = shown["kind"], row["key"]
        keys = {"single": {"right": [1]}, "multiple": {"right": [1, 2]}, "truth": {"truth": False}, "order": {"order": [1, 2, 3, 4]},
                "pairs": {"order": [1, 2, 3]}, "blanks": {"blanks": made["blanks"][:2]}, "number": {"numbers": made["numbers"][:1]}}
        for number in keys.get("number", {}).get("numbers", []):
            number.update({name: 1000000 for name in ("value", "low", "high") if name in number})
        row.update(kind=kind, stem=shown["stem"], options=shown["options"], rights=shown["rights"], answer=ANSWERS[kind], key=keys[kind],
                   mark=1 if kind == "multiple" else 0, full_mark=2)
        if "place" in row:
            row["place"] = place + 1
        else:
            row.update(exam=EXAM, title=value["rows"][0]["title"], number=1)
    return value


def counted(value, mode, path, body):
    """Sums that a year may bring."""
    value.update(total=1860.5, year=742.5, quarter=310, month=98)
    for place, rule in enumerate(value["today"]):
        rule.update(points=10 if place else 15, daily_cap=15)
    value["today"] = value["today"][:2]
    return value


def taken(value, mode, path, body):
    value["result"].update(answered=7, mark=86.5, full_mark=100)
    return value


def refused_hand_in(value, mode, path, body):
    return 422, problem("too_late", 422, "已超过截止及宽限时间 12 分钟。答案保存在本机，可请所在党支部申请逾期计入。", "已逾期")


def begin(page):
    """From the examination's page to the first question."""
    page.click("main .button.main")
    page.wait_for_selector(".question")


def walk(place):
    def step(page, stage):
        for _ in range(place):
            page.click(".foot .main")
    return step


def choose(page, stage):
    """An answer that has reached the front."""
    page.locator(".choice").first.click()
    page.wait_for_function("() => document.querySelector('[data-state]').innerText.includes('●')")


def choose_offline(page, stage):
    page.locator(".choice").first.click()
    page.wait_for_selector(".notice")


def card(page, stage):
    choose(page, stage)
    page.get_by_role("button", name="标记", exact=True).click()
    page.locator(".foot .button").nth(1).click()
    page.wait_for_selector(".card")


def whole(page, stage):
    """The whole paper on one page."""
    card(page, stage)
    page.get_by_role("button", name="全部题目").click()
    page.wait_for_selector("#question-1")


def hand_in(page, stage):
    page.locator(".foot .button").nth(1).click()
    page.click(".foot .main")
    page.wait_for_selector(".ask")


def handed_in(page, stage):
    hand_in(page, stage)
    page.click(".ask .main")
    page.wait_for_selector(".done h2")
    stage.idle()


def handed_in_rejected(page, stage):
    stage.scene = {**stage.scene, "exam_submit": refused_hand_in}
    handed_in(page, stage)
    page.wait_for_selector(".done .fault")


def handed_in_offline(page, stage):
    stage.set("silent")
    hand_in(page, stage)
    page.click(".ask .main")
    page.wait_for_selector(".done h2")


def log_in(page, stage):
    page.fill("[name=login]", "m000001")
    page.fill("[name=password]", "wrong")
    page.click("form .button.main")
    page.wait_for_selector("[role=alert]")


def log_in_empty(page, stage):
    page.click("form .button.main")


def branch(value, mode, path, body):
    """A village's branch under its town's committee."""
    value.update(kind="branch", name=LONG_PLACES[0] if mode == "longest" else "中共保亭黎族苗族自治县响水镇合口村支部委员会", there=True, members=46, members_below=46, day=stamp(datetime.now(timezone.utc))[:10],
                 address="海南省保亭黎族苗族自治县响水镇合口村委会第三网格综合服务中心二楼党群活动室" if mode == "longest" else "响水镇合口村委会二楼", telephone="0898-83660001",
                 above=[{"organisation": ident("organisation", place), "short_name": name} for place, name in enumerate(("保亭县委", "响水镇党委"))])
    return value


def officers(value, mode, path, body):
    """Its secretary, deputy and two of the committee."""
    for row, post in zip(value["rows"], ("secretary", "deputy_secretary", "organisation_member", "discipline_member")):
        row.update(post=post)
    value["rows"] = value["rows"][:4]
    value["total"] = len(value["rows"])
    return value


PACK = json.loads((Path(__file__).parents[3] / "sql" / "packs" / "correction.json").read_text(encoding="utf-8"))
DAY, OFFICERS = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", ["branch_officer", "committee_administrator", "county_administrator", "auditor"]
ADDRESS = "海南省保亭黎族苗族自治县响水镇合口村委会第三网格六弓二队十二号旁新建住宅楼东单元"
# Name, title, purpose, the most characters, pattern, a value, a long one; what is masked has a star.
FIELDS = (
    ("name", "姓名", "党员管理", 40, None, "符志强", "阿卜杜热依木·买买提吐尔孙江"), ("sex", "性别", "党内统计", 6, None, "male", "male"),
    ("birth_date", "出生日期", "党内统计", 10, DAY, "1968-03-14", "1968-03-14"), ("ethnicity", "民族", "党内统计", 12, None, "黎族", "黎族"),
    ("native_place", "籍贯", "党员管理", 60, None, "海南保亭", ADDRESS), ("education", "学历", "党内统计", 24, None, "大专", "中央党校函授学院经济管理专业在职本科毕业"),
    ("occupation", "工作岗位", "党内统计", 60, None, "村委会副主任", "村委会副主任兼综合服务中心主任、第三网格长、护林员、道路交通安全劝导员"),
    ("worked_from", "参加工作时间", "干部管理", 10, DAY, "1988-07", "1988-07"), ("joined_on", "入党日期", "党员管理", 10, DAY, "1995-07-01", "1995-07-01"),
    ("regular_on", "转正日期", "党员管理", 10, DAY, None, "1996-07-01"), ("mobile", "手机号码", "联络通知", 11, "^1[3-9][0-9]{9}$", "138****5678", "138****5678"),
    ("address", "现居住地", "联络慰问", 120, None, "***", "***"), ("resident_id", "公民身份号码", "身份核验", 18, "^[0-9]{17}[0-9X]$", "469***********1234", "469***********1234"),
    ("family", "家庭情况", "关怀帮扶", 400, None, None, "***"), ("exams", "考试次数", "教育培训", None, None, None, None), ("points", "积分", "教育培训", None, None, None, None))


def person_fields(value, mode, path, body):
    """The house's own."""
    rows = []
    for name, title, purpose, most, pattern, said, _ in FIELDS:
        masked = name in ("mobile", "address", "resident_id", "family")
        rows.append({"field": name, "title_zh": title, "purpose_zh": purpose, "plain": [] if masked else OFFICERS + (["member"] if name == "name" else []),
                     "masked": OFFICERS if masked else [], **({"most": most} if most else {}), **({"pattern": pattern, "wrong_zh": "格式不对"} if pattern else {})})
    return {"rows": rows, "total": len(rows)}


def person(value, mode, path, body):
    """A village's member of thirty years."""
    sources = ("paper_file", "superior_system", "import", "self_reported")
    value["facts"] = [{"fact": ident("fact", place), "field": name, "value": longest if mode == "longest" else said, "masked": "*" in said, "state": "current",
                       "source": "derived" if name in ("sex", "birth_date") else sources[place % 4], "recorded_by": ident("actor", 0),
                       "reference": "县委组织部2019年党员档案专项审核第三卷第128页附件二" if mode == "longest" else "档案第12页", "recorded_at": "2026-03-01T02:00:00.000Z"}
                      for place, (name, _, _, _, _, said, longest) in enumerate(FIELDS) if said]
    value["roles"] = [{"role": "member", "since": "1995-07-01"}, {"role": "village_officer", "since": "2021-01-20", "category": "村务监督", "post": "村务监督委员会主任"}]
    value["roles"] = [{**role, "given_by": ident("actor", 0), "given_name": "符文静", "given_at": "2026-03-01T02:00:00.000Z"} for role in value["roles"]]
    titles = {"education": ("大专", "海南广播电视大学"), "award": ("优秀共产党员", "中共保亭县委"), "appraisal": ("优秀", "所在党支部"), "post": ("村党支部纪检委员", "响水镇党委")}
    value["entries"] = [{"entry": ident("entry", place), "kind": kind, "title": title, "institution": by, "since": f"20{place + 10}-07-01", "source": "paper_file",
                         "document": "保委〔2021〕18号", "recorded_by": ident("actor", 0), "recorded_name": "符文静", "recorded_at": "2026-03-01T02:00:00.000Z"} for place, (kind, (title, by)) in enumerate(titles.items())]
    value.update(contested=1, exams=14, points=86.5)
    if mode == "empty":
        value.update(facts=[], entries=[], roles=[], contested=0)
    return value


def procedure(value, mode, path, body):
    return {"pack": PACK, "adopted_at": "2026-01-01T00:00:00.000Z"}


ROAD = [("awaiting-branch", "待支部核实", False), ("awaiting-committee", "待党委审核", False), ("in-force", "已生效", True), ("not-corrected", "不予更正", True), ("taken-back", "已撤回", True)]


def corrections(value, mode, path, body):
    """One in each state."""
    for place, row in enumerate(value["rows"]):
        state, title, ended = ROAD[place % 5]
        row.update(procedure=PACK["name"], title_zh=PACK["title_zh"], state=state, state_title_zh=title, ended=ended,
                   facts=[{"fact": "field", "title": "Field", "title_zh": "更正项目", "value": FIELDS[4 + place % 10][0]}], overdue=place % 10 == 1,
                   due_on=(datetime.now(timezone.utc) + timedelta(days=-2 if place % 10 == 1 else 6)).strftime("%Y-%m-%d"))
    return value


def correction(value, mode, path, body):
    """With the committee, after the branch has confirmed it."""
    moves, due = {move["name"]: move for move in PACK["moves"]}, (datetime.now(timezone.utc) + timedelta(days=8)).strftime("%Y-%m-%d")
    made = [("submit", "awaiting-branch", [("field", "更正项目", "education"), ("value", "更正后内容", "＊＊＊")]), ("branch-confirm", "awaiting-committee", [])]
    value.update(procedure=PACK["name"], title_zh=PACK["title_zh"], law=PACK["law"], version=2)
    value["steps"] = [{"number": place + 1, "move": name, "title": moves[name]["title"], "title_zh": moves[name]["title_zh"], "clause": moves[name]["clause"], "state": state,
                       "actor": ident("actor", place), "actor_name": "王秀英", "at": f"2026-11-2{place}T02:00:00.000Z", "provisional": False,
                       "facts": [{"fact": fact, "title": fact, "title_zh": title, "value": said} for fact, title, said in facts],
                       "papers": [{"paper": "evidence-scan", "digest": "9f86d081884c7d65" * 4}] if place == 0 else []} for place, (name, state, facts) in enumerate(made)]
    ahead = [move for move in PACK["moves"] if "awaiting-committee" in move["from"]]
    value["road"] = {"state": "awaiting-committee", "title": "With the committee", "title_zh": "待党委审核", "ended": False, "ahead": [],
                     "next": [{"move": move["name"], "title": move["title"], "title_zh": move["title_zh"], "clause": move["clause"], "who": move["who"], "votes": False, "open": True,
                               "reasons": [], "provisional": False, **({"facts": move["facts"]} if "facts" in move else {})} for move in ahead],
                     "deadlines": [{"deadline": "committee-answer", "title": "The committee answers", "title_zh": "党委审核期限", "clause": "3", "due_on": due, "overdue": False,
                                    "provisional": mode == "longest", "owner": {"role": "committee_administrator", "at": "superior"}}]}
    return value


def disclosures(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        row.update(field=("mobile", "resident_id", "family")[place % 3], actor_name="阿卜杜热依木·买买提吐尔孙江" if mode == "longest" else "王秀英",
                   reason="办理组织关系接转，核对身份信息以便向接收地党组织开具介绍信并电话确认" if mode == "longest" else "办理组织关系接转")
    return value


def devices(value, mode, path, body):
    names = ("Chrome，Android", "微信，iPhone", "Edge，Windows")
    for place, row in enumerate(value["rows"]):
        row.update(name=names[place % 3], sessions=int(place < 2))
        row.pop("label", None)
        if place == 1:
            row["label"] = "老伴的手机，放在家里堂屋电视柜上面充电用的那一部" if mode == "longest" else "我的手机"
    return value


def providers(value, mode, path, body):
    for row, provider in zip(value["rows"], ("wechat_mini", "dingtalk")):
        row["provider"] = provider
    value["rows"] = value["rows"][:2]
    value["total"] = len(value["rows"])
    return value


def mine(value, mode, path, body):
    value["sealed"] = [{"field": "mobile", "value": "13812345678"}, {"field": "resident_id", "value": "469029196803141234"},
                       {"field": "address", "value": ADDRESS if mode == "longest" else "响水镇合口村委会六弓二队12号"}]
    return value


def opened(page, stage):
    page.get_by_role("button", name="显示给我看").click()
    page.wait_for_selector("[aria-expanded=true] + *")


def open_refused(page, stage):
    page.get_by_role("button", name="显示给我看").click()
    page.wait_for_selector("[role=alert]")


def incomplete(page, stage):
    page.click("main .button.main")
    page.wait_for_selector(".fault")


def everywhere(page, stage):
    page.get_by_role("button", name="退出全部设备").click()
    page.wait_for_selector(".pair")


def take_back(page, stage):
    page.get_by_role("button", name="撤回").click()
    page.wait_for_selector(".pair")


OF_ME = {"my_file": person, "person_field_list": person_fields, "procedure_show": procedure, "case_list": corrections, "case_show": correction,
         "my_disclosures": disclosures, "device_list": devices, "identity_list": providers, "my_data": mine}
ONE = {"many": "it is one thing"}

CLIENT = Client("phone", touch=44, sizes=((390, 844), (844, 390), (1440, 900), (1920, 1080)), pages=[
    Page("login", "/login", role=None, after={"refused": log_in, "offline": log_in}, own={"unfilled": log_in_empty},
         without={"empty": NOTHING, "loading": NOTHING, "stale": NOTHING, "longest": "nobody is known yet", "many": NOTHING}),
    Page("home", "/", scene={"exam_list": exams, "exam_agenda": exams}),
    Page("board", "/board", without={"refused": "a stream that is refused is taken up again: as offline"}),
    Page("points", "/points", scene={"points_summary_me": counted}),
    Page("mine", "/mine", without=dict.fromkeys(("empty", "loading", "stale", "refused", "offline", "many"), NOTHING)),
    Page("branch", "/branch", scene={"organisation_show": branch, "officer_list": officers}, without={"empty": "everybody belongs to one", **ONE}),
    Page("file", "/file", scene=OF_ME, without=ONE),
    Page("field", "/file/education", scene=OF_ME, without=ONE),
    Page("correct", "/file/native_place/correction", scene=OF_ME, own={"incomplete": incomplete}, without=ONE),
    Page("corrections", "/corrections", scene=OF_ME),
    Page("correction", f"/corrections/{ident('matter', 0)}", scene=OF_ME, own={"asked": take_back}, without={"empty": "a case has a first step", **ONE}),
    Page("data", "/data", scene=OF_ME, after={"offline": open_refused}, own={"opened": opened}, without={"empty": "the fields are the house's", **ONE}),
    Page("disclosures", "/disclosures", scene=OF_ME),
    Page("devices", "/devices", scene=OF_ME, own={"asked": everywhere}),
    Page("exam", f"/exams/{EXAM}", scene={"exam_list": exams, "exam_agenda": exams}),
    Page("exams", "/exams", scene={"exam_agenda": exams}),
    Page("wrong", "/wrong", scene={"wrong_answers_me": marked}),
    Page("result", f"/exams/{EXAM}/results/1", scene={"sheet_me": marked}),
    Page("sitting", f"/exams/{EXAM}", ready=".question", enter=begin,
         scene={"exam_list": exams, "exam_agenda": exams, "exam_start": sheet, "attempt_show": standing,
                                          "exam_submit": taken},
         after={"full": choose, "offline": choose_offline},
         own={**{f"question-{kind}": walk(place) for place, kind in enumerate(KINDS)}, "card": card, "whole": whole, "asked": hand_in, "handed-in": handed_in,
              "refused-hand-in": handed_in_rejected, "offline-hand-in": handed_in_offline},
         without={"empty": "a paper has questions", "loading": "it opens from the device", "stale": "as offline", "refused": "as refused-hand-in",
                  "many": "a paper has 200 questions at most"}),
])
