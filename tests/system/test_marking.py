"""Marks of all seven kinds through HTTP; every expected mark is written by hand.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from county import stamp
from instance import eventually
from sitting import hand_in, start

# Ten questions, four marks each.
BANK = """number,kind,topic,stem,options,key,marks,explanation,source
1,single,甲,单选,甲一 | 甲二 | 甲三,2,4,无,无
2,multiple,甲,多选二,乙一 | 乙二 | 乙三 | 乙四,"1,3",4,无,无
3,multiple,甲,多选三,丙一 | 丙二 | 丙三 | 丙四 | 丙五,"1,2,3",4,无,无
4,truth,甲,判断,,对,4,无,无
5,blanks,甲,填空二,民主集中制 | 一/1/CPC,,4,无,无
6,number,甲,差,,3.5±0.05,4,无,无
7,number,甲,百分,,200±1%,4,无,无
8,number,甲,两端,,3..4,4,无,无
9,order,甲,排序,丁一 | 丁二 | 丁三 | 丁四,,4,无,无
10,pairs,甲,配对,戊一=>己一 | 戊二=>己二 | 戊三=>己三 | =>己四,,4,无,无
"""
DRAW = {"single": 1, "multiple": 2, "truth": 1, "blanks": 1, "number": 3, "order": 1, "pairs": 1}

# stem: [(answer by texts, mark with everything or nothing, mark with shares and half a share's penalty)]
CASES = {
    "单选": [(["甲二"], 4, 4), (["甲一"], 0, 0), (["甲一", "甲二"], 0, 0), ([], 0, 0)],
    "多选二": [(["乙一", "乙三"], 4, 4), (["乙三", "乙一"], 4, 4), (["乙一"], 0, 2), (["乙一", "乙二"], 0, 1),
            (["乙一", "乙三", "乙二"], 0, 3), (["乙二", "乙四"], 0, 0), (["乙一", "乙二", "乙四"], 0, 0),
            (["乙一", "乙二", "乙三", "乙四"], 0, 2), ([], 0, 0)],
    # a third of four is 1.33, two thirds 2.67
    "多选三": [(["丙一"], 0, 1.33), (["丙一", "丙二"], 0, 2.67), (["丙一", "丙二", "丙三"], 4, 4), (["丙一", "丙二", "丙四"], 0, 2),
            (["丙一", "丙四"], 0, 0.67), (["丙一", "丙四", "丙五"], 0, 0)],
    "判断": [(True, 4, 4), (False, 0, 0)],
    "填空二": [(["民主集中制", "一"], 4, 4), (["民主集中制", "１"], 4, 4), (["　民主集中制 ", " 1　"], 4, 4), (["民主集中制", "ｃｐｃ"], 4, 4),
            (["民主集中制", "二"], 2, 2), (["", "1"], 2, 2), (["民主集中制"], 2, 2), (["一", "民主集中制"], 0, 0),
            (["民主集中制", "1", "多"], 0, 0)],
    "差": [("3.5", 4, 4), ("3.55", 4, 4), ("3.45", 4, 4), ("3.551", 0, 0), ("3.4499999", 0, 0), ("３．５", 4, 4), ("-3.5", 0, 0),
          ("三点五", 0, 0), (" 3.50 ", 4, 4)],
    "百分": [("200", 4, 4), ("198", 4, 4), ("202", 4, 4), ("197.99", 0, 0), ("202.01", 0, 0)],
    "两端": [("3", 4, 4), ("4", 4, 4), ("3.999999", 4, 4), ("4.000001", 0, 0), ("2.9", 0, 0), ("4.00000000001", 0, 0)],
    "排序": [(["丁一", "丁二", "丁三", "丁四"], 4, 4), (["丁一", "丁二", "丁四", "丁三"], 0, 0), (["丁一", "丁二", "丁三"], 0, 0),
           (["丁一", "丁一", "丁三", "丁四"], 0, 0)],
    "配对": [({"戊一": "己一", "戊二": "己二", "戊三": "己三"}, 4, 4), ({"戊一": "己一", "戊二": "己二"}, 2.67, 2.67),
           ({"戊一": "己一", "戊二": "己三", "戊三": "己二"}, 1.33, 1.33), ({"戊一": "己四"}, 0, 0), ({}, 0, 0)],
}
ROUNDS = max(map(len, CASES.values()))


def by_numbers(question, answer):
    left = {option["text"]: option["option"] for option in question["options"]}
    right = {option["text"]: option["option"] for option in question["rights"]}
    kind = question["kind"]
    if kind in ("single", "multiple"):
        return {"chosen": [left[text] for text in answer]}
    if kind == "order":
        return {"order": [left[text] for text in answer]}
    if kind == "pairs":
        return {"pairs": [{"left": left[a], "right": right[b]} for a, b in answer.items()]}
    return {kind: answer}


@pytest.mark.parametrize("mode, penalty, column", [("all_or_nothing", 0, 1), ("partial", 0.5, 2)])
def test_marks(county, admin, database, mode, penalty, column):
    bank = admin.command("POST", "/v1/banks", {"organisation": county.root, "name": f"判分题库{column}"})["command"]
    taken = admin.command("POST", f"/v1/questions:import?bank={bank}&format=csv", BANK.encode(), headers={"Content-Type": "text/csv"})
    assert taken["result"]["taken"] == 10, taken
    now = county.instance.now()
    exam = admin.command("POST", "/v1/exams", {
        "organisation": county.root, "title": "判分", "opens_at": stamp(now - 1000), "closes_at": stamp(now + 86400000), "minutes": 30,
        "grace_seconds": 0, "attempts": ROUNDS, "counted": "highest", "multiple": mode, "penalty": penalty, "release": "all_at_once",
        "sections": [{"bank": bank, "kind": kind, "draw": draw, "marks": 4} for kind, draw in DRAW.items()]})["command"]
    assert admin.command("POST", f"/v1/exams/{exam}/publication")["result"] == {"questions": 10, "drawn": 10, "full_mark": 40}
    eventually(lambda: any(row["exam"] == exam for row in admin.get("/v1/exams").json["rows"]))
    member, wrong = county.recruit(), []
    for n in range(ROUNDS):
        sheet = start(member, exam)
        stems = {question["question"]: question["stem"] for question in sheet["questions"]}
        cases = {number: CASES[stem][n % len(CASES[stem])] for number, stem in stems.items()}
        listed = [{"question": q["question"], "seq": 1, "answer": by_numbers(q, cases[q["question"]][0])} for q in sheet["questions"]]
        taken = hand_in(member, exam, sheet, listed)["result"]
        row = member.get(f"/v1/exams/{exam}/results/me").json["rows"][n]
        marks = {question["question"]: question["mark"] for question in member.get(f"/v1/exams/{exam}/results/me/{n + 1}").json["rows"]}
        wrong += [(stems[number], case[0], marks.get(number), case[column]) for number, case in cases.items()
                  if marks.get(number) != case[column]]
        total = round(sum(case[column] for case in cases.values()), 2)
        assert wrong or (taken["mark"] == row["mark"] == total and taken["answered"] == 10)
    assert not wrong


@pytest.mark.parametrize("answer", [
    {"chosen": [0]}, {"chosen": [51]}, {"number": ""}, {"number": "1" * 25}, {"truth": "true"}, {}, {"truth": True, "number": "1"},
    {"chosen": 1}, {"letters": ["A"]}, {"pairs": [{"left": 1}]}, {"blanks": []}, {"blanks": ["x" * 201]}, None])
def test_what_is_no_answer(county, answer):
    exam, member = test_what_is_no_answer.place = getattr(test_what_is_no_answer, "place", None) or (county.exam(), county.recruit())
    sheet = start(member, exam)
    reply = member.send("PUT", f"/v1/exams/{exam}/attempts/{sheet['attempt']}/answers/1", {"writer": 1, "seq": 1, "answer": answer})
    assert reply.status == 422 and reply.json["errors"][0]["pointer"].startswith("#/answer"), reply
