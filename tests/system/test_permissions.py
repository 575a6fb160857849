"""Who may do what: every declared route, by every role at every place. The table is written by hand, from the issue and
the permission matrix; a route that is not in it fails.  SPDX-License-Identifier: Apache-2.0"""
import http.client
import uuid

import pytest
from county import KINDS, QUESTIONS, stamp
from instance import CHECKOUT, eventually
from sitting import sit, start

# A role is held over the organisation that the request is about (own), another committee beside it (sibling), the county
# above it (parent) or a branch below it (child). What is not listed is refused with 403.
EVERYWHERE = "own sibling parent child"
ROLES = ["member", "branch_officer", "committee_administrator", "county_administrator", "operator", "screen",
         "system_administrator", "security_administrator", "audit_administrator"]
EVERYONE = {role: EVERYWHERE for role in ROLES}  # each account is also a member
EXAMINERS = {"county_administrator": "own parent", "committee_administrator": "own parent"}
COUNTY_ADMINISTRATOR, OPERATOR = {"county_administrator": "parent"}, {"operator": "parent"}

TABLE = {  # operation: (who may, what they get, what the others get)
    "organisation_create": (COUNTY_ADMINISTRATOR, 202, 403),
    "organisation_list": (EVERYONE, 200, 403),
    "organisation_show": (EVERYONE, 200, 403),
    "organisation_changes": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    **{operation: (COUNTY_ADMINISTRATOR, 202, 403) for operation in (
        "organisation_rename", "organisation_move", "organisation_adjust", "organisation_split", "organisation_merge",
        "organisation_dissolve", "membership_place", "membership_release", "organisation_rule_adopt")},
    "office_appoint": (EXAMINERS, 202, 403),
    "office_relieve": (EXAMINERS, 202, 403),
    "term_begin": (EXAMINERS, 202, 403),
    "organisation_rule_list": (EVERYONE, 200, 403),
    "officer_list": (EVERYONE, 200, 403),
    "organisation_warnings": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    "membership_entries": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    "membership_ledger_show": ({**COUNTY_ADMINISTRATOR, "audit_administrator": "parent"}, 200, 403),
    "member_enrol": (COUNTY_ADMINISTRATOR, 202, 403),
    "grant_give": ({"county_administrator": "parent", "security_administrator": "parent"}, 202, 403),
    "grant_end": ({"county_administrator": "parent", "security_administrator": "parent"}, 202, 403),
    "grant_list": ({**EXAMINERS, "security_administrator": "own parent", "audit_administrator": "own parent"}, 200, 403),
    "session_open": (EVERYONE, 401, 401),  # the password is wrong
    "session_refresh": (EVERYONE, 401, 401),  # the token is none
    "session_close": (EVERYONE, 204, 204),  # nobody learns whether a token was good
    "me": (EVERYONE, 200, 403),
    "exam_agenda": (EVERYONE, 200, 403),
    "attempt_show": ({}, 200, 404),  # another's attempt is not there, for anybody
    "sheet_me": (EVERYONE, 200, 403),
    "wrong_answers_me": (EVERYONE, 200, 403),
    "points_summary_me": (EVERYONE, 200, 403),
    # to sit it: those whose own branch or committee is in the examination's organisation; the worker says so
    "exam_start": ({"member": "own child"}, 200, 403),
    "exam_answer": ({}, 202, 404),  # another's attempt is not there, for anybody
    "exam_submit": ({}, 202, 404),
    "bank_create": (EXAMINERS, 202, 403),
    "bank_list": (EXAMINERS, 200, 403),
    "question_import": (EXAMINERS, 202, 403),
    "question_retire": (EXAMINERS, 202, 403),
    "question_list": (EXAMINERS, 200, 403),
    "question_versions": (EXAMINERS, 200, 403),
    "bank_topics": (EXAMINERS, 200, 403),
    "exam_managed": ({**EXAMINERS, "branch_officer": "own parent", "screen": "own parent"}, 200, 403),
    "exam_show": ({role: "own parent child" for role in (*EXAMINERS, "branch_officer", "screen")}, 200, 403),
    "exam_preview": (EXAMINERS, 200, 403),
    "question_add": (EXAMINERS, 202, 403),
    "question_change": (EXAMINERS, 202, 403),
    "exam_create": (EXAMINERS, 202, 403),
    "exam_change": (EXAMINERS, 202, 403),
    "exam_discard": (EXAMINERS, 202, 403),
    "exam_list": (EVERYONE, 200, 403),
    "exam_publish": (EXAMINERS, 202, 403),
    "exam_release": (EXAMINERS, 202, 403),
    "exam_extend": (EXAMINERS, 202, 403),
    "exam_move": (EXAMINERS, 202, 403),
    "paper_list": (EXAMINERS, 200, 403),
    "key_propose": (EXAMINERS, 202, 403),
    "key_adopt": (EXAMINERS, 202, 403),
    "exam_candidates": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    "exam_results": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    "exam_results_workbook": ({**EXAMINERS, "branch_officer": "own parent"}, 200, 403),
    "key_list": (EXAMINERS, 200, 403),
    "key_changes": (EXAMINERS, 200, 403),
    "refused_list": (EXAMINERS, 200, 403),
    "admission_propose": (EXAMINERS, 202, 403),
    "admission_confirm": (EXAMINERS, 202, 403),
    "exam_result_me": (EVERYONE, 200, 403),
    "exam_progress": ({**EXAMINERS, "branch_officer": "own parent", "screen": "own parent"}, 200, 403),
    "exam_pulse": ({**EXAMINERS, "branch_officer": "own parent", "screen": "own parent"}, 200, 403),
    "points_rule_adopt": (COUNTY_ADMINISTRATOR, 202, 403),
    "points_rule_list": ({"county_administrator": EVERYWHERE, "committee_administrator": EVERYWHERE}, 200, 403),
    "points_entries": (EXAMINERS, 200, 403),
    "board_switch": (COUNTY_ADMINISTRATOR, 202, 403),
    "board_show": (COUNTY_ADMINISTRATOR, 200, 403),
    "leaderboard_members": (EVERYONE, 200, 403),
    "leaderboard_organisations": (EVERYONE, 200, 403),
    "leaderboard_me": (EVERYONE, 200, 403),
    "leaderboard_stream": (EVERYONE, 200, 403),
    "points_me": (EVERYONE, 200, 403),
    "message_replay": (OPERATOR, 202, 403),
    "parked_list": (OPERATOR, 200, 403),
    "parked_show": (OPERATOR, 404, 403),  # there is no such message
    "process_list": (OPERATOR, 200, 403),
    "lag_list": (OPERATOR, 200, 403),
    "command_outcome": ({}, 200, 404),  # another's command is not there, for anybody
}
# What stands in the address is not there for whoever has the role elsewhere.
HIDDEN = {"exam_preview", "question_add", "question_change", "exam_candidates", "exam_results", "exam_results_workbook", "key_list",
          "key_changes", "bank_list", "question_import", "question_retire", "question_list", "question_versions", "bank_topics",
          "exam_managed", "exam_show", "exam_change", "exam_discard", "exam_publish", "exam_release", "exam_extend", "exam_move",
          "paper_list", "key_propose", "key_adopt", "refused_list", "admission_propose", "admission_confirm", "exam_progress",
          "exam_pulse", "points_entries", "organisation_changes", "organisation_warnings", "membership_entries", "office_appoint",
          "office_relieve", "term_begin", "grant_list"}
NOBODY = {"session_close": 204}  # without a token: everything is 401
NOWHERE = "00000000-0000-4000-8000-00000000000f"


def draft(client, county, organisation, bank, **changes):
    """An examination not yet published; unless told otherwise, of one question of the bank, which may have none."""
    now = county.instance.now()
    return client.command("POST", "/v1/exams", {
        "organisation": organisation, "title": "草稿", "opens_at": stamp(now - 1000), "closes_at": stamp(now + 3600000),
        "minutes": 30, "grace_seconds": 10, "attempts": 2, "counted": "highest", "multiple": "all_or_nothing", "penalty": 0,
        "release": "never", "sections": [{"bank": bank, "kind": "single", "draw": 1, "marks": 2}], **changes})["command"]


class Place:
    """What requests are about: the first committee, an examination of it, somebody's attempt."""

    def __init__(self, county):
        self.county, self.own, self.sibling = county, county.committees[0], county.committees[1]
        self.child = county.branches[0]
        self.exam = county.exam(organisation=self.own)
        self.bank = county.admin.command("POST", "/v1/banks", {"organisation": self.own, "name": "权限判断"})["command"]
        self.draft = draft(county.admin, county, self.own, self.bank)
        self.other = county.recruit(self.child)
        self.attempt = start(self.other, self.exam)
        self.proposal = NOWHERE
        self.member = county.members["t0000"]
        self.organisations = {"own": self.own, "sibling": self.sibling, "parent": county.root, "child": self.child}

    def request(self, operation):
        """Method, target, body. What is allowed either changes nothing that others look at or is rejected later."""
        exam, now = f"/v1/exams/{self.exam}", self.county.instance.now()
        never = {"title": "权限", "opens_at": stamp(now), "closes_at": stamp(now - 1), "minutes": 30, "grace_seconds": 10,
                 "attempts": 2, "counted": "highest", "multiple": "all_or_nothing", "penalty": 0, "release": "never",
                 "sections": [{"bank": self.county.bank, "kind": "single", "draw": 1, "marks": 2}]}
        nothing = {"kind": "single", "title": "", "topic": "", "stem": "无", "options": [], "rights": [], "key": {},
                   "explanation": "", "source": ""}
        of_own, long_ago = f"/v1/organisations/{self.own}", {"effective": "1950-01-01", "document": "测组发〔1950〕1号"}
        reason, basis = {"reason": "权限测试"}, {"legal_basis": "测试县委〔2026〕1号"}
        return {
            "organisation_create": ("POST", "/v1/organisations", {"parent": self.own, "kind": "branch", "ordinal": 1,
                                    "name": "中共测试县第1镇第1村支部委员会", "short_name": "重名"}),
            "organisation_list": ("GET", "/v1/organisations", None),
            "organisation_show": ("GET", of_own, None),
            "organisation_rule_adopt": ("POST", "/v1/organisations:rules", {
                "rule": "permission", "version": 99, "effective_from": "2026-01-01", "title": "权限", "measure": "members", "kinds": [],
                "clause": "测试县委〔2026〕1号"}),
            "organisation_rule_list": ("GET", "/v1/organisations:rules", None),
            "office_appoint": ("POST", f"{of_own}/officers", {**long_ago, "member": self.member, "post": "secretary"}),
            "office_relieve": ("POST", f"{of_own}/vacancies", {**long_ago, "member": self.member, "post": "secretary"}),
            "term_begin": ("POST", f"{of_own}/terms", {**long_ago, "years": 3}),
            "officer_list": ("GET", f"{of_own}/officers", None),
            "organisation_warnings": ("GET", f"{of_own}/warnings", None),
            "membership_entries": ("GET", f"{of_own}/movements", None),
            "membership_ledger_show": ("GET", "/v1/organisations:ledger", None),
            "organisation_changes": ("GET", f"{of_own}/changes", None),
            "organisation_rename": ("POST", f"{of_own}/names", {**long_ago, "name": "权限更名", "short_name": "权限"}),
            "organisation_move": ("POST", f"{of_own}/moves", {**long_ago, "parent": self.county.root}),
            "organisation_adjust": ("POST", f"{of_own}/adjustments", {**long_ago, "ordinal": 1}),
            "organisation_split": ("POST", f"{of_own}/splits", {**long_ago, "name": "权限分立", "short_name": "权限",
                                                                 "kind": "branch", "ordinal": 1}),
            "organisation_merge": ("POST", f"{of_own}/mergers", {**long_ago, "into": self.sibling}),
            "organisation_dissolve": ("POST", f"{of_own}/dissolutions", long_ago),
            "membership_place": ("POST", f"{of_own}/members", {**long_ago, "members": [self.member]}),
            "membership_release": ("POST", f"{of_own}/releases", {**long_ago, "standing": "left", "members": [self.member]}),
            "member_enrol": ("POST", "/v1/members", {"organisation": self.child, "initial_password": "longenough", "members": [
                {"login": "t0000", "name": "重名", "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}]}),
            "grant_give": ("POST", "/v1/grants", {"account": self.member, "role": "nothing", "organisation": self.own}),
            "grant_end": ("POST", f"/v1/grants/{NOWHERE}/end", reason),
            "grant_list": ("GET", f"/v1/grants?organisation={self.own}", None),
            "session_open": ("POST", "/v1/sessions", {"login": f"nobody{uuid.uuid4().hex[:8]}", "password": "not this one"}),
            "session_refresh": ("POST", "/v1/sessions:refresh", {"refresh_token": "x" * 40}),
            "session_close": ("POST", "/v1/sessions:close", {"refresh_token": "x" * 40}),
            "me": ("GET", "/v1/me", None),
            "exam_agenda": ("GET", "/v1/me/exams", None),
            "attempt_show": ("GET", f"{exam}/attempts/{self.attempt['attempt']}", None),
            "sheet_me": ("GET", f"{exam}/results/me/1", None),
            "wrong_answers_me": ("GET", "/v1/me/wrong-answers", None),
            "points_summary_me": ("GET", "/v1/points/me/summary", None),
            "exam_start": ("POST", f"{exam}/attempts", {}),
            "exam_answer": ("PUT", f"{exam}/attempts/{self.attempt['attempt']}/answers/1",
                            {"writer": 1, "seq": 1, "answer": {"chosen": [1]}}),
            "exam_submit": ("POST", f"{exam}/submissions", {"attempt": self.attempt["attempt"], "writer": 1, "answers": []}),
            "bank_create": ("POST", "/v1/banks", {"organisation": self.own, "name": "权限题库"}),
            "bank_list": ("GET", f"/v1/banks?organisation={self.own}", None),
            "question_import": ("POST", f"/v1/questions:import?bank={self.bank}&format=csv&preview=true", b"number,kind\n"),
            "question_retire": ("POST", f"/v1/banks/{self.bank}/questions/1/retirement", {"retired": True, **reason}),
            "question_list": ("GET", f"/v1/banks/{self.bank}/questions", None),
            "question_versions": ("GET", f"/v1/banks/{self.bank}/questions/1", None),
            "bank_topics": ("GET", f"/v1/banks/{self.bank}/topics", None),
            "exam_managed": ("GET", f"/v1/organisations/{self.own}/exams", None),
            "exam_show": ("GET", exam, None),
            "exam_preview": ("GET", f"/v1/exams/{self.draft}/preview", None),
            "question_add": ("POST", f"/v1/banks/{self.bank}/questions", {"text": nothing}),
            "question_change": ("PUT", f"/v1/banks/{self.bank}/questions/99", {"version": 1, "text": nothing}),
            "exam_create": ("POST", "/v1/exams", {"organisation": self.own, **never}),
            "exam_change": ("PUT", exam, never),
            "exam_discard": ("POST", f"{exam}/discard", {}),
            "exam_list": ("GET", "/v1/exams", None),
            "exam_publish": ("POST", f"/v1/exams/{self.draft}/publication", {}),
            "exam_release": ("PUT", f"{exam}/release", {"release": "all_at_once", **reason}),
            "exam_extend": ("POST", f"{exam}/extra-time", {"member": self.member, "minutes": 1, **reason}),
            "exam_move": ("POST", f"{exam}/closing", {"closes_at": stamp(now), "minutes": 0, **reason}),
            "paper_list": ("GET", f"{exam}/questions", None),
            "key_propose": ("POST", f"{exam}/questions/1/keys", {"key": {"right": [1]}, **reason}),
            "key_adopt": ("POST", f"{exam}/keys/{NOWHERE}/adoption", reason),
            "exam_candidates": ("GET", f"{exam}/candidates", None),
            "exam_results": ("GET", f"{exam}/results", None),
            "exam_results_workbook": ("GET", f"{exam}/results.xlsx", None),
            "key_list": ("GET", f"{exam}/keys", None),
            "key_changes": ("GET", f"{exam}/keys/{NOWHERE}/changes", None),
            "refused_list": ("GET", f"{exam}/refused-submissions", None),
            "admission_propose": ("POST", f"{exam}/refused-submissions/{NOWHERE}/admission", reason),
            "admission_confirm": ("POST", f"{exam}/refused-submissions/{NOWHERE}/admission/confirmation", reason),
            "exam_result_me": ("GET", f"{exam}/results/me", None),
            "exam_progress": ("GET", f"{exam}/progress", None),
            "points_rule_adopt": ("POST", "/v1/points/rules", {
                "rule": "exam", "title": "权限", "version": 99999, "effective_from": stamp(now), "basis": "fixed", "amount": 1,
                "daily_cap": 1, **basis}),
            "exam_pulse": ("GET", f"{exam}/pulse", None),
            "points_rule_list": ("GET", "/v1/points/rules", None),
            "points_entries": ("GET", f"/v1/organisations/{self.own}/points", None),
            "leaderboard_organisations": ("GET", "/v1/leaderboards/organisations", None),
            "process_list": ("GET", "/v1/processes", None),
            "lag_list": ("GET", "/v1/lag", None),
            "board_switch": ("PUT", "/v1/boards/nobody", {"open": True, "names": True, **basis}),
            "board_show": ("GET", "/v1/boards/members", None),
            "leaderboard_members": ("GET", "/v1/leaderboards/members?limit=1", None),
            "leaderboard_me": ("GET", "/v1/leaderboards/members/me", None),
            "leaderboard_stream": ("GET", "/v1/leaderboards/members/stream", None),
            "points_me": ("GET", "/v1/points/me", None),
            "message_replay": ("POST", f"/v1/parked/{NOWHERE}/replays", reason),
            "parked_list": ("GET", "/v1/parked", None),
            "parked_show": ("GET", f"/v1/parked/{NOWHERE}", None),
            "command_outcome": ("GET", f"/v1/commands/{self.attempt['attempt']}", None),
        }[operation]

    def ask(self, client, operation):
        method, target, body = self.request(operation)
        if operation == "leaderboard_stream":
            return stream_status(client, target)
        headers = {} if method == "GET" or "session" in operation else {"Idempotency-Key": str(uuid.uuid4())}
        if operation == "question_import":
            headers["Content-Type"] = "text/csv"
        return client.exchange(method, target, body, headers, 30).status


def stream_status(client, target):
    connection = http.client.HTTPConnection(client.host, client.port, timeout=10)
    connection.request("GET", target, headers={"Authorization": f"Bearer {client.token}"} if client.token else {})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.fixture(scope="module")
def place(county):
    return Place(county)


@pytest.fixture(scope="module")
def cast(place, county, admin):
    """An account for each role at each place. A member's place is its branch; all others are members of a sibling branch."""
    actors = {("member", where): county.enrol(place.organisations[where])[0] for where in EVERYWHERE.split()}
    others = [(role, where) for role in ROLES[1:] for where in EVERYWHERE.split()]
    for actor, client in zip(others, county.enrol(county.branches[2], len(others))):
        actors[actor] = client
        admin.command("POST", "/v1/grants", {"account": client.id, "role": actor[0],
                                             "organisation": place.organisations[actor[1]]})
    for (role, where), client in actors.items():
        wanted = {"role": role, "organisation": place.organisations[where]}
        eventually(lambda: wanted in client.get("/v1/me").json["grants"])
    return actors


def test_every_route_is_in_the_table(witness):
    declared = {operation["operationId"] for path in witness.document["paths"].values() for operation in path.values()}
    assert declared == set(TABLE)


@pytest.mark.parametrize("operation", TABLE)
def test_roles_and_places(place, cast, operation):
    may, allowed, refused = TABLE[operation]
    wrong = {}
    for (role, where), client in cast.items():
        held = may.get(role, "").split()
        expected = allowed if where in held else 404 if held and operation in HIDDEN else refused
        status = place.ask(client, operation)
        if status != expected:
            wrong[role, where] = f"{status}, not {expected}"
    assert not wrong


def test_without_a_token(place, new_client):
    assert {operation: place.ask(new_client(), operation) for operation in TABLE} == \
        {operation: NOBODY.get(operation, 401) for operation in TABLE}


def test_a_grant_is_for_all_below(county, place, cast):
    """Progress by organisation: a role over the county sees each committee, one over a branch not its committee."""
    boss = cast["committee_administrator", "own"]
    rows = boss.get(f"/v1/exams/{place.exam}/progress").json["rows"]
    assert {row["organisation"] for row in rows} >= set(county.branches[:2])
    started = next(row for row in rows if row["organisation"] == place.child)
    assert started["started"] >= 1 and started["members"] >= started["started"]


CSV = {"Content-Type": "text/csv"}


def test_a_committee_runs_an_examination_of_its_own(county, cast, place):
    """From the bank to the marks, by its administrator alone; another committee's sees none of it."""
    boss, other = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    bank = boss.command("POST", "/v1/banks", {"organisation": place.own, "name": "镇党委题库"})["command"]
    target = f"/v1/questions:import?bank={bank}&format=csv"
    for client in (other, cast["committee_administrator", "child"]):
        assert client.send("POST", target, QUESTIONS.encode(), {**CSV, "Idempotency-Key": str(uuid.uuid4())}).status == 404
    assert boss.command("POST", target, QUESTIONS.encode(), headers=CSV)["result"]["taken"] == len(KINDS)
    exam = draft(boss, county, place.own, bank, release="all_at_once",
                 sections=[{"bank": bank, "kind": kind, "draw": 1, "marks": 2} for kind in KINDS])
    assert other.send("POST", f"/v1/exams/{exam}/publication", {}, {"Idempotency-Key": str(uuid.uuid4())}).status == 404
    assert boss.command("POST", f"/v1/exams/{exam}/publication")["result"]["full_mark"] == 14
    eventually(lambda: any(row["exam"] == exam for row in boss.get("/v1/exams").json["rows"]))
    assert sit(county.recruit(place.child), exam, KINDS)["mark"] == 14
    assert all(row["exam"] != exam for row in other.get("/v1/exams").json["rows"])
    assert sum(row["graded"] for row in boss.get(f"/v1/exams/{exam}/progress").json["rows"]) == 1


def test_banks_are_those_above_and_below(county, admin, cast, place):
    names = lambda client, organisation: {row["bank"]: row["organisation"] for row in client.get(  # noqa: E731
        f"/v1/banks?organisation={organisation}&limit=200").json["rows"]}
    theirs = admin.command("POST", "/v1/banks", {"organisation": place.sibling, "name": "别家题库"})["command"]
    ours = names(cast["committee_administrator", "own"], place.own)
    assert ours[place.bank] == place.own and ours[county.bank] == county.root and theirs not in ours
    assert {place.bank, theirs, county.bank} <= set(names(admin, county.root))
    assert admin.get("/v1/banks").status == 400


def test_nobody_draws_from_another_committees_bank(county, admin, cast, place):
    """Its questions would be read by drawing them."""
    boss, beside = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    bank = beside.command("POST", "/v1/banks", {"organisation": place.sibling, "name": "他镇题库"})["command"]
    beside.command("POST", f"/v1/questions:import?bank={bank}&format=csv", QUESTIONS.encode(), headers=CSV)
    publish = lambda client, exam, expect: client.command("POST", f"/v1/exams/{exam}/publication", expect=expect)  # noqa: E731
    for unknown in (bank, NOWHERE):
        told = publish(boss, draft(boss, county, place.own, unknown), 422)
        assert told["type"].endswith("unknown_reference") and "command" in told
    publish(boss, draft(boss, county, place.own, county.bank), 200)  # the county's is for all below
    publish(admin, draft(admin, county, county.root, bank), 200)  # who reaches the county reaches the committee


def test_what_stood_before_is_told_by_the_migration(county, cast, place, database, instance):
    """A bank that no state told of: the front learns whose it is by the migration, run here once more."""
    bank = str(uuid.uuid4())
    boss, other = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    database.execute("insert into bank (id, organisation, name, created_at) values (%s, %s, '旧题库', now())", (bank, place.own))
    target = f"/v1/questions:import?bank={bank}&format=csv"
    ask = lambda client: client.send("POST", target, QUESTIONS.encode(), {**CSV, "Idempotency-Key": str(uuid.uuid4())})  # noqa: E731
    assert ask(boss).status == 404
    database.execute((CHECKOUT / "sql" / "migrations" / "0008_owned.sql").read_text())
    eventually(lambda: ask(boss).status == 202)
    assert ask(other).status == 404
    assert "record_refused" not in instance.log("front")


def test_progress_of_a_part(county, admin, cast, place):
    """Who does not reach the examination's organisation may ask for what he reaches of it, and for nothing beside it."""
    boss, officer = cast["committee_administrator", "own"], cast["branch_officer", "child"]
    wide = county.exam()
    sit(county.recruit(place.child), wide, KINDS)
    ask = lambda client, exam, org: client.get(f"/v1/exams/{exam}/progress" + (f"?org={org}" if org else ""))  # noqa: E731
    for client, reached in ((boss, {place.own, place.child}), (officer, {place.child})):
        for org in (None, county.root, place.own, place.child, place.sibling, county.branches[2], NOWHERE):
            assert ask(client, wide, org).status == (200 if org in reached else 404), org
    rows = ask(boss, wide, place.own).json["rows"]
    assert {row["organisation"] for row in rows} <= {place.own, *county.branches[:2]}
    assert next(row["started"] for row in rows if row["organisation"] == place.child) == 1
    assert [row["organisation"] for row in ask(officer, wide, place.child).json["rows"]] == [place.child]
    # of an examination of one committee the county sees no other's organisations either
    for org, status in ((None, 200), (place.own, 200), (place.child, 200), (place.sibling, 404), (county.root, 404)):
        assert ask(admin, place.exam, org).status == status, org


def test_lists_hold_only_what_is_mine(place, county, cast):
    assert any(row["exam"] == place.exam for row in cast["member", "child"].get("/v1/exams").json["rows"])
    assert all(row["exam"] != place.exam for row in cast["member", "sibling"].get("/v1/exams").json["rows"])
    assert cast["member", "sibling"].get(f"/v1/exams/{place.exam}/results/me").json == {"rows": [], "total": 0}


def test_a_grant_is_asked_for_by_whom_may_give_it(county, admin, cast, place):
    """The role member holds nothing but its own; giving a role that is not there, or twice, is rejected."""
    body = {"account": cast["member", "own"].id, "role": "branch_officer", "organisation": place.own}
    admin.command("POST", "/v1/grants", body)
    assert admin.command("POST", "/v1/grants", body, expect=409)["type"].endswith("exists")
    assert admin.command("POST", "/v1/grants", {**body, "role": "emperor"}, expect=422)["type"].endswith("unknown_reference")
