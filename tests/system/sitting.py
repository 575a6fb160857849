"""Sitting an examination: start, save, hand in.  SPDX-License-Identifier: Apache-2.0"""
from datetime import datetime

from county import right_answer, wrong_answer


def milliseconds(text):
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def start(member, exam, expect=200):
    reply = member.command("POST", f"/v1/exams/{exam}/attempts", expect=expect)
    return reply["result"] if expect == 200 else reply


def save(member, exam, sheet, question, answer, seq=1, expect=200, writer=None):
    return member.command("PUT", f"/v1/exams/{exam}/attempts/{sheet['attempt']}/answers/{question['question']}",
                          {"writer": writer or sheet["writer"], "seq": seq, "answer": answer}, expect=expect)


def hand_in(member, exam, sheet, answers=(), expect=200, key=None):
    return member.command("POST", f"/v1/exams/{exam}/submissions",
                          {"attempt": sheet["attempt"], "writer": sheet["writer"], "answers": list(answers)},
                          expect=expect, key=key)


def answers(sheet, right, seq=1):
    """Answers to all questions, those of the kinds named right, the others wrong."""
    return [{"question": q["question"], "seq": seq,
             "answer": right_answer(q) if q["kind"] in right else wrong_answer(q)} for q in sheet["questions"]]


def sit(member, exam, right):
    """A whole attempt in one go; what the hand-in gave."""
    sheet = start(member, exam)
    return hand_in(member, exam, sheet, answers(sheet, right))["result"]
