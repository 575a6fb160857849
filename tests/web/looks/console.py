"""The console's pages, a row each.  SPDX-License-Identifier: Apache-2.0"""
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from . import cases
from .phone import KINDS, person_fields, questions
from .replies import LONG_PEOPLE, LONG_PLACES, MANY, PEOPLE, ident, stamp
from .rows import Client, Page
from .screen import PLACES

EXAM, BANK, PROPOSAL, MESSAGE = (ident(name, 0) for name in ("exam", "bank", "proposal", "message"))
PLACE, PERSON = ident("organisation", 1), ident("person", 1)
EXAMINER, OPERATOR = "county_administrator", "operator"
FORM = {"empty": "a form is empty when it is new", "many": "it is one thing"}
NEW = {**FORM, "loading": "nothing is asked for before it is shown", "stale": "it shows nothing that could be old", "refused": "as it is sent: see the clients' tests",
       "offline": "as it is sent: see the clients' tests"}
ONE = {"empty": "it is one thing", "many": "it is one thing"}
CHANGE = {**ONE, "stale": "what was read is in the form"}


def tree(value, mode, path, body):
    """The county, its twenty committees and two branches of each, whatever else there is not."""
    return paged(county("longest" if mode == "longest" else "full"), mode, path)


def large_tree(value, mode, path, body):
    """The same; in a busy county with five thousand branches."""
    return paged(county(mode if mode in ("longest", "many") else "full"), mode, path)


@lru_cache
def county(mode):
    def row(place, parent, kind, name, short, members):
        return {"organisation": ident("organisation", place), "kind": kind, "name": LONG_PLACES[0] if mode == "longest" else name, "ordinal": place, "depth": 0, "children": 0,
                "short_name": LONG_PLACES[0][:24] if mode == "longest" else short, "members": members, **({} if parent is None else {"parent": ident("organisation", parent)})}

    def branch(place):
        committee, number = place % 20, place // 20
        return row(21 + place, 1 + committee, "branch", f"中共{PLACES[committee]}第{number + 1}支部委员会", f"{PLACES[committee]}第{number + 1}支部", 30 + place % 40)
    rows = [row(0, None, "county_committee", "中共保亭黎族苗族自治县委员会", "保亭县委", 0)]
    rows += [row(place + 1, 0, "committee", f"中共{name}委员会", f"{name}党委", 12) for place, name in enumerate(PLACES)]
    rows += [branch(place) for place in range(5000 if mode == "many" else 40)]
    return rows


def paged(rows, mode, path):
    """The page of them that was asked for, of the day that was asked for."""
    asked, rows = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}, list(rows)
    if "parent" in asked:
        rows = [] if mode == "empty" else [each for each in rows if each.get("parent") == asked["parent"]]
    if "day" in asked:  # elsewhere, of another name, gone, not yet there
        rows[22:23] = [{**rows[22], "parent": ident("organisation", 1)}]
        rows[5] = {**rows[5], "name": rows[5]["name"] + "（筹）"}
        rows[10:11] = []
        rows.append({**rows[1], "organisation": ident("organisation", MANY), "kind": "temporary_branch", "name": "中共保亭县防汛抢险临时支部委员会", "short_name": "防汛临时支部"})
    begin, limit = int(asked.get("offset", 0)), int(asked.get("limit", 50))
    return {"rows": rows[begin:begin + limit], "total": len(rows)}


def one_place(value, mode, path, body):
    """The first committee, on a day."""
    value.update(organisation=ident("organisation", 1), parent=ident("organisation", 0), kind="committee", there="day=" not in path, address="保城镇保兴中路18号", telephone="0898-83660001",
                 members=12, members_below=84, children=2, ordinal=1, above=[{"organisation": ident("organisation", 0), "short_name": "保亭县委"}], day="2026-11-29")
    if mode == "longest":
        value.update(name=LONG_PLACES[0], short_name=LONG_PLACES[0][:24], address="海南省保亭黎族苗族自治县响水镇合口村委会第三网格综合服务中心二楼党群活动室东侧办公室")
    else:
        value.update(name="中共保亭黎族苗族自治县保城镇委员会", short_name="保城镇党委")
    return value


def road(value, mode, path, body):
    """Changes of each kind, the first of them still to come."""
    now = datetime.now(timezone.utc)
    kinds = ("move", "rename", "adjust", "merge", "split", "place", "create")
    says = ({"parent": ident("organisation", 0)}, {"name": "中共保亭黎族苗族自治县保城镇委员会", "short_name": "保城镇党委"}, {"address": "保城镇保兴中路18号", "telephone": "0898-83660001"},
            {"parent": ident("organisation", 1)}, {"name": "中共保亭县保城镇第二委员会", "short_name": "保城二党委", "parent": ident("organisation", 0), "kind": "committee", "ordinal": 3, "there": True}, {}, {"there": True, "kind": "committee", "ordinal": 1})
    for place, row in enumerate(value["rows"]):
        at = place % len(kinds)
        row.update(what=kinds[at], organisation=ident("organisation", 1), name=LONG_PLACES[0] if mode == "longest" else "中共保亭黎族苗族自治县保城镇委员会", document=f"保亭县委组〔2026〕{12 + place}号",
                   reason="乡镇区划调整" if place % 3 else "经县委常委会研究决定", actor_name=PEOPLE[place % len(PEOPLE)], members=84 if kinds[at] in ("place", "merge") else 0, number=900 - place,
                   effective=stamp(now + timedelta(days=20 - 40 * place))[:10],
                   facts=[{"organisation": ident("organisation", 1 if kinds[at] != "merge" else 21 + each), **says[at]} for each in range(5 if kinds[at] == "merge" else 1 if says[at] else 0)])
    return value


def examination(state):
    """One examination in that state, of three committees."""
    def shown(value, mode, path, body):
        value.update(state=state, published=state != "draft", organisation=ident("organisation", 0), drawn=50, full_mark=100)
        value["audience"] = [{**part, "organisation": ident("organisation", place + 1)} for place, part in enumerate(value["audience"][:3])]
        for section, (kind, draw, marks) in zip(value["sections"], (("single", 20, 2), ("multiple", 10, 3), ("truth", 15, 1), ("blanks", 5, 3))):
            section.pop("numbers", None)
            section.update(kind=kind, draw=draw, marks=marks)
        return value
    return shown


def draft(page, stage):
    """The same examination before it is published."""
    stage.scene = {**stage.scene, "exam_show": examination("draft")}
    page.reload()
    page.wait_for_selector("main h1")
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")


def keyed(value, mode, path, body, kinds=7):
    """Questions of the seven kinds in turn, each with a key of its own kind."""
    paper = questions(mode == "longest")
    for place, row in enumerate(value["rows"]):
        shown = paper[place % kinds]
        row.update({name: shown[name] for name in ("kind", "stem", "options", "rights") if name in row})
        for name in ("options", "rights"):
            if name in row:
                row[name] = [option["text"] for option in shown[name]]
        key = {"single": {"right": [1]}, "multiple": {"right": [1, 2, 4]}, "truth": {"truth": False}, "order": {"order": [1, 2, 3, 4]}, "pairs": {"order": [2, 1, 3]},
               "blanks": {"blanks": row["key"]["blanks"][:2]}, "number": {"numbers": row["key"]["numbers"][:1]}}[shown["kind"]]
        for number in key.get("numbers", []):
            number.update({name: 1000000 for name in ("value", "low", "high") if name in number})
        row["key"] = key
        row.update({name: value for name, value in (("marks", 2), ("drawn", 3120), ("right", 2400 - 140 * (place % 9)), ("voided", place == 8), ("key_version", 1)) if name in row})
    return value


def versions(value, mode, path, body):
    """One question as it was over time."""
    value["rows"] = value["rows"][:3]
    keyed(value, mode, path, body, 1)
    for place, row in enumerate(value["rows"]):
        row.update(version=len(value["rows"]) - place, **({"retired": False} if "retired" in row else {}))
    return value


def kinds(value, mode, path, body):
    paper = questions(mode == "longest")
    for place, row in enumerate(value["rows"]):
        row.update(kind=KINDS[place % 7], stem=paper[place % 7]["stem"], retired=False)
    return value


def refused(value, mode, path, body):
    """Late by minutes, in all stages of being admitted."""
    now = datetime.now(timezone.utc)
    for place, row in enumerate(value["rows"]):
        row.update(reason="too_late", number=1, deadline=stamp(now - timedelta(hours=3)), accepted_at=stamp(now - timedelta(hours=3) + timedelta(seconds=47 + 131 * place)))
        for name in ("proposed_by", "proposed_why", "confirmed_by", "confirmed_why")[2 * (place % 3):]:
            row.pop(name, None)
    return value


def proposals(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        row.update(reason="原答案引用的条款已修订", sheets=312, changed=46 + place)
        if place % 2:
            row.pop("key_version", None)
    return value


def ledger(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        points = (9.2, 8.65, 7.4, 10)[place % 4]
        row.update(rule_version=1 + place % 2, revision=1 + (place % 5 == 3), earned=points, points=points if place % 6 else 5)
    return value


def rules(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        row.update(title=("在线考试", "专题学习", "参加党员大会")[place % 3], version=2 - place // 3 % 2, in_force=place < 3, amount=(10, 5, 2)[place % 3], daily_cap=(10, 10, 4)[place % 3], entries=8412 - 700 * place if place < 12 else 3)
    return value


def living(value, mode, path, body):
    """Eleven that live, and one that went an hour ago."""
    now, names = datetime.now(timezone.utc), ("front", "relay", "worker-grading", "worker-points", "worker-exam", "worker-roster")
    for place, row in enumerate(value["rows"]):
        row.update(process=names[place % len(names)], instance=f"county-{1 + place // 6}:{2314 + place}", alive=place != 7, memory=(38 + 7 * place) * 1048576, cpu_ms=4200000 + 61000 * place,
                   handled=91244 + 731 * place, started_at=stamp(now - timedelta(days=3)), seen_at=stamp(now - timedelta(seconds=3600 if place == 7 else 1 + place % 4)))
    return value


def beat(value, mode, path, body):
    value.update(members=1426, started=1081, handed_in=963, graded=956, grading_ms_half=40 if mode != "empty" else 0, grading_ms_most=210 if mode != "empty" else 0)
    return value


def places(value, mode, path, body):
    """The county's committees."""
    for place, row in enumerate(value["rows"]):
        row.update(organisation=ident("organisation", place), graded=row["handed_in"] - (place % 2))
        if mode != "longest":
            row["name"] = "保亭县委" if place == 0 else f"{PLACES[(place - 1) % 20]}党委"
    return value


def sitting(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        row.update(used=0 if row["standing"] == "none" else 1 + place % 2)
        if row["standing"] != "under_way":
            row.pop("deadline", None)
    return value


def on_a_day(page, stage):
    """The tree of another day."""
    page.fill("input[type=date]", "2026-03-01")
    page.click(".against button")
    page.wait_for_selector(".line-of-tree .tag")
    stage.idle()


def opened(page, stage):
    """Everything that is open, by the key for it, and one chosen."""
    page.locator("[role=tree]").focus()
    for key in ("ArrowDown", "*", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)


def filled(page, stage):
    """What the form asks for, so that it says what will happen; then its button."""
    for name, text in (("document", "保亭县委组〔2026〕12号"), ("name", "中共保亭县保城镇第二委员会"), ("short_name", "保城二党委")):
        if page.locator(f"[name={name}]").count():
            page.fill(f"[name={name}]", text)


def asked(page, stage):
    filled(page, stage)
    page.locator("form.form .button.main").click()
    page.wait_for_selector("dialog[open]")


def faulty(page, stage):
    """Sent with nothing in it."""
    page.fill("[name=effective]", "")
    page.locator("form.form .button.main").click()
    page.wait_for_selector(".fault")


def warned(value, mode, path, body):
    """Of each measure one; nothing where nothing is."""
    measures = ("secretaries", "term", "officers", "members", "term")
    for place, row in enumerate(value["rows"]):
        row.update(measure=measures[place % 5], title=("支部设书记一名", "任期届满前换届", "支部委员会人数", "正式党员三人以上设支部", "任期应登记")[place % 5], value=0 if place % 5 == 0 else 2, least=1 if place % 5 == 0 else 3, most=9,
                   organisation=ident("organisation", 1 if place == 0 else 21 + place), organisation_name=LONG_PLACES[0][:24] if mode == "longest" else f"{PLACES[place % 20]}第1支部", clause="《中国共产党支部工作条例（试行）》第十九条", due="2027-02-28")
        if place % 5 == 4:
            row.pop("due")
    return value


def officers(value, mode, path, body):
    """A leading body of as many as there are posts."""
    posts = ("secretary", "first_secretary", "deputy_secretary", "organisation_member", "publicity_member", "discipline_member", "committee_member")
    value["rows"] = [{**row, "post": post, "since": "2024-06-18", "document": "保亭县委组〔2024〕31号", "name": (LONG_PEOPLE if mode == "longest" else PEOPLE)[place % 2 if mode == "longest" else place]}
                     for place, (row, post) in enumerate(zip(value["rows"], posts))]
    value["total"] = len(value["rows"])
    return value


VALUES = {"name": "符志强", "sex": "male", "birth_date": "1985-03-12", "ethnicity": "黎族", "native_place": "海南保亭", "education": "大学本科", "occupation": "保城镇西坡村党支部书记", "joined_on": "2009-07",
          "mobile": "139****3210", "resident_id": "469***********0336", "address": "保城镇******"}
SOURCES = ("paper_file", "superior_system", "derived", "import", "self_reported")


def person_of(place, mode):
    return LONG_PEOPLE[place % 2] if mode == "longest" else PEOPLE[place % len(PEOPLE)]


def valued(facts, mode):
    """Values of a person's fields, one each, from all kinds of source."""
    for place, (fact, (field, value)) in enumerate(zip(facts, VALUES.items())):
        value = {"name": LONG_PEOPLE[0], "native_place": LONG_PLACES[0], "occupation": LONG_PLACES[1] + "党总支书记"}.get(field, value) if mode == "longest" else value
        fact.update(fact=ident("fact", place), field=field, value=value, masked="*" in value, state="current", source=SOURCES[place % 5], reference="档案第3页", valid_from="2020-06-01", recorded_name=person_of(place, mode),
                    decided_name=person_of(place + 1, mode), reason="已核对原件")
        if place % 3 == 2:
            for name in ("reference", "valid_from", "decided_by", "decided_at", "decided_name"):
                fact.pop(name, None)
    return facts[:len(VALUES)]


def file_of(value, mode, path, body):
    """A person of three roles, with something in most lists."""
    shape = value["facts"][0]
    value.update(organisation=ident("organisation", 21), organisation_name=LONG_PLACES[0][:24] if mode == "longest" else f"{PLACES[0]}第1支部", login="m000027", contested=2, exams=14, points=862.5)
    value["facts"] = valued([dict(shape) for _ in VALUES], mode)
    post = LONG_PLACES[1] + "党总支书记" if mode == "longest" else "镇党委副书记"
    value["roles"] = [{"role": "member", "since": "2009-07-01"}, {"role": "cadre", "since": "2018-03-15", "category": "科级干部", "post": post, "rank": 6, "place": 12}, {"role": "talent", "since": "2021-01-01", "category": "农技人才"}]
    value["roles"] = [{**role, "given_by": ident("actor", 0), "given_name": "符文静", "given_at": "2026-03-01T02:00:00.000Z"} for role in value["roles"]]
    titles = {"education": "大学本科", "degree": "管理学学士", "award": "优秀共产党员", "appraisal": "2025年度民主评议：合格", "post": post}
    entry = value["entries"][0]
    value["entries"] = [{**entry, "entry": ident("entry", place), "kind": kind, "title": title, "institution": LONG_PLACES[0] if mode == "longest" else "海南大学", "since": "2014-09-01", "until": "2018-06-30", "document": "保亭县委组〔2024〕31号",
                         "source": SOURCES[place % 5], "reference": "档案第7页"} for place, (kind, title) in enumerate(titles.items())]
    return value


def past(value, mode, path, body):
    """What was ever entered: two that wait for a decision, the present ones, those before them."""
    waiting, field = (("education", "研究生"), ("native_place", "海南陵水")), parse_qs(urlsplit(path).query).get("field", [""])[0]
    facts = valued([dict(row) for row in value["rows"]], mode)
    for place, (fact, state) in enumerate(zip(facts[9:], ("replaced", "refused"))):
        fact.update(state=state)
    for fact, (name, text) in zip(facts, waiting):
        fact.update(fact=ident("waiting", name), field=name, value=text, state="contested", source="self_reported", masked=False)
    value["rows"] = [fact for fact in facts if not field or fact["field"] == field]
    return value


def people(value, mode, path, body):
    """People with what is held of them; of a role with its post."""
    for place, row in enumerate(value["rows"]):
        row.update(name=person_of(place, mode), organisation=ident("organisation", 21 + place % 20), organisation_name=LONG_PLACES[0][:24] if mode == "longest" else f"{PLACES[place % 20]}第1支部", sex=("male", "female")[place % 2],
                   birth_date=("1985-03-12", "1971", "1990-05")[place % 3], ethnicity=("黎族", "汉族", "苗族")[place % 3], education=("大学本科", "大专", "高中")[place % 3], joined_on=("2009-07-01", "1996")[place % 2],
                   mobile="139****3210", resident_id="469***********0336", roles=[["member"], ["member", "cadre"], ["village_officer"]][place % 3], post=LONG_PLACES[1][:24] if mode == "longest" else "镇党委副书记", rank=6 + place % 4, place=place + 1,
                   exams=14 - place % 5, points=862.5 - place)
    return value


def waiting(value, mode, path, body):
    for place, row in enumerate(value["rows"]):
        field, new, old = (("education", "研究生", "大学本科"), ("mobile", "138****0011", "139****3210"), ("native_place", "海南陵水", "海南保亭"))[place % 3]
        row.update(person_name=person_of(place, mode), organisation=ident("organisation", 21 + place % 20), field=field, value=new, present=old, source="self_reported", present_source=SOURCES[place % 2])
    return value


def found(value, mode, path, body):
    value["rows"] = people({"rows": value["rows"] * 3}, mode, path, body)["rows"][:3]
    return value


def moved(value, mode, path, body):
    """Members who came, went and are on their way."""
    ways = (("belongs", 21, "belongs", 22), ("", 0, "belongs", 23), ("belongs", 24, "in_transit", 0), ("belongs", 25, "left", 0))
    for place, row in enumerate(value["rows"]):
        old, left, new, reached = ways[place % 4]
        for name, standing, organisation in (("from", old, left), ("to", new, reached)):
            row.pop(f"{name}_standing"), row.pop(f"{name}_organisation")
            row.update({f"{name}_standing": standing} if standing else {}, **({f"{name}_organisation": ident("organisation", organisation)} if organisation else {}))
        row.update(name=person_of(place, mode), document=f"保亭县委组〔2026〕{12 + place}号", entry=9000 - place)
    return value


def measured(value, mode, path, body):
    rules = (("支部设书记一名", "secretaries", 1, 1, ["branch", "joint_branch"]), ("任期届满前换届", "term", 3, None, ["committee", "general_branch", "branch"]), ("正式党员三人以上设支部", "members", 3, 50, ["branch"]), ("支部委员会人数", "officers", 3, 7, ["branch"]))
    for place, row in enumerate(value["rows"]):
        title, measure, least, most, kinds = rules[place % 4]
        for name in ("least", "most", "members_least", "members_most"):
            row.pop(name, None)
        row.update(title=title, measure=measure, kinds=kinds, least=least, clause="《中国共产党支部工作条例（试行）》第十九条", effective_from="2026-01-01", in_force=place % 3 != 2, rule=f"rule{place}", **({"most": most} if most else {}), **({"members_least": 7} if place % 4 == 3 else {}))
    return value


def books(value, mode, path, body):
    """The ledger as it always is, and once, where nothing is right, as it never is."""
    value.update(entered=9214, belonging=9013, in_transit=41, left=160, differences=0, differing=[])
    if mode == "longest":
        value.update(differences=2, differing=[{"organisation": ident("organisation", 21), "standing": "belongs", "ledger": 31, "roster": 30}, {"standing": "left", "ledger": 160, "roster": 161}])
    return value


def asked_to_show(page, stage):
    page.locator("[data-field=mobile] button").click()
    page.wait_for_selector("dialog[open]")


def with_posts(page, stage):
    page.locator(".tabs button").nth(2).click()
    page.get_by_role("columnheader", name="排位").wait_for()


def kept(page, stage):
    page.locator(".saved summary").click()
    page.fill("[name=saved]", "西坡村女党员")
    page.keyboard.press("Enter")


def searched(page, stage):
    page.fill("[name=number]", "3210")
    page.keyboard.press("Enter")
    page.wait_for_selector("tbody tr")


def unnamed(page, stage):
    page.locator("form.form .button.main").click()
    page.wait_for_selector(".fault")


def resetting(page, stage):
    page.locator("main .acts .button").first.click()
    page.wait_for_selector("dialog[open]")


def picked(page, stage):
    """One is chosen and the decision filled in."""
    page.locator(".who li input").first.check()
    page.fill("[name=document]", "保亭县委组〔2026〕12号")


PEOPLE_SCENE = {"person_show": file_of, "person_history": past, "person_list": people, "person_find": found, "contested_list": waiting, "membership_entries": moved, "organisation_rule_list": measured, "membership_ledger_show": books}
SCENE = {**PEOPLE_SCENE, "person_field_list": person_fields, "officer_list": officers, "organisation_warnings": warned, "organisation_list": tree, "organisation_show": one_place, "organisation_changes": road, "exam_show": examination("open"), "paper_list": keyed, "question_versions": versions, "question_list": kinds, "refused_list": refused,
         "key_list": proposals, "points_entries": ledger, "points_rule_list": rules, "process_list": living, "exam_pulse": beat, "exam_progress": places, "exam_candidates": sitting, **cases.SCENE}


def table(name, path, role=EXAMINER, **more):
    """A page that lists: every state."""
    return Page(name, path, role=role, **{"scene": SCENE, **more})


def one(name, path, role=EXAMINER, **more):
    """A page about one thing."""
    return Page(name, path, role=role, without=ONE, **{"scene": SCENE, **more})


def change(name, path, role=EXAMINER, **more):
    """A form that is filled with what there is."""
    return Page(name, path, role=role, without=CHANGE, **{"scene": SCENE, **more})


def form(name, path, role=EXAMINER, **more):
    """A form for something new."""
    return Page(name, path, role=role, without=NEW, **{"scene": SCENE, **more})


def act(name, path, role=EXAMINER, **more):
    """An act on an organisation: the tree is read before it, and is of no other state."""
    return form(name, path, role, **{"own": {"filled": filled, "faulty": faulty}, **more})


CLIENT = Client("console", sizes=((1440, 900), (390, 844), (1920, 1080)), pages=[
    Page("login", "/login", role=None, without={**dict.fromkeys(("empty", "loading", "stale", "longest", "many"), "it asks for nothing"),
                                               "refused": "as the phone's", "offline": "as the phone's"}, own=cases.STEPS),
    Page("start", "/", role=EXAMINER, scene=SCENE, without=dict.fromkeys(("empty", "stale", "many"), "it shows the ways into the pages, and nothing else")),
    table("organisations", "/organisations", scene={**SCENE, "organisation_list": large_tree}, own={"on_a_day": on_a_day, "opened": opened}, without={"empty": "a county has an organisation: without one nobody could log in"}),
    act("organisation.new", "/organisations/new"),
    table("organisation", f"/organisations/{PLACE}"),
    table("organisation.changes", f"/organisations/{PLACE}/changes"),
    act("organisation.rename", f"/organisations/{PLACE}/rename"),
    act("organisation.move", f"/organisations/{PLACE}/move?parent={ident('organisation', 3)}"),
    change("organisation.adjust", f"/organisations/{PLACE}/adjust", own={"faulty": faulty}),
    act("organisation.split", f"/organisations/{PLACE}/split"),
    act("organisation.merge", f"/organisations/{PLACE}/merge?into={ident('organisation', 3)}", own={"filled": filled, "faulty": faulty, "asked": asked}),
    act("organisation.dissolve", f"/organisations/{PLACE}/dissolve", own={"filled": filled, "faulty": faulty, "asked": asked}),
    table("tasks", "/tasks"),
    table("cases", "/cases"),
    form("case.new", "/cases/new", own={"opened": cases.opened}),
    one("case", f"/cases/{ident('matter', 0)}", own={"chosen": cases.chosen}),
    table("procedures", "/procedures"),
    one("procedure", "/procedures/member-correction?version=1"),
    table("grants", "/grants", own={"asked": cases.asked}),
    form("grant.new", "/grants/new", own={"faulty": cases.faulty}),
    table("audit", "/audit", role="audit_administrator"),
    table("clients", "/clients", own={"keyed": cases.keyed}),
    form("client.new", "/clients/new", own={"faulty": cases.faulty}),
    table("security", "/security", own={"faulty": cases.faulty, "secret": cases.secret, "codes": cases.codes}, without={"many": "nobody has so many devices"}),
    table("organisation.movements", f"/organisations/{PLACE}/movements"),
    act("organisation.appoint", f"/organisations/{PLACE}/appoint", own={"filled": picked, "faulty": faulty}),
    act("organisation.relieve", f"/organisations/{PLACE}/relieve"),
    act("organisation.elect", f"/organisations/{PLACE}/elect"),
    act("organisation.receive", f"/organisations/{PLACE}/receive", own={"filled": picked, "faulty": faulty}),
    act("organisation.release", f"/organisations/{PLACE}/release", own={"filled": picked, "faulty": faulty}),
    table("organisations.rules", "/organisations/rules"),
    one("organisations.ledger", "/organisations/ledger"),
    table("imports", "/imports"),
    form("import.new", "/imports/new"),
    form("export.new", f"/exports/new?target=/v1/people/workbook?organisation={PLACE}&name=保城镇党委-人员名单-2026-11-30.xlsx"),
    one("import", f"/imports/{ident('import', 0)}"),
    table("people", "/people", own={"with_posts": with_posts, "kept": kept}),
    form("people.find", "/people/find", own={"searched": searched, "faulty": unnamed}),
    table("people.contested", "/people/contested"),
    form("person.new", f"/people/new?organisation={PLACE}", own={"faulty": unnamed}),
    one("person", f"/people/{PERSON}", own={"asked": asked_to_show}),
    table("person.history", f"/people/{PERSON}/history"),
    change("person.change", f"/people/{PERSON}/change", own={"faulty": unnamed}),
    change("person.role", f"/people/{PERSON}/role?role=cadre"),
    change("person.entry", f"/people/{PERSON}/entry?kind=award", own={"faulty": unnamed}),
    one("account", f"/accounts/{PERSON}", own={"asked": resetting}),
    table("exams", "/exams"),
    form("exam.new", "/exams/new"),
    one("exam", f"/exams/{EXAM}", own={"draft": draft}),
    change("exam.edit", f"/exams/{EXAM}/edit", scene={**SCENE, "exam_show": examination("draft")}),
    table("exam.progress", f"/exams/{EXAM}/progress"),
    table("exam.candidates", f"/exams/{EXAM}/candidates"),
    one("exam.extra", f"/exams/{EXAM}/candidates/m000001"),
    table("exam.results", f"/exams/{EXAM}/results"),
    table("exam.late", f"/exams/{EXAM}/late"),
    table("exam.paper", f"/exams/{EXAM}/questions"),
    one("exam.key", f"/exams/{EXAM}/questions/1"),
    table("exam.keys", f"/exams/{EXAM}/keys"),
    table("exam.proposal", f"/exams/{EXAM}/keys/{PROPOSAL}"),
    table("banks", "/banks"),
    form("bank.new", "/banks/new"),
    table("bank", f"/banks/{BANK}"),
    form("bank.import", f"/banks/{BANK}/import"),
    form("question.new", f"/banks/{BANK}/questions/new"),
    one("question", f"/banks/{BANK}/questions/1"),
    change("question.edit", f"/banks/{BANK}/questions/1/edit"),
    table("points.entries", "/points"),
    table("points.rules", "/points/rules"),
    form("points.board", "/points/board"),
    table("processes", "/processes", role=OPERATOR),
    table("lag", "/lag", role=OPERATOR),
    table("parked", "/parked", role=OPERATOR),
    one("parked.message", f"/parked/{MESSAGE}", role=OPERATOR),
])
