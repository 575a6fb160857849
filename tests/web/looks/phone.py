"""The phone's pages, a row each.  SPDX-License-Identifier: Apache-2.0"""
import json
from datetime import datetime, timedelta, timezone

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


CLIENT = Client("phone", touch=44, sizes=((390, 844), (844, 390), (1440, 900), (1920, 1080)), pages=[
    Page("login", "/login", role=None, after={"refused": log_in, "offline": log_in}, own={"unfilled": log_in_empty},
         without={"empty": NOTHING, "loading": NOTHING, "stale": NOTHING, "longest": "nobody is known yet", "many": NOTHING}),
    Page("home", "/", scene={"exam_list": exams, "exam_agenda": exams}),
    Page("board", "/board", without={"refused": "a stream that is refused is taken up again: as offline"}),
    Page("points", "/points", scene={"points_summary_me": counted}),
    Page("mine", "/mine", without=dict.fromkeys(("empty", "loading", "stale", "refused", "offline", "many"), NOTHING)),
    Page("branch", "/branch", scene={"organisation_show": branch, "officer_list": officers}, without={"empty": "everybody belongs to one", "many": "it is one thing"}),
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
