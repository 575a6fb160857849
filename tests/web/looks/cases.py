"""What the console's pages of cases, grants, the audit trail, one's own account and clients are shown with.  SPDX-License-Identifier: Apache-2.0"""
import json
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from .replies import CHECKOUT, LONG_PEOPLE, LONG_PLACES, PEOPLE, PLACES, ident, problem, stamp

ROLES = ("committee_administrator", "branch_officer", "county_administrator", "security_administrator", "auditor", "operator")
SUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@lru_cache
def packs():
    """The house's procedures, and the admission of members."""
    paths = [CHECKOUT / "tests/packs/admission.json", *sorted((CHECKOUT / "sql/packs").glob("*.json"))]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def day(days):
    return stamp(datetime.now(timezone.utc) + timedelta(days=days))[:10]


def ago(hours):
    return stamp(datetime.now(timezone.utc) - timedelta(hours=hours))


def person(place, mode):
    return LONG_PEOPLE[place % 2] if mode == "longest" else PEOPLE[place % len(PEOPLE)]


def spot(place, mode):
    return LONG_PLACES[place % 2][:24] if mode == "longest" else PLACES[place % len(PLACES)]


def tasks(value, mode, path, body):
    """The first two are overdue."""
    for place, row in enumerate(value["rows"]):
        pack = packs()[place % 4]
        later = [each for each in pack["moves"] if each["from"]]
        move = later[place // 4 % len(later)]
        row.update(matter=ident("matter", place), procedure=pack["name"], title_zh=pack["title_zh"], move=move["name"], move_title_zh=move["title_zh"], organisation_name=spot(place, mode),
                   subject_name=person(place, mode), due_on=day(place * 3 - 5), overdue=place < 2)
        if place > 8:
            row.pop("due_on")
    return value


def cases(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        pack = packs()[place % 4]
        state = pack["states"][place // 2 % len(pack["states"])]
        row.update(matter=ident("matter", place), procedure=pack["name"], procedure_version=1, title_zh=pack["title_zh"], state=state["name"], state_title_zh=state["title_zh"], ended=state["end"],
                   organisation_name=spot(place, mode), subject_name=person(place, mode), due_on=day(place * 3 - 5), overdue=place < 2, opened_at=ago(200 + 50 * place), moved_at=ago(3 + 20 * place))
        if state["end"]:
            row.pop("due_on")
            row["overdue"] = False
        if place % 4 == 3:
            row.pop("subject"), row.pop("subject_name")
    return value


def case(value, mode, path, body):
    """An admission half way: a vote behind it, steps that are open and one that is shut twice."""
    pack = packs()[0]
    by = {move["name"]: move for move in pack["moves"]}
    titles = {fact["name"]: fact["title_zh"] for fact in pack["facts"]}
    way = ["apply", "talk", *[name for name in by if name not in ("apply", "talk") and by[name]["from"]][:4]]

    def made(place, name):
        move = by[name]
        facts = [{"fact": fact, "title": fact, "title_zh": titles[fact], "value": "＊＊＊" if "private" in fact else day(-200 + 20 * place)} for fact in move.get("facts", [])[:3]]
        step = {"number": place + 1, "move": name, "title": move["title"], "title_zh": move["title_zh"], "clause": move["clause"], "state": move["to"], "actor": ident("account", place),
                "actor_name": person(place, mode), "at": ago(4000 - 600 * place), "provisional": place == 3, "facts": facts, "papers": [{"paper": paper["name"], "digest": SUM} for paper in move.get("papers", [])]}
        if place == 4:
            step["vote"] = {"expected": 32, "present": 27, "in_favour": 25, "written": 2}
        return step

    def ahead(place, move):
        shut = [{"detail": "The time has not run", "detail_zh": f"自确定为积极分子起须满一年，{day(60)} 起可办理", "clause": "13", "opens_on": day(60)},
                {"detail": "A fact is missing", "detail_zh": "尚未填报集中培训学时，请先由党委登记培训", "clause": "14"}] if place == 1 else []
        return {"move": move["name"], "title": move["title"], "title_zh": move["title_zh"], "clause": move["clause"], "who": move["who"], "papers": move.get("papers", []), "votes": "vote" in move,
                "open": not shut, "reasons": shut, "provisional": place == 2, **({"by": day(12)} if place == 0 else {})}
    moves = [by[name] for name in by if by[name]["from"]]
    asked = [moves[4], next(move for move in moves if "vote" in move), moves[6], moves[7]]
    ends = [state for state in pack["states"] if state["end"]][:3]
    due = [{"deadline": each["name"], "title": each["title"], "title_zh": each["title_zh"], "clause": each["clause"], "due_on": day(12 - 20 * place), "overdue": place == 1, "provisional": place == 2,
            "owner": each["owner"]} for place, each in enumerate(pack["deadlines"][:3])]
    value.update(matter=ident("matter", 0), procedure=pack["name"], procedure_version=1, title_zh=pack["title_zh"], law=pack["law"], organisation_name=spot(0, mode), subject_name=person(0, mode), version=6,
                 opened_name=person(0, mode), opened_at=ago(4000), steps=[made(place, name) for place, name in enumerate(way)],
                 road={"state": "candidate", "title": "Candidate", "title_zh": pack["states"][3]["title_zh"], "ended": False, "next": [ahead(place, move) for place, move in enumerate(asked)],
                       "ahead": [{"end": end["name"], "title": end["title"], "title_zh": end["title_zh"], "moves": [move["name"] for move in moves[4:8]]} for end in ends], "deadlines": due})
    return value


def mine(value, mode, path, body):
    """My tasks; of one case those that the page above has open."""
    if "matter=" not in path:
        return tasks(value, mode, path, body)
    moves = [move for move in packs()[0]["moves"] if move["from"]]
    value["rows"] = [{**row, "matter": ident("matter", 0), "move": move["name"], "move_title_zh": move["title_zh"]} for row, move in zip(value["rows"], (moves[4], moves[6]))]
    value["total"] = len(value["rows"])
    return value


def procedures(value, mode, path, body):
    """Each that is in force, and one that was."""
    kept = []
    for place, (row, pack) in enumerate(zip(value["rows"], packs())):
        row.pop("supplements", None)
        kept.append({**row, "procedure": pack["name"], "version": 1, "level": pack["level"], "title": pack["title"], "title_zh": pack["title_zh"], "effective_from": pack["effective_from"], "in_force": place != 4})
    value.update(rows=kept if value["total"] < 1000 else value["rows"], total=len(kept) if value["total"] < 1000 else value["total"])
    return value


def procedure(value, mode, path, body):
    value["pack"] = next((pack for pack in packs() if f"/{pack['name']}?" in path), packs()[0])
    return value


def years(value, mode, path, body):
    year = json.loads((CHECKOUT / "sql/calendars/2026.json").read_text(encoding="utf-8"))
    value["rows"] = [{**row, "calendar": {**year, "year": 2027 - place}} for place, row in enumerate(value["rows"][:2])]
    value["total"] = len(value["rows"])
    return value


def grants(value, mode, path, body):
    """Of each state some; the first is still to come."""
    for place, row in enumerate(value["rows"]):
        state = ("coming", "current", "ended")[min(place, 2) if place < 3 else 1 + place % 2]
        row.update(name=person(place, mode), role=ROLES[place % 6], organisation_name=spot(place, mode), state=state, given_name=person(place + 3, mode), reason="保亭县委组〔2026〕12号", given_at=ago(800 + 90 * place),
                   ended_name=person(place + 4, mode), ended_why="岗位调整，不再分管", ended_at=ago(20 + place))
        row["from"], row["until"] = stamp(datetime.now(timezone.utc) + timedelta(days=9 if place == 0 else -30)), stamp(datetime.now(timezone.utc) + timedelta(days=365))
        if place % 2:
            row.pop("until")
        for name in ("ended_name", "ended_by", "ended_at", "ended_why") if state != "ended" else ():
            row.pop(name)
    return value


def trail(value, mode, path, body):
    actions = ("person_disclose", "person_change", "member_enrol", "fact_decide", "person_entry_add", "rotation_begin")
    for place, row in enumerate(value["rows"]):
        row.update(actor_name=person(place, mode), action=actions[place % 6], reason="核对身份证号与公安库，办理组织关系转接" if place % 2 else "县委组织部来函核查", chain=("front", "roster")[place % 2], number=9124 - place,
                   organisation=ident("organisation", 1 + place % 5), field="resident_id")
        if place % 6:
            row.pop("field")
    return value


def devices(value, mode, path, body):
    names = ("Chrome，Windows 10", "微信，Android 13", "Safari，iPhone", "Firefox，Linux")
    value["rows"] = [{**row, "name": names[place], "sessions": 1 + place % 2} for place, row in enumerate(value["rows"][:4])]
    for row in value["rows"][1:]:
        row.pop("label")
    if value["rows"]:
        value["rows"][0]["label"] = "组织部办公室电脑"
    value["total"] = len(value["rows"])
    return value


def identities(value, mode, path, body):
    value["rows"] = value["rows"][:2]
    value["total"] = len(value["rows"])
    return value


def clients(value, mode, path, body):
    """Two that are good, one over, one closed."""
    for place, row in enumerate(value["rows"]):
        row.update(name=("县融媒体中心学习平台", "县委党校教务系统", "海南省党建云对接", "旧考试系统")[place % 4], organisation=ident("organisation", place % 3), scopes=["organisations_read", "exams_read", "points_read"][:1 + place % 3],
                   keys=(1, 2, 0, 0)[place % 4], opened_name=person(place, mode), expires_at=stamp(datetime.now(timezone.utc) + timedelta(days=-3 if place % 4 == 2 else 300)))
        if place % 4 != 3:
            row.pop("closed_at")
    return value


SCENE = {"task_list": mine, "case_list": cases, "case_show": case, "procedure_list": procedures, "procedure_show": procedure, "calendar_list": years, "grant_list": grants, "audit_list": trail, "device_list": devices,
         "identity_list": identities, "client_list": clients}


def chosen(page, stage):
    """The first step that is asked for, with its form, sent with nothing in it."""
    page.locator("[aria-pressed]").first.click()
    page.locator("form.form .button.main").click()
    page.wait_for_function("() => document.querySelector('form.form')")


def opened(page, stage):
    """A procedure chosen, and sent with nothing in it."""
    page.locator("[name=procedure]").select_option(index=2)
    page.locator(".who").first.wait_for()
    page.locator("form.form .button.main").click()
    page.locator(".fault").first.wait_for()


def faulty(page, stage):
    """Sent with nothing in it."""
    page.locator("form.form .button.main").first.click()
    page.locator(".fault").first.wait_for()


def asked(page, stage):
    """What is asked before an act."""
    page.locator("tbody button:not(.only)").first.click()
    page.wait_for_selector("dialog[open]")


def keyed(page, stage):
    """The new key, shown once."""
    page.locator("tbody button").first.click()
    page.locator("dialog[open] .button.main").click()
    page.locator(".key").wait_for()


def secret(page, stage):
    """A second factor as it is enrolled."""
    page.fill("[name=factor_password]", "first 口令 2026")
    page.locator("[name=factor_password]").press("Enter")
    page.locator("[data-secret]").wait_for()


def codes(page, stage):
    """And what helps when it is lost."""
    secret(page, stage)
    page.fill("[name=code]", "123456")
    page.locator("[name=code]").press("Enter")
    page.locator(".codes").wait_for()


def entered(answer, ready):
    """The log-in after its first half, which the front answered so."""
    def enter(page, stage):
        stage.scene = {**stage.scene, "session_open": lambda value, mode, path, body: answer(value)}
        page.fill("[name=login]", "m000001")
        page.fill("[name=password]", "first 口令 2026")
        page.keyboard.press("Enter")
        page.locator(ready).wait_for()
    return enter


STEPS = {
    "refused_until_a_code": entered(lambda value: (403, {**problem("second_factor", 403, "请提交 ticket 与动态口令验证码", "须提交动态口令"), "ticket": "x" * 40}), "[name=code]"),
    "change": entered(lambda value: {**value, "duty": "change_password"}, "[name=new_password]"),
    "enrol": entered(lambda value: {**value, "duty": "enrol_factor"}, "[data-secret]"),
}
