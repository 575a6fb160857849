"""Questions written by hand, and their next versions.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from test_education import set_up


def text(kind="single", key=None, **changes):
    return {"kind": kind, "title": "", "topic": "党章", "stem": "入党誓词共多少字？", "options": ["八十字", "一百字"] if kind in
            ("single", "multiple", "order") else [], "rights": [], "key": key or {"right": [1]}, "explanation": "解析",
            "source": "《中国共产党章程》第六条", **changes}


@pytest.fixture(scope="module")
def bank(county, admin):
    return set_up(admin, county.committees[0], "手写库")


def add(admin, bank, written, expect=200):
    told = admin.command("POST", f"/v1/banks/{bank}/questions", {"text": written}, expect=expect)
    return told["result"] if expect == 200 else told


def change(admin, bank, number, version, written, expect=200):
    told = admin.command("PUT", f"/v1/banks/{bank}/questions/{number}", {"version": version, "text": written}, expect=expect)
    return told["result"] if expect == 200 else told


def stands(admin, bank, number):
    return admin.get(f"/v1/banks/{bank}/questions/{number}").json["rows"][0]


NUMBER = {"numbers": [{"value": 1500000, "low": 1000000, "high": 2000000, "share": 1000000}]}
BLANKS = {"blanks": [{"accepted": [{"text": "战斗力", "share": 1000000}, {"text": "战斗", "share": 500000}]}]}
LAWFUL = {
    "single": text(),
    "multiple": text("multiple", {"right": [1, 2]}),
    "truth": text("truth", {"truth": False}),
    "blanks": text("blanks", BLANKS, stem="党的全部工作和[[1]]的基础。"),
    "number": text("number", NUMBER),
    "order": text("order", {"order": [1, 2]}),
    "pairs": text("pairs", {"order": [1, 2]}, options=["党员大会", "党课"], rights=["每季度", "每月", "每年"]),
}


@pytest.mark.parametrize("kind", LAWFUL)
def test_each_kind_is_taken(admin, bank, kind):
    taken = add(admin, bank, {**LAWFUL[kind], "stem": f" {LAWFUL[kind]['stem']} \n"})
    assert taken["version"] == 1 and taken["number"] >= 8
    row = stands(admin, bank, taken["number"])
    assert {name: row[name] for name in LAWFUL[kind]} == LAWFUL[kind], "without the blanks around it"


FAULTS = {  # what is written, where the fault is, a word of what is said
    "one option": (text(options=["八十字"]), "options", "选项太少"),
    "an empty option": (text(options=["八十字", "一百字", " "]), "options/2", "空的选项"),
    "an option twice": (text(options=["八十字", "八十字 "]), "options/1", "选项重复"),
    "a right side empty": (text("pairs", {"order": [1]}, options=["左"], rights=["右", " "]), "rights/1", "空的选项"),
    "options where none belong": (text("truth", {"truth": True}, options=["对", "错"]), "options", "不应有选项"),
    "no stem": (text(stem=" \n"), "stem", "缺少题干"),
    "a control character": (text(source="条\u0001例"), "source", "控制字符"),
    "no key": (text(key={"voided": False}), "key/right", "缺少答案"),
    "a key beyond the options": (text(key={"right": [3]}), "key/right", "选项不存在"),
    "two right of a single choice": (text(key={"right": [1, 2]}), "key", "恰有一个"),
    "a key of another kind": (text(key={"right": [1], "truth": True}), "key/truth", "看不懂"),
    "void": (text(key={"right": [1], "voided": True}), "key/voided", "看不懂"),
    "other keys": (text(key={"right": [1], "others": [{"right": [2]}]}), "key/others", "看不懂"),
    "weights of too few": (text("multiple", {"right": [1], "weights": [1000000]}), "key/weights", "看不懂"),
    "weights that make no whole": (text("multiple", {"right": [1, 2], "weights": [400000, 400000]}), "key", "100%"),
    "an order that is short": (text("order", {"order": [1]}), "key/order", "恰写一次"),
    "an order with one twice": (text("order", {"order": [1, 1]}), "key", "恰写一次"),
    "a blank of nothing": (text("blanks", {"blanks": [{"accepted": [{"text": " ", "share": 1000000}]}]}), "key", "空的可接受答案"),
    "a number upside down": (text("number", {"numbers": [{**NUMBER["numbers"][0], "low": 3000000}]}), "key/numbers", "下限大于上限"),
    "a number beside its range": (text("number", {"numbers": [{**NUMBER["numbers"][0], "value": 3000000}]}), "key", "数值超出范围"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_at_its_field(admin, bank, fault):
    written, place, words = FAULTS[fault]
    for told in (add(admin, bank, written, 422), change(admin, bank, 1, 1, written, 422)):
        assert told["type"].endswith("invalid") and told["errors"][0]["pointer"] == f"#/text/{place}", told
        assert words in told["errors"][0]["detail_zh"] and told["errors"][0]["detail"].isascii(), told
    assert stands(admin, bank, 1)["version"] == 1


def test_a_question_gets_its_next_version(admin, bank):
    made = add(admin, bank, text(title="誓词字数"))
    number = made["number"]
    assert change(admin, bank, number, 1, text(title="誓词字数", key={"right": [2]})) == {"number": number, "version": 2}
    assert change(admin, bank, number, 2, text(title="誓词字数", key={"right": [2]})) == {"number": number, "version": 2}, "as it was"
    told = change(admin, bank, number, 1, text(), 409)
    assert told["type"].endswith("conflict") and "第 2 版" in told["detail_zh"]
    assert stands(admin, bank, number)["key"] == {"right": [2]}
    assert change(admin, bank, number, 2, text(key={"right": [2]}))["version"] == 3, "a title taken away is a change"
    assert (stands(admin, bank, number)["title"], stands(admin, bank, number)["version"]) == ("", 3)
    assert change(admin, bank, 999999, 1, text(), 404)["type"].endswith("not_found")


def test_a_title_is_one_questions(admin, bank):
    first = add(admin, bank, text(title="独一"))["number"]
    told = add(admin, bank, text(title="独一 "), 409)
    assert told["type"].endswith("exists") and f"第 {first} 题" in told["detail_zh"]
    told = change(admin, bank, 1, 1, text(title="独一"), 409)
    assert told["type"].endswith("exists") and stands(admin, bank, 1)["version"] == 1
