"""A small county and an examination, made by commands.  SPDX-License-Identifier: Apache-2.0"""
import json
import time

from instance import CHECKOUT, eventually

QUESTIONS = """number,kind,topic,stem,options,key,marks,explanation,source
1,single,党章,党的最高理想和最终目标是什么？,小康社会 | 实现共产主义 | 共同富裕,2,2,党章总纲首段,《中国共产党章程》总纲
2,multiple,党章,发展党员必须坚持的原则包括哪些？,入党自愿 | 个别吸收 | 集体突击,"1,2",2,自愿与个别吸收,发展党员工作细则
3,truth,组织,预备党员有表决权。,,错,2,预备党员没有表决权、选举权和被选举权,《中国共产党章程》第七条
4,blanks,组织,党的基层组织是党的全部工作和（ ）的基础。,战斗力,,2,基层组织的地位,《中国共产党章程》第三十二条
5,number,组织,预备党员的预备期为几年？,,1±0,2,预备期一年,《中国共产党章程》第七条
6,order,发展,把发展党员的阶段排序。,申请入党 | 入党积极分子 | 发展对象 | 预备党员,,2,四个阶段,发展党员工作细则
7,pairs,会议,会议与频次配对。,支部党员大会=>每季度 | 支部委员会会议=>每月 | 组织生活会=>每年,,2,三会一课,支部工作条例
"""
KINDS = ["single", "multiple", "truth", "blanks", "number", "order", "pairs"]


def stamp(milliseconds):
    seconds, rest = divmod(int(milliseconds), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


def adopt(admin, name):
    """A procedure of the house, unless another test has adopted it."""
    pack = json.loads((CHECKOUT / "sql" / "packs" / f"{name}.json").read_text(encoding="utf-8"))
    if pack["name"] not in [row["procedure"] for row in admin.get("/v1/procedures?limit=200").json["rows"]]:
        admin.command("POST", "/v1/procedures", {"pack": pack})


def approved(asker, second, organisation, target, downloads=1):
    """The address of a workbook of many persons, approved by a second person."""
    export = asker.command("POST", "/v1/exports", {"organisation": organisation, "target": target, "purpose": "核对"})["command"]
    case = asker.command("POST", "/v1/cases", {
        "procedure": "export-of-persons", "organisation": organisation, "move": "propose-export",
        "given": {"facts": [{"fact": "export", "value": {"code": export}}, {"fact": "downloads", "value": {"number": downloads}}]}})["command"]
    second.command("POST", f"/v1/cases/{case}/moves", {"version": 1, "move": "approve-export", "given": {}})
    return f"{target}&export={export}"


class County:
    """A county committee, two committees with two branches each, `size` members a branch, one question bank."""

    def __init__(self, instance, admin, new_client, size=3, founded=None):
        self.founded = {"effective": founded} if founded else {}
        self.instance, self.admin, self.new_client = instance, admin, new_client
        self.password, self.recruits = "correct horse battery", 0
        self.root = self.organisation(None, "county_committee", "中共测试县委员会", "县委", 0)
        self.committees, self.branches, self.members = [], [], {}
        for c in range(2):
            committee = self.organisation(self.root, "committee", f"中共测试县第{c + 1}镇委员会", f"第{c + 1}镇党委", c)
            self.committees.append(committee)
            for b in range(2):
                branch = self.organisation(committee, "branch", f"中共测试县第{c + 1}镇第{b + 1}村支部委员会",
                                           f"第{c + 1}镇{b + 1}村支部", b)
                self.branches.append(branch)
                logins = [f"t{c}{b}{n:02d}" for n in range(size)]
                enrolled = admin.command("POST", "/v1/members", {
                    "organisation": branch, "initial_password": self.password,
                    "members": [{"login": login, "name": f"测试员{login[1:]}", "ethnicity": "黎族", "birth_year": 1980,
                                 "joined_year": 2010} for login in logins]})
                self.members.update(zip(logins, enrolled["result"]["members"]))
        self.bank = admin.command("POST", "/v1/banks", {"organisation": self.root, "name": "测试题库"})["command"]
        taken = admin.command("POST", f"/v1/questions:import?bank={self.bank}&format=csv", QUESTIONS.encode(),
                              headers={"Content-Type": "text/csv"})
        assert taken["result"]["taken"] == len(KINDS) and taken["result"]["refused"] == 0, taken

    def open_board(self):
        """Points for examinations, ten for full marks, and the members' board with names; the county again."""
        self.admin.command("POST", "/v1/points/rules", {
            "rule": "exam", "title": "在线考试", "version": 1, "effective_from": "2026-01-01T00:00:00Z", "basis": "mark_share",
            "amount": 10, "daily_cap": 15, "legal_basis": "测试县委〔2026〕1号"})
        self.admin.command("PUT", "/v1/boards/members", {"open": True, "names": True, "legal_basis": "测试县委〔2026〕1号"})
        return self

    def organisation(self, parent, kind, name, short, ordinal):
        body = {"kind": kind, "name": name, "short_name": short, "ordinal": ordinal, **({"parent": parent} if parent else {}), **self.founded}
        return self.admin.command("POST", "/v1/organisations", body)["command"]

    def exam(self, **changes):
        """A published examination of all seven questions; its id."""
        now = self.instance.now()
        body = {"organisation": self.root, "title": "测试考试", "opens_at": stamp(now - 3600000),
                "closes_at": stamp(now + 86400000), "minutes": 30, "grace_seconds": 10, "attempts": 2, "counted": "highest",
                "multiple": "all_or_nothing", "penalty": 0, "release": "all_at_once",
                "sections": [{"bank": self.bank, "kind": kind, "draw": 1, "marks": 2} for kind in KINDS], **changes}
        exam = self.admin.command("POST", "/v1/exams", body)["command"]
        published = self.admin.command("POST", f"/v1/exams/{exam}/publication")
        assert published["result"]["full_mark"] == 14
        eventually(lambda: any(row["exam"] == exam for row in self.admin.get("/v1/exams?limit=200").json["rows"]))
        return exam

    def member(self, login):
        return eventually(lambda: self.try_log_in(login))

    def try_log_in(self, login):
        client = self.new_client()
        reply = client.send("POST", "/v1/sessions", {"login": login, "password": self.password})
        if reply.status != 201:
            client.close()
            return None
        client.token, client.login = reply.json["access_token"], (login, self.password)
        if client.exchange("GET", "/v1/me", None, None, 30).status != 200:
            client.close()  # PostgreSQL knows the account, the front's view not yet
            return None
        return client

    def enrol(self, branch, count=1):
        """New members of a branch; their clients, logged in, each with its `id`."""
        logins = [f"n{self.recruits + n:05d}" for n in range(count)]
        self.recruits += count
        made = self.admin.command("POST", "/v1/members", {
            "organisation": branch, "initial_password": self.password,
            "members": [{"login": login, "name": f"新员{login[1:]}", "ethnicity": "汉族", "birth_year": 1990,
                         "joined_year": 2015} for login in logins]})["result"]["members"]
        clients = []
        for login, member in zip(logins, made):
            self.members[login] = member
            clients.append(self.member(login))
            clients[-1].id = member
        return clients

    def recruit(self, branch=None):
        return self.enrol(branch or self.branches[0])[0]

    def officer(self, role, organisation, branch=None):
        """A new account with a role over a subtree."""
        client = self.recruit(branch)
        self.admin.command("POST", "/v1/grants", {"account": client.id, "role": role, "organisation": organisation})
        eventually(lambda: any(grant["role"] == role for grant in client.get("/v1/me").json["grants"]))
        return client


# The right answers, found by the texts that the candidate is shown.
SINGLE, MULTIPLE = "实现共产主义", ["入党自愿", "个别吸收"]
ORDER = ["申请入党", "入党积极分子", "发展对象", "预备党员"]
PAIRS = {"支部党员大会": "每季度", "支部委员会会议": "每月", "组织生活会": "每年"}


def right_answer(question):
    options = {option["text"]: option["option"] for option in question["options"]}
    rights = {option["text"]: option["option"] for option in question["rights"]}
    kind = question["kind"]
    if kind == "single":
        return {"chosen": [options[SINGLE]]}
    if kind == "multiple":
        return {"chosen": [options[text] for text in MULTIPLE]}
    if kind == "truth":
        return {"truth": False}
    if kind == "blanks":
        return {"blanks": ["　战斗力 "]}
    if kind == "number":
        return {"number": "1.0"}
    if kind == "order":
        return {"order": [options[text] for text in ORDER]}
    return {"pairs": [{"left": options[left], "right": rights[right]} for left, right in PAIRS.items()]}


def wrong_answer(question):
    kind = question["kind"]
    if kind == "single":
        return {"chosen": [next(o["option"] for o in question["options"] if o["text"] != SINGLE)]}
    if kind == "multiple":
        return {"chosen": []}
    return {"truth": {"truth": True}, "blanks": {"blanks": ["创造力"]}, "number": {"number": "3"},
            "order": {"order": [o["option"] for o in question["options"]][::-1]}, "pairs": {"pairs": []}}[kind] \
        if kind != "order" else {"order": list(reversed(right_answer(question)["order"]))}
