"""A question bank of all seven kinds as CSV, and answers to it, right and wrong.  SPDX-License-Identifier: Apache-2.0"""
import csv
import io

A_KIND = 4
KINDS = ["single", "multiple", "truth", "blanks", "number", "order", "pairs"]


def questions(random):
    """The rows, and what is right by stem."""
    rows, right = [], {}
    for kind in KINDS:
        for n in range(A_KIND):
            number = len(rows) + 1
            stem = f"第{number}问（{kind}{n}）"
            row = {"number": number, "kind": kind, "topic": "测试", "stem": stem, "options": "", "key": "", "marks": 2,
                   "explanation": "依据章程", "source": "《中国共产党章程》"}
            texts = [f"{number}之{word}" for word in ("甲", "乙", "丙", "丁")]
            if kind == "single":
                chosen = random.randrange(4)
                row.update(options=" | ".join(texts), key=str(chosen + 1))
                right[stem] = [texts[chosen]]
            elif kind == "multiple":
                chosen = sorted(random.sample(range(4), random.choice((2, 3))))
                row.update(options=" | ".join(texts), key=",".join(str(c + 1) for c in chosen))
                right[stem] = [texts[c] for c in chosen]
            elif kind == "truth":
                right[stem] = random.random() < 0.5
                row.update(key="对" if right[stem] else "错")
            elif kind == "blanks":
                row.update(stem=stem + "基层组织是（ ）的（ ）。", key=f"Party Branch {number}/战斗堡垒{number} | 基础{number}")
                right[row["stem"]] = [[f"Party Branch {number}", f"战斗堡垒{number}"], [f"基础{number}"]]
            elif kind == "number":
                row.update(key=f"{number}.5±0.25")
                right[stem] = number
            elif kind == "order":
                row.update(options=" | ".join(texts))
                right[stem] = texts
            else:
                row.update(options=" | ".join(f"{t}左=>{t}右" for t in texts[:3]))
                right[stem] = {t + "左": t + "右" for t in texts[:3]}
            rows.append(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue(), right


def dressed(random, text):
    """The same text as a phone's keyboard may write it."""
    way = random.randrange(5)
    if way == 0:
        return "　" + text + " "
    if way == 1:
        return "".join(chr(ord(c) + 0xfee0) if "!" <= c <= "~" else c for c in text)
    if way == 2:
        return text.upper().replace(" ", "   ")
    if way == 3:
        return text[:2] + "\u200b" + text[2:]
    return text


def answer(random, question, right):
    """An answer to a shown question: right three times in five, else wrong in one way or another."""
    kind, good = question["kind"], random.random() < 0.6
    options = {o["text"]: o["option"] for o in question["options"]}
    rights = {o["text"]: o["option"] for o in question["rights"]}
    key = right[question["stem"]]
    if kind == "single":
        return {"chosen": [options[key[0]] if good else random.choice(list(options.values()))]}
    if kind == "multiple":
        if good:
            return {"chosen": [options[text] for text in random.sample(key, len(key))]}
        return {"chosen": random.sample(list(options.values()), random.randrange(0, 4))}
    if kind == "truth":
        return {"truth": key if good else not key}
    if kind == "blanks":
        texts = [dressed(random, random.choice(accepted)) for accepted in key]
        if not good:
            texts[random.randrange(2)] = random.choice(["", "群众路线", "基 础"])
        return {"blanks": texts}
    if kind == "number":
        edges = [f"{key}.5", f"{key}.250", f"{key}.75", f"+{key}.6", "".join(chr(ord(c) + 0xfee0) for c in f"{key}.4")]
        return {"number": random.choice(edges if good else [f"{key}.7500001", f"{key}.2499999", "-1", "一", f"{key + 1}"])}
    if kind == "order":
        order = [options[text] for text in key]
        return {"order": order if good else random.sample(order, len(order))}
    pairs = [{"left": options[left], "right": rights[to]} for left, to in key.items()]
    if not good:
        pairs = [{"left": pair["left"], "right": random.choice(list(rights.values()))} for pair in pairs][:random.randrange(4)]
    return {"pairs": pairs}
