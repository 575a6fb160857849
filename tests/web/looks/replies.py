"""What a front would answer, made from openapi.json alone: a new route has its replies at once, and none can rot.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import random
import re
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from jsonschema import Draft202012Validator

CHECKOUT = Path(__file__).parents[3]
DOCUMENT = json.loads((CHECKOUT / "docs" / "openapi.json").read_text(encoding="utf-8"))
ROWS, MANY = 12, 10_000

PEOPLE = ("王秀英", "符志强", "陈海燕", "欧阳建国", "李娜", "吴育才", "黄丽珍", "林明", "周德胜", "高玉兰", "邢增辉", "谭小妹")
LONG_PEOPLE = ("阿卜杜热依木·买买提吐尔孙江", "迪丽热巴·阿不都克力木艾合买提")
PLACES = ("保城镇党委", "什玲镇党委", "县教育局党委", "加茂镇共村支部", "响水镇合口村支部", "县委办机关支部", "新政镇毛朋村支部", "六弓乡党委")
FULL_PLACES = ("中共保亭黎族苗族自治县保城镇委员会", "中共保亭黎族苗族自治县什玲镇界村支部委员会", "中共保亭黎族苗族自治县教育局委员会")
LONG_PLACES = ("中共保亭黎族苗族自治县响水镇合口村第三网格联合党总支部委员会", "保亭县农村商业银行与热带作物研究院离退休干部联合支部委员会")
TITLES = ("2026年第四季度党章党规知识考试", "学习贯彻党的二十届四中全会精神", "发展党员工作细则专题", "预备党员转正前测试", "农村基层组织工作条例")
LONG_TITLES = ("保亭黎族苗族自治县2026年第四季度党员学习《中国共产党章程》《中国共产党纪律处分条例》《中国共产党农村基层组织工作条例》知识考试（全县党员）",)
STEMS = ("党的最高理想和最终目标是什么？", "预备党员的预备期为几年？", "发展党员必须坚持的原则包括哪些？", "预备党员有表决权。")
LONG_STEMS = ("根据《中国共产党农村基层组织工作条例》，村党组织领导和推进农村改革、产业发展、乡村治理与文明建设，凡农村的重要事项和重大问题都要经党组织研究讨论。"
              "下列做法中，符合“四议两公开”决策程序的是哪一项？",)
OPTIONS = ("实现共产主义", "全面建成小康社会", "实现共同富裕", "建设社会主义现代化国家")
LONG_OPTIONS = ("村党组织提议、村“两委”会议商议、党员大会审议、村民会议或者村民代表会议决议，决议公开、实施结果公开",)
TOPICS, BANKS = ("党章", "组织", "纪律", "发展党员"), ("党章党规题库", "农村党建题库", "纪律处分条例题库")
TEXTS = {"explanation": ("见《中国共产党章程》总纲首段。",), "source": ("《中国共产党章程》总纲",), "legal_basis": ("保亭县委〔2026〕12号第三条",),
         "rule_title": ("在线考试", "专题学习", "参加党员大会"), "topic": TOPICS, "bank_name": BANKS, "worker": ("grading", "points", "roster"), "process": ("front", "relay", "worker-exam"),
         "instance": ("county-1:2314",), "ethnicity": ("黎族",), "period": ("2026Q4",), "token_type": ("Bearer",), "board": ("members",),
         "headers": ('{"ce_type":"exam_submit"}',), "column": ("答案",), "confirmed_why": ("证明属实",), "proposed_why": ("停电，有村委会证明",),
         "digest": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",), "media": ("text/csv",), "detail": ("The request was refused",),
         "detail_zh": ("您的账号没有这项权限，请联系所在党支部。",), "title_zh": ("没有权限",)}
LONGER = {"explanation": LONG_STEMS, "source": ("《中国共产党农村基层组织工作条例》第十九条",), "bank_name": ("农村基层组织工作条例与乡村治理专题题库（2026年修订版）",)}
NUMBERS = {"minutes": (30, 60, 45), "attempts": (2, 1, 3), "drawn": (50, 30, 7), "full_mark": (100,), "mark": (92, 86.5, 74, 100), "grace_seconds": (10,),
           "total": (ROWS,), "members": (512, 430, 388, 96), "started": (480, 300, 211, 90), "handed_in": (470, 255, 150, 88), "graded": (470, 250, 148, 88),
           "ordinal": (1, 2, 3), "status": (403,), "points": (860, 742.5, 610, 98), "blanks": (0,), "questions": (120, 60, 47), "version": (1, 2)}


def reference(schema):
    """The schema that is meant."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def stamp(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def ident(*seed):
    """The same id for the same seed."""
    return str(uuid.UUID(hashlib.md5(repr(seed).encode()).hexdigest(), version=4))


class Replies:
    """Values for schemas: `longest` in names and texts."""

    def __init__(self, longest=False, now=None):
        self.longest, self.now = longest, now or datetime.now(timezone.utc)

    def text(self, name, schema, row, owner):
        said = (owner + schema.get("description", "")).lower()
        if name in TEXTS:
            chosen = LONGER.get(name, TEXTS[name]) if self.longest else TEXTS[name]
        elif name in ("name", "short_name", "org_name", "organisation_name", "cause_title", "proposed_name", "confirmed_name"):
            chosen = self.names(name, owner, said)
        elif name == "title":
            chosen = LONG_TITLES if self.longest and "exam" in said + owner else TITLES
        elif name in ("stem", "text"):
            chosen = {"stem": (STEMS, LONG_STEMS), "text": (OPTIONS, LONG_OPTIONS)}[name][self.longest]
        elif name in ("login", "number", "rule", "role", "type"):
            return {"login": f"m{row + 1:06d}", "number": "1", "rule": "exam", "role": "member", "type": "exam_submit"}[name]
        elif name == "reason":
            chosen = ("超过截止时间后到达",)
        elif name.endswith("token"):
            return "synthesised-" + "0" * 20
        else:
            chosen = (schema.get("description", "文字"),)
        if schema.get("minLength", 0) == schema.get("maxLength") == 64:  # a digest, whatever its name
            chosen = TEXTS["digest"]
        said = chosen[row % len(chosen)][:schema.get("maxLength", 200)]
        return said + "0" * (schema.get("minLength", 0) - len(said))

    def names(self, name, owner, said):
        if name == "cause_title":
            return LONG_TITLES if self.longest else TITLES
        if "bank" in owner and name == "name":
            return LONGER["bank_name"] if self.longest else BANKS
        if name in ("proposed_name", "confirmed_name"):
            return LONG_PEOPLE if self.longest else PEOPLE
        if name == "name" and not re.search(r"organisation|progress|audience|part|short name", said):
            return LONG_PEOPLE if self.longest else PEOPLE
        if self.longest:
            return LONG_PLACES
        return FULL_PLACES if name == "name" and "organisation" in owner else PLACES

    def number(self, name, schema, row, owner):
        if name in ("rank", "number", "option", "question"):
            value = row + 1
        elif name in NUMBERS:
            value = NUMBERS[name][row % len(NUMBERS[name])]
        else:
            value = random.Random(f"{owner}.{name}.{row}").randint(1, 90)
        value = max(schema.get("minimum", value), min(schema.get("maximum", value), value))
        return int(value) if schema["type"] == "integer" else value

    def time(self, name, row):
        if name in ("opens_at", "effective_from"):
            return stamp(self.now - timedelta(days=row * 9, hours=2))
        if name in ("closes_at", "deadline"):
            return stamp(self.now + timedelta(days=2 - row * 9, hours=3))
        return stamp(self.now - timedelta(minutes=7 + 90 * row))

    def value(self, schema, name="", row=0, owner=""):
        """A value of the schema; `row`: which of a list it belongs to; `owner`: the name of the record that it stands in."""
        if "$ref" in schema:
            owner = schema["$ref"].rsplit("/", 1)[1]
        schema = reference(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][row % len(schema["enum"])]
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self.value(schema[choice][0], name, row, owner)
        kind = schema.get("type", "object")
        if kind == "object":
            members = list(schema.get("properties", {}).items())[:schema.get("maxProperties")]
            return {each: self.value(inner, each, row, owner) for each, inner in members}
        if kind == "array":
            count = max(schema.get("minItems", 0), min(schema.get("maxItems", 4), 4))
            return [self.value(schema["items"], name, row * 7 + place, owner) for place in range(count)]
        if kind == "string":
            return self.string(name, schema, row, owner)
        if kind == "boolean":
            return True
        return self.number(name, schema, row, owner)

    def string(self, name, schema, row, owner):
        if schema.get("format") == "uuid":
            return ident(name, row)  # an examination's id is the same in every record that names it
        if schema.get("format") == "date-time":
            return self.time(name, row)
        if schema.get("format") == "date":
            return self.time(name, row)[:10]
        return self.text(name, schema, row, owner)

    def page(self, schema, count, total):
        """A page of a list: `count` rows of `total`."""
        rows = [self.value(schema["properties"]["rows"]["items"], "rows", row, "") for row in range(count)]
        return {"rows": rows, "total": total}


class Operation:
    """One route of the document: whether a request is its, what it answers, and whether an answer fits."""

    def __init__(self, path, method, row):
        self.path, self.method, self.row, self.id = path, method.upper(), row, row["operationId"]
        self.pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(path)) + "$")
        self.status = next((each for each in ("200", "201", "202", "204") if each in row["responses"]), None)
        content = row["responses"].get(self.status, {}).get("content", {})
        self.media, self.schema = next(((media, body.get("schema", {})) for media, body in content.items()), ("application/json", {}))
        self.stream = self.media == "text/event-stream"
        if self.stream:  # what its events hold is told in words: "Events named frame, data as board_frame"
            named = re.search(r"data as (\w+)", row["responses"]["200"]["description"])
            self.schema = {"$ref": f"#/components/schemas/{named[1]}"}
        self.validator = Draft202012Validator({**self.schema, "components": DOCUMENT["components"]})

    @property
    def lists(self):
        return reference(self.schema).get("properties", {}).get("rows", {}).get("type") == "array"

    def judge(self, value):
        """Fails when the document does not allow the value."""
        fault = next(self.validator.iter_errors(value), None)
        assert fault is None, f"{self.id}: {fault.message} at {fault.json_path}"


OPERATIONS = [Operation(path, method, row) for path, methods in DOCUMENT["paths"].items() for method, row in methods.items()
              if method in ("get", "post", "put", "delete")]
PROBLEM = Draft202012Validator({"$ref": "#/components/schemas/problem", "components": DOCUMENT["components"]})


def operation_of(method, path):
    """A path that is written out goes before one with a parameter in its place."""
    return min((each for each in OPERATIONS if each.method == method and each.pattern.match(path)), key=lambda each: each.path.count("{"), default=None)


def problem(kind, status, detail_zh, title_zh="未通过"):
    """A problem as the front tells it."""
    told = {"type": f"urn:baoting:problem:{kind}", "title": kind.replace("_", " "), "title_zh": title_zh, "status": status,
            "detail": "The request was refused.", "detail_zh": detail_zh, "errors": []}
    fault = next(PROBLEM.iter_errors(told), None)
    assert fault is None, fault.message
    return told
