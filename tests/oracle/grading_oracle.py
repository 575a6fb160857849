#!/usr/bin/env python3
"""A slow second opinion on marks and draws, sharing nothing with the C: exact fractions, dictionaries, whole strings.
SPDX-License-Identifier: Apache-2.0

grading_oracle.py SEED COUNT   prints COUNT cases, one a line, each with the mark or the draw that is right.
A line is words parted by blanks; texts are hex of UTF-8 behind a dot ("." is the empty text); a key of a void question
begins with "!", and other keys that are right as well follow behind "|":
  mark WANTED MARKS KIND RULE KEY ANSWER
  draw SEED ROWS POOL WANTED
"""
import random
import sys
import unicodedata
from decimal import Decimal
from fractions import Fraction

WHOLE = 10**6
MASK = 2**64 - 1


def form(text, fold):
    """The text in the form in which answers are compared."""
    out = []
    for char in text:
        if 0xFF01 <= ord(char) <= 0xFF5E:
            char = chr(ord(char) - 0xFEE0)
        if char == "\u2212":
            char = "-"
        if char in "\u200b\u200c\u200d\u2060\ufeff":
            continue
        if char.isspace() and char not in "\x1c\x1d\x1e\x1f":
            char = " "
        if fold and unicodedata.category(char) == "Lu" and ord(char) < 0x430 and not (0x100 <= ord(char) <= 0x390):
            char = char.lower()
        out.append(char)
    words = "".join(out).split(" ")
    joined = ""
    for word in filter(None, words):
        if joined and ord(joined[-1]) < 0x2E80 and ord(word[0]) < 0x2E80:
            joined += " "
        joined += word
    return joined


def half_up(value, marks):
    """A part of the mark in whole hundredths, between nothing and all of it."""
    value = max(Fraction(0), min(Fraction(marks), value))
    return int((2 * value + 1) // 2)


def mark(case):
    """A void question is everybody's; else the best of all keys that are right."""
    if case["voided"]:
        return case["marks"]
    return max(mark_by(case, key) for key in [case["key"], *case["others"]])


def mark_by(case, key):
    kind, rule, answer, marks = case["kind"], case["rule"], case["answer"], case["marks"]
    if answer is None or answer[0] != {"single": "chosen", "multiple": "chosen"}.get(kind, kind):
        return 0
    given = answer[1]
    if kind in ("single", "multiple"):
        chosen = set(given)
        if any(n < 1 or n > key["options"] for n in chosen):
            return 0
        if kind == "single":
            if len(chosen) != 1:
                return 0
            if chosen <= key["right"]:
                return marks
            if not key["weights"]:
                return 0
        elif chosen == key["right"]:
            return marks
        elif rule["multiple"] == "all":
            return 0
        if key["weights"]:
            return half_up(sum(Fraction(key["weights"][n - 1], WHOLE) for n in chosen) * marks, marks)
        each = Fraction(marks, len(key["right"]))
        gained = each * len(chosen & key["right"])
        lost = each * Fraction(rule["penalty"], 100) * len(chosen - key["right"])
        return half_up(gained - lost, marks)
    if kind == "truth":
        return marks if given == key["truth"] else 0
    if kind == "blanks":
        if len(given) > len(key["blanks"]):
            return 0
        shares = []
        for text, accepted in zip(given, key["blanks"]):
            given_form = form(text, rule["fold"])
            fits = [s for t, s in accepted if given_form and form(t, rule["fold"]) == given_form]
            shares.append(Fraction(max(fits, default=0), WHOLE))
        if rule["blanks"] == "share" or len(key["blanks"]) == 1:
            return half_up(sum(shares, Fraction(0)) * marks / len(key["blanks"]), marks)
        return marks if sum(shares) == len(key["blanks"]) else 0
    if kind == "number":
        try:
            text = form(given, False)
            if not text.lstrip("+-").replace(".", "", 1).isdigit() or not text.isascii():
                return 0
            if text.startswith((".", "+.", "-.")) or text.endswith(".") or text[1:].startswith(("+", "-")):
                return 0
            number = Fraction(Decimal(text))
        except ArithmeticError:
            return 0
        if len(text.lstrip("+-").split(".")[0]) > 12:
            return 0
        fits = [s for low, high, s in key["numbers"] if Fraction(low, WHOLE) <= number <= Fraction(high, WHOLE)]
        return half_up(Fraction(max(fits, default=0), WHOLE) * marks, marks)
    if kind == "order":
        right = key["order"]
        if sorted(given) != sorted(right):
            return 0
        if rule["order"] == "all":
            return marks if given == right else 0
        if rule["order"] == "places":
            return half_up(Fraction(sum(a == b for a, b in zip(given, right)) * marks, len(right)), marks)
        wanted = set(zip(right, right[1:]))
        return half_up(Fraction(len(wanted & set(zip(given, given[1:]))) * marks, len(right) - 1), marks)
    lefts = [left for left, _ in given]
    if len(set(lefts)) != len(lefts):
        return 0
    if any(not 1 <= left <= len(key["partner"]) or not 1 <= right <= key["rights"] for left, right in given):
        return 0
    right = sum(key["partner"][left - 1] == partner for left, partner in given)
    if rule["pairs"] == "all":
        return marks if right == len(key["partner"]) else 0
    return half_up(Fraction(right * marks, len(key["partner"])), marks)


def splitmix(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        yield z ^ (z >> 31)


def below(numbers, bound):
    """Lemire: the high half of the product, unless its low half falls among the 2^64 mod bound surplus ones."""
    while True:
        product = next(numbers) * bound
        if product & MASK >= 2**64 % bound:
            return product >> 64


def draw(rows, pool, seed):
    numbers = splitmix(seed)
    free = dict(enumerate(pool))
    found = {}
    for at, (topic, kind, count) in sorted(enumerate(rows), key=lambda r: (not r[1][0]) + (not r[1][1])):
        fits = [i for i in sorted(free) if (not topic or free[i][2] == topic) and (not kind or free[i][1] == kind)]
        if len(fits) < count:
            return None
        for i in range(count):
            other = i + below(numbers, len(fits) - i)
            fits[i], fits[other] = fits[other], fits[i]
            del free[fits[i]]
        found[at] = fits[:count]
    drawn = []
    for at in range(len(rows)):
        for i in found[at]:
            number, kind, _, options, fixed = pool[i]
            order = list(range(1, options + 1)) if kind in (1, 2, 6, 7) else []
            for last in range(len(order) - 1, 0, -1):
                if fixed:
                    break
                other = below(numbers, last + 1)
                order[last], order[other] = order[other], order[last]
            drawn.append((number, at, order))
    return drawn


# What cases are made of. Nothing below decides what is right.
ALPHABET = ["党", "章", "一", "年", "A", "b", "É", "é", "Ж", "ж", "Ω", "ω", "×", "7", "Ａ", "７", "，", ",", " ", "\u3000", "\u00a0",
            "\u200b", "\u2003", "\t", "-", "\u2212", "😀"]


def text(rng, least=0):
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(least, 6)))


def twisted(rng, value):
    """The text as another keyboard might give it."""
    out = []
    for char in value:
        if rng.random() < 0.2:
            char = char.swapcase()
        if rng.random() < 0.2 and "!" <= char <= "~":
            char = chr(ord(char) + 0xFEE0)
        if rng.random() < 0.1:
            char += rng.choice([" ", "\u3000", "\u200d"])
        out.append(char)
    return "".join(out)


def choice_case(rng, kind):
    options = rng.randint(2, 64 if rng.random() < 0.1 else 6)
    right = set(rng.sample(range(1, options + 1), 1 if kind == "single" and rng.random() < 0.8 else rng.randint(1, options)))
    weights = None
    if rng.random() < 0.3:
        weights = [rng.randint(1, WHOLE) if n in right else -rng.randint(0, WHOLE) for n in range(1, options + 1)]
    key = {"options": options, "right": right, "weights": weights}
    chosen = list(right) if rng.random() < 0.3 else rng.sample(range(1, options + 1), rng.randint(0, options))
    if rng.random() < 0.1:
        chosen.append(rng.choice([0, -1, options + 1, 2**62, *right]))
    rng.shuffle(chosen)
    return key, ("chosen", chosen)


def blanks_case(rng):
    blanks = []
    for _ in range(rng.randint(1, 4)):
        accepted = []
        while len(accepted) < rng.randint(1, 3):
            value = text(rng, 1)
            if form(value, True) or rng.random() < 0.2:
                accepted.append((value, rng.choice([WHOLE, WHOLE, rng.randint(1, WHOLE)])))
        blanks.append(accepted)
    given = [twisted(rng, rng.choice(a)[0]) if rng.random() < 0.7 else text(rng) for a in blanks]
    if rng.random() < 0.2:
        given = given[:-1] if rng.random() < 0.7 else given + ["x"]
    return {"blanks": blanks}, ("blanks", given)


def number_case(rng):
    numbers = []
    for _ in range(rng.randint(1, 3)):
        low = rng.randint(-3 * WHOLE, 3 * WHOLE)
        numbers.append((low, low + rng.choice([0, 1, rng.randint(0, WHOLE)]), rng.choice([WHOLE, rng.randint(1, WHOLE)])))
    low, high, _ = rng.choice(numbers)
    value = Decimal(rng.choice([low, high, low - 1, high + 1, rng.randint(low, high)])) / WHOLE
    given = f"{value:f}"
    if rng.random() < 0.3:
        given += ("" if "." in given else ".") + rng.choice(["0", "0000000", "0000001", "5"])
    if rng.random() < 0.2:
        given = rng.choice(["", "-", "+", ".", "1.", ".5", "1e3", "1,5", "0x1", "1 2", "--1", "1234567890123", "abc", given + "."])
    return {"numbers": numbers}, ("number", twisted(rng, given) if rng.random() < 0.3 else given)


def order_case(rng):
    count = rng.randint(2, 8)
    order = rng.sample(range(1, count + 1), count)
    given = list(order)
    for _ in range(rng.choice([0, 1, 1, 2, 5])):
        a, b = rng.randrange(count), rng.randrange(count)
        given[a], given[b] = given[b], given[a]
    if rng.random() < 0.1:
        given = rng.choice([given[:-1], given + [1], [1] * count, [0] + given[1:], [count + 1] + given[1:]])
    return {"order": order}, ("order", given)


def pairs_case(rng):
    lefts, rights = rng.randint(1, 8), rng.randint(2, 9)
    partner = [rng.randint(1, rights) for _ in range(lefts)]
    given = [(n, partner[n - 1] if rng.random() < 0.7 else rng.randint(1, rights)) for n in range(1, lefts + 1)]
    rng.shuffle(given)
    if rng.random() < 0.3:
        given = given[: rng.randint(0, lefts)]
    if rng.random() < 0.1:
        given.append(rng.choice([(1, 1), (0, 1), (lefts + 1, 1), (1, 0), (1, rights + 1)]))
    return {"partner": partner, "rights": rights}, ("pairs", given)


def other_key(rng, kind, key):
    """Another complete key of the same question."""
    if kind in ("single", "multiple"):
        numbers = range(1, key["options"] + 1)
        return {**key, "right": set(rng.sample(numbers, rng.randint(1, len(numbers)))), "weights": None}
    if kind == "truth":
        return {"truth": rng.random() < 0.5}
    if kind == "order":
        return {"order": rng.sample(key["order"], len(key["order"]))}
    return {**key, "partner": [rng.randint(1, key["rights"]) for _ in key["partner"]]}


def mark_case(rng):
    kind = rng.choice(["single", "multiple", "truth", "blanks", "number", "order", "pairs"])
    rule = {"multiple": rng.choice(["all", "partial"]), "penalty": rng.choice([0, 33, 50, 100, 250]),
            "order": rng.choice(["all", "places", "neighbours"]), "blanks": rng.choice(["all", "share"]),
            "pairs": rng.choice(["all", "share"]), "fold": rng.random() < 0.7}
    if kind in ("single", "multiple"):
        key, answer = choice_case(rng, kind)
    elif kind == "truth":
        key, answer = {"truth": rng.random() < 0.5}, ("truth", rng.random() < 0.5)
    else:
        key, answer = {"blanks": blanks_case, "number": number_case, "order": order_case, "pairs": pairs_case}[kind](rng)
    others = []
    if kind not in ("blanks", "number") and rng.random() < 0.2:
        others = [other_key(rng, kind, key) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.03:
        answer = rng.choice([None, ("truth", True), ("chosen", [1]), ("order", [1, 2])])
    return {"kind": kind, "rule": rule, "key": key, "others": others, "voided": rng.random() < 0.03, "answer": answer,
            "marks": rng.choice([1, 3, 100, 150, 200, 333, 10000])}


def draw_case(rng):
    topics = ["", "党章", "党费", "纪律"]
    pool = [(i + 1, rng.randint(1, 7), rng.choice(topics[1:]), rng.randint(2, 9), rng.random() < 0.1)
            for i in range(rng.randint(0, 200))]
    rows = [(rng.choice(topics), rng.choice([0, 0, rng.randint(1, 7)]), rng.randint(0, 6)) for _ in range(rng.randint(0, 5))]
    return rows, pool, rng.choice([0, MASK, rng.getrandbits(64)])


def dotted(value):
    return "." + value.encode().hex()


def listed(values):
    return ",".join(str(v) for v in values) or "-"


def key_words(kind, key):
    if kind in ("single", "multiple"):
        return f"{key['options']};{listed(sorted(key['right']))};{listed(key['weights'] or [])}"
    if kind == "truth":
        return f"{key['truth']:d}"
    if kind == "blanks":
        return ";".join(",".join(f"{dotted(t)}:{s}" for t, s in accepted) for accepted in key["blanks"])
    if kind == "number":
        return ";".join(f"{low},{high},{share}" for low, high, share in key["numbers"])
    return listed(key["order"]) if kind == "order" else f"{key['rights']};{listed(key['partner'])}"


def written(case):
    kind, rule, answer = case["kind"], case["rule"], case["answer"]
    rules = (f"{rule['multiple'] == 'partial':d},{['all', 'places', 'neighbours'].index(rule['order'])},"
             f"{rule['blanks'] == 'share':d},{rule['pairs'] == 'share':d},{not rule['fold']:d},{rule['penalty']}")
    keys = "!" * case["voided"] + "|".join(key_words(kind, key) for key in [case["key"], *case["others"]])
    if answer is None:
        given = "none"
    else:
        name, value = answer
        inner = {"chosen": listed, "order": listed, "truth": lambda v: f"{v:d}", "number": dotted,
                 "blanks": lambda v: ",".join(map(dotted, v)) or "-",
                 "pairs": lambda v: ",".join(f"{a}:{b}" for a, b in v) or "-"}[name](value)
        given = f"{name}={inner}"
    return f"mark {mark(case)} {case['marks']} {kind} {rules} {keys} {given}"


def main():
    rng = random.Random(int(sys.argv[1]))
    for n in range(int(sys.argv[2])):
        if n % 20:
            print(written(mark_case(rng)))
            continue
        rows, pool, seed = draw_case(rng)
        drawn = draw(rows, pool, seed)
        print("draw", seed, ";".join(f"{dotted(t)},{k},{c}" for t, k, c in rows) or "-",
              ";".join(f"{n},{k},{dotted(t)},{o},{f:d}" for n, k, t, o, f in pool) or "-",
              "short" if drawn is None else ";".join(f"{n}:{r}:{listed(o)}" for n, r, o in drawn) or "-")


main()
