"""How a demonstration member answers: right or plausibly wrong, by the demonstration's own keys.

SPDX-License-Identifier: Apache-2.0"""
import random
from decimal import Decimal

from questions import read_all, stem_form

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
HARDNESS = {"single": 0.0, "multiple": 0.16, "truth": -0.05, "blanks": 0.12, "number": 0.08, "order": 0.12,
            "pairs": 0.08}


class Knowledge:
    """The questions by their stems."""

    def __init__(self):
        self.questions = {stem_form(question.stem): question for question in read_all()}

    def find(self, shown):
        """The question that is shown, or None."""
        return self.questions.get(stem_form(shown["stem"]))


def numbers(entries):
    """Numbers of options or right entries by their texts."""
    return {entry["text"]: entry["option"] for entry in entries}


def typed(chance, text):
    """The text as somebody types it: now and then with wide digits or stray spaces."""
    habit = chance.random()
    return text.translate(WIDE) if habit < 0.1 else f" {text} " if habit < 0.2 else text


def right_answer(chance, question, shown):
    """The answer that earns full marks."""
    options = numbers(shown["options"])
    if question.kind in ("single", "multiple"):
        return {"chosen": sorted(options[text] for text in question.key)}
    if question.kind == "truth":
        return {"truth": question.key}
    if question.kind == "blanks":
        return {"blanks": [typed(chance, chance.choice(accepted)) for accepted in question.key]}
    if question.kind == "number":
        return {"number": f"{question.key[0]:f}"}
    if question.kind == "order":
        return {"order": [options[text] for text in question.key]}
    rights = numbers(shown["rights"])
    return {"pairs": [{"left": options[left], "right": rights[right]} for left, right in question.key.items()]}


def wrong_choice(chance, answer, shown):
    """Another option, or one more or less than the right ones."""
    chosen, every = set(answer["chosen"]), [entry["option"] for entry in shown["options"]]
    others = [option for option in every if option not in chosen]
    if shown["kind"] == "single":
        return {"chosen": [chance.choice(others)]}
    if others and chance.random() < 0.5:
        return {"chosen": sorted(chosen | {chance.choice(others)})}
    return {"chosen": sorted(chosen - {chance.choice(sorted(chosen))})}


def wrong_answer(chance, question, shown):
    """An answer of the right shape that earns less."""
    answer = right_answer(chance, question, shown)
    if question.kind in ("single", "multiple"):
        return wrong_choice(chance, answer, shown)
    if question.kind == "truth":
        return {"truth": not question.key}
    if question.kind == "blanks":
        answer["blanks"][chance.randrange(len(answer["blanks"]))] = chance.choice(["不清楚", "", "记不清"])
        return answer
    if question.kind == "number":
        value, tolerance = question.key
        return {"number": f"{value + tolerance + chance.choice([Decimal(1), Decimal(2), Decimal(10)]):f}"}
    entries = answer["order"] if question.kind == "order" else answer["pairs"]
    first, second = chance.sample(range(len(entries)), 2)
    if question.kind == "order":
        entries[first], entries[second] = entries[second], entries[first]
    else:
        entries[first]["right"], entries[second]["right"] = entries[second]["right"], entries[first]["right"]
    return answer


def ability(chance):
    """How much of it somebody knows: most a good deal, some little, a few all."""
    return min(0.99, max(0.25, chance.betavariate(6, 2.2)))


def blind_answer(chance, shown):
    """An answer of the right shape to a question that is none of the demonstration's."""
    every = [entry["option"] for entry in shown["options"]]
    return {"single": lambda: {"chosen": [chance.choice(every)]}, "multiple": lambda: {"chosen": sorted(every[:2])},
            "truth": lambda: {"truth": chance.random() < 0.5}, "blanks": lambda: {"blanks": ["不清楚"] * shown["blanks"]},
            "number": lambda: {"number": "1"}, "order": lambda: {"order": every},
            "pairs": lambda: {"pairs": []}}[shown["kind"]]()


def answer_to(chance, knowledge, shown, known):
    """One answer of somebody who knows a share `known`; None where left open."""
    if chance.random() < 0.015:
        return None
    question = knowledge.find(shown)
    if question is None:
        return blind_answer(chance, shown)
    knows = chance.random() < known - HARDNESS[question.kind]
    return (right_answer if knows else wrong_answer)(chance, question, shown)


def chance_of(seed, login):
    """The dice of one member."""
    return random.Random(f"{seed}/{login}")
