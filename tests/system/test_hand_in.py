"""One hand-in through every room: start, save, hand in, mark, points, board, stream.  SPDX-License-Identifier: Apache-2.0"""
from county import right_answer, wrong_answer
from instance import eventually
from sitting import hand_in, save, start


def test_a_whole_attempt(county, database):
    exam, member = county.exam(), county.member("t0000")
    sheet = start(member, exam)
    assert len(sheet["questions"]) == 7 and not sheet["saved"]
    assert "key" not in str(sheet) and "explanation" not in str(sheet)
    for question in sheet["questions"][:4]:
        save(member, exam, sheet, question, right_answer(question))
    listed = [{"question": q["question"], "seq": 2, "answer": right_answer(q)} for q in sheet["questions"][4:]]
    taken = hand_in(member, exam, sheet, listed)["result"]
    assert taken["mark"] == 14 and taken["answered"] == 7
    row = database.execute("select attempt_no, score, command_id from exam_result where exam_id = %s and member_id = %s",
                           (exam, county.members["t0000"])).fetchone()
    assert (row[0], row[1]) == (1, 14)
    points = eventually(lambda: database.execute("select rule, points from points_entry where member_id = %s",
                                                 (county.members["t0000"],)).fetchall())
    assert [(rule, float(value)) for rule, value in points] == [("exam", 10.0)]
    mine = eventually(lambda: member.get("/v1/leaderboards/members/me").json.get("me"))
    assert mine["points"] == 10 and mine["rank"] == 1
    result = member.get(f"/v1/exams/{exam}/results/me").json["rows"][0]
    assert result["shown"] and result["mark"] == 14 and result["keys_shown"]
    assert member.get(f"/v1/exams/{exam}/results/me/1").json["total"] == 7


def test_starting_again_goes_on(county):
    exam, member = county.exam(), county.member("t0001")
    sheet = start(member, exam)
    save(member, exam, sheet, sheet["questions"][0], wrong_answer(sheet["questions"][0]), seq=1)
    save(member, exam, sheet, sheet["questions"][0], right_answer(sheet["questions"][0]), seq=2)
    again = start(member, exam)
    assert again["attempt"] == sheet["attempt"] and again["writer"] == sheet["writer"] + 1
    assert again["questions"] == sheet["questions"] and again["deadline"] == sheet["deadline"]
    assert [(s["seq"], s["answer"]) for s in again["saved"]] == [(2, right_answer(sheet["questions"][0]))]
    # the new device's first write beats the old one's second
    save(member, exam, sheet, sheet["questions"][0], wrong_answer(sheet["questions"][0]), seq=1, writer=again["writer"])
    assert hand_in(member, exam, again)["result"]["mark"] == 0


def test_a_second_hand_in_is_refused_and_kept(county, database):
    exam, member = county.exam(), county.member("t0002")
    sheet = start(member, exam)
    hand_in(member, exam, sheet)
    problem = hand_in(member, exam, sheet, expect=409)
    assert problem["type"].endswith("handed_in")
    assert database.execute("select reason from refused_hand_in where attempt = %s", (sheet["attempt"],)).fetchall() == \
        [("handed_in",)]


def test_one_key_is_one_command(county, database):
    exam, member = county.exam(), county.member("t0100")
    sheet = start(member, exam)
    first, again = (hand_in(member, exam, sheet, key="the-same-key") for _ in range(2))
    assert first == again
    assert database.execute("select count(*) from sheet where exam = %s", (exam,)).fetchone() == (1,)
    other = member.send("POST", f"/v1/exams/{exam}/submissions", {"attempt": sheet["attempt"], "writer": 7, "answers": []},
                        {"Idempotency-Key": "the-same-key"})
    assert other.status == 422 and other.json["type"].endswith("key_reused")


def test_another_members_attempt_is_not_there(county):
    exam = county.exam()
    mine, other = county.member("t0101"), county.member("t0102")
    sheet = start(mine, exam)
    reply = other.send("POST", f"/v1/exams/{exam}/submissions", {"attempt": sheet["attempt"], "writer": 1, "answers": []})
    assert reply.status in (404, 422)
    question = sheet["questions"][0]
    reply = other.send("PUT", f"/v1/exams/{exam}/attempts/{sheet['attempt']}/answers/{question['question']}",
                       {"writer": 1, "seq": 1, "answer": right_answer(question)})
    assert reply.status == 404
