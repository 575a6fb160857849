"""The demonstration's questions, read from questions/*.csv and *.gift.  SPDX-License-Identifier: Apache-2.0"""
import csv
import pathlib
import re
from dataclasses import dataclass, field
from decimal import Decimal

FOLDER = pathlib.Path(__file__).resolve().parent / "questions"
KINDS = ("single", "multiple", "truth", "blanks", "number", "order", "pairs")
COLUMNS = ["number", "kind", "topic", "stem", "options", "key", "marks", "explanation", "source"]
BLANK = "____"


class Fault(Exception):
    """A question that cannot be read, with its place."""


@dataclass
class Question:
    """One question: `options` as listed (left entries of pairs), `key` by kind: a set of option texts (single,
    multiple), a bool (truth), a list of lists of accepted texts (blanks), value and tolerance (number), the option
    texts in order (order), a dict left to right (pairs)."""

    number: str
    kind: str
    topic: str
    stem: str
    options: list
    key: object
    explanation: str
    source: str
    place: str
    rights: list = field(default_factory=list)


def parts(text, mark="|"):
    """The trimmed parts of a cell; none of an empty cell."""
    return [part.strip() for part in text.split(mark)] if text.strip() else []


def stem_form(stem):
    """A stem as a key for looking up: one underscore for each blank, no white space."""
    return re.sub(r"\s+", "", re.sub("_+", "_", stem))


def number_key(text):
    """Value and tolerance of 3.5±0.05."""
    value, _, tolerance = text.partition("±")
    return Decimal(value.strip()), Decimal(tolerance.strip() or "0")


def read_key(kind, options, key):
    """Options, rights and key of a CSV row's two cells."""
    listed = parts(options)
    if kind in ("single", "multiple"):
        return listed, [], {listed[int(number) - 1] for number in key.split(",")}
    if kind == "truth":
        return [], [], {"true": True, "false": False}[key]
    if kind == "blanks":
        return [], [], [parts(blank, "/") for blank in listed]
    if kind == "number":
        return [], [], number_key(key)
    if kind == "order":
        return listed, [], listed
    pairs = dict(tuple(part.strip() for part in pair.split("=>")) for pair in listed)
    return list(pairs), list(dict.fromkeys(pairs.values())), pairs


def read_csv(path):
    """The questions of one CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise Fault(f"{path.name}: the header is {reader.fieldnames}")
        for row in reader:
            place = f"{path.name}:{reader.line_num}"
            try:
                options, rights, key = read_key(row["kind"], row["options"], row["key"])
            except (ValueError, IndexError, KeyError, ArithmeticError) as fault:
                raise Fault(f"{place}: key {row['key']!r} cannot be read: {fault}") from fault
            yield Question(row["number"], row["kind"], row["topic"], row["stem"], options, key,
                           row["explanation"], row["source"], place, rights)


def unescape(text):
    """A GIFT text without its backslashes."""
    return re.sub(r"\\([\\:#={}~])", r"\1", text).strip()


def bare(pattern):
    """A pattern that is not behind a backslash."""
    return r"(?<!\\)" + pattern


def gift_answers(block, place):
    """Kind, options, rights and key of an answer block without its feedback."""
    if block in ("TRUE", "FALSE"):
        return "truth", [], [], block == "TRUE"
    if block.startswith("#"):
        value, _, tolerance = block[1:].lstrip("=").partition(":")
        return "number", [], [], (Decimal(value), Decimal(tolerance or "0"))
    if re.search(bare("~"), block):
        entries = [entry for entry in re.split(bare("(?=[=~])"), block) if entry.strip()]
        weighed = [re.match(r"~%[\d.]+%", entry) for entry in entries]
        texts = [unescape(entry[match.end() if match else 1:]) for entry, match in zip(entries, weighed)]
        right = {text for text, entry, match in zip(texts, entries, weighed) if match or entry.startswith("=")}
        return "multiple" if any(weighed) else "single", texts, [], right
    entries = [entry.strip() for entry in re.split(bare("="), block) if entry.strip()]
    if not entries:
        raise Fault(f"{place}: no answers")
    if "->" in block:
        pairs = dict(tuple(unescape(side) for side in entry.split("->")) for entry in entries)
        return "pairs", list(pairs), list(dict.fromkeys(pairs.values())), pairs
    return "blanks", [], [], [[unescape(entry) for entry in entries]]


def read_gift(path):
    """The questions of one GIFT file."""
    topic = ""
    for paragraph in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        text = "\n".join(line for line in paragraph.split("\n") if not line.strip().startswith("//")).strip()
        if text.startswith("$CATEGORY:"):
            topic = text.partition(":")[2].strip()
            continue
        if not text:
            continue
        match = re.fullmatch(r"::(.*?)::(.*?)(?<!\\)\{(.*?)(?<!\\)\}(.*)", text, re.S)
        if not match:
            raise Fault(f"{path.name}: cannot read {text[:40]!r}")
        number, before, block, behind = match.groups()
        block, _, feedback = block.partition("####")
        kind, options, rights, key = gift_answers(block.strip(), f"{path.name}: {number}")
        stem = unescape(before) + (BLANK + unescape(behind) if behind.strip() else BLANK if kind == "blanks" else "")
        explanation, _, source = unescape(feedback).partition("（依据：")
        yield Question(number, kind, topic, stem, options, key, explanation, source.removesuffix("）"),
                       f"{path.name}: {number}", rights)


def read_all(folder=FOLDER):
    """All questions, file by file."""
    questions = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".gift"):
            questions += read_csv(path) if path.suffix == ".csv" else read_gift(path)
    return questions
