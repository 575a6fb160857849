"""The catalogue: its printed documents, and what adding to it takes. A diff that adds a command (a list, an optional and
a one-of field, a role, a topic, an event, a timer) is applied to a copy, built, and driven over HTTP.
SPDX-License-Identifier: Apache-2.0"""
import importlib.machinery
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from client import Client, Witness
from county import County, stamp
from instance import CHECKOUT, Instance, eventually
from openapi_spec_validator import OpenAPIV31SpecValidator
from watch import Watch

BUILD = Path(os.environ.get("BUILD", CHECKOUT / "build"))
ADDITION = Path(__file__).parent / "addition"
PAGES = {"openapi.json": "openapi", "asyncapi.json": "asyncapi", "settings.md": "settings", "metrics.md": "metrics",
         "logs.md": "logs", "roles.md": "roles"}


def printed(page):
    return subprocess.run([BUILD / "catalogue", page], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", PAGES)
def test_documents_are_fresh(name):
    assert (CHECKOUT / "docs" / name).read_text() == printed(PAGES[name]), f"catalogue {PAGES[name]} > docs/{name}"


def test_openapi_is_valid_and_closed(instance):
    document = json.loads(printed("openapi"))
    OpenAPIV31SpecValidator(document).validate()
    assert json.loads(Client(instance.url).get("/openapi.json").body) == document
    loose = []

    def walk(schema, place):
        if isinstance(schema, list):
            for n, one in enumerate(schema):
                walk(one, f"{place}/{n}")
        if not isinstance(schema, dict):
            return
        kind = schema.get("type")
        if kind == "object" and "properties" in schema and schema.get("additionalProperties") is not False:
            loose.append(f"{place}: open")
        if kind == "string" and not {"maxLength", "enum", "format", "const", "pattern"} & set(schema):
            loose.append(f"{place}: a text without end")
        if kind in ("integer", "number") and not ("minimum" in schema and "maximum" in schema):
            loose.append(f"{place}: a number without bounds")
        if kind == "array" and "maxItems" not in schema:
            loose.append(f"{place}: a list without end")
        for name, one in schema.items():
            walk(one, f"{place}/{name}")
    walk(document["components"]["schemas"], "schemas")
    assert not loose, loose[:10]


def test_asyncapi_is_well_formed(watch):
    document = json.loads(printed("asyncapi"))
    assert document["asyncapi"].startswith("3.0") and document["info"]["title"]

    def resolve(node):
        if isinstance(node, dict):
            if "$ref" in node:
                at = document
                assert node["$ref"].startswith("#/"), node
                for part in node["$ref"][2:].split("/"):
                    at = at[part.replace("~1", "/").replace("~0", "~")]
            for one in node.values():
                resolve(one)
        elif isinstance(node, list):
            for one in node:
                resolve(one)
    resolve(document)
    addresses = {channel.get("address", name) for name, channel in document["channels"].items()}
    assert addresses == watch.topics
    assert set(document["operations"]) and all(one["action"] in ("send", "receive") for one in document["operations"].values())


# The copy

def put(path, before, text):
    """Text before the first line that begins so."""
    lines = path.read_text().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith(before)) if before else len(lines)
    path.write_text("".join(lines[:at]) + text + "".join(lines[at:]))


def add(copy):
    """The diff; the files that it touches."""
    for name, folder in (("study.def", "topics/catalogue"), ("study.c", "consumers/education"), ("0900_study.sql", "sql/migrations"),
                         ("study_plan.sql", "sql/queries"), ("study_due.sql", "sql/queries")):
        shutil.copy(ADDITION / name, copy / folder / name)
    put(copy / "topics/catalogue/all.def", '#include "topics/catalogue/end.def"', '#include "topics/catalogue/study.def"\n')
    put(copy / "topics/catalogue/roles.def", None, 'ROLE(study_leader, "Study leader", "学习委员", "Plans what is read")\n')
    put(copy / "topics/catalogue/topics.def", None, 'TOPIC(study, 2, 30, "What was planned to be read, keyed by plan")\n')
    put(copy / "consumers/workers.def", "HANDLES(bank_create)", "HANDLES(study_plan)\nHANDLES(study_due)\n")
    put(copy / "sql/grants.def", None, 'GRANT_ROW(baoting_worker, "select, insert, update", "study_plan")\n')


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The checkout as it stands, with the addition; a repository of its own."""
    made = tmp_path_factory.mktemp("addition") / "checkout"
    git = lambda *words, where=made: subprocess.run(["git", *words], cwd=where, check=True, capture_output=True, text=True).stdout  # noqa: E731,E501
    names = git("ls-files", "-co", "--exclude-standard", "-z", where=CHECKOUT).split("\0")
    for name in names:
        if name and (CHECKOUT / name).is_file():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, made / name)
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-q", "-m", "as it stands")
    add(made)
    touched = [line[3:] for line in git("status", "--porcelain", "-uall").splitlines()]
    assert len(touched) == 10
    assert not [name for name in touched if re.match(r"(http|topics|sql)/.*\.[ch]$", name)], touched
    return made


@pytest.fixture(scope="module")
def built(copy):
    folder = copy / "build" / "addition"
    prefix = subprocess.run([CHECKOUT / "ops/parts/librdkafka"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["cmake", "-G", "Ninja", "-S", copy, "-B", folder, f"-DKAFKA_PREFIX={prefix}", "-DCMAKE_BUILD_TYPE=Debug",
                    "-DCMAKE_C_FLAGS_DEBUG=-O0"], check=True, capture_output=True)
    made = subprocess.run(["ninja", "-C", folder, "front", "worker", "relay", "schema", "catalogue"], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-3000:]
    return folder


@pytest.fixture(scope="module")
def grown(copy, built):
    name = os.environ.get("SYSTEM_NAME", "system") + "-addition"
    made = Instance(name, int(os.environ.get("SYSTEM_PORT_BASE", "28200")) + 10, checkout=copy, build=built)
    yield made.up()
    made.down()


def test_a_command_is_added_by_its_rows(grown, built):
    document = json.loads(Client(grown.url).get("/openapi.json").body)
    OpenAPIV31SpecValidator(document).validate()
    assert "study_plan" in [operation["operationId"] for operation in document["paths"]["/v1/study/plans"].values()]
    witness = Witness(document)
    new_client = lambda: Client(grown.url, witness)  # noqa: E731
    admin = new_client().log_in(grown.env["BAOTING_ADMIN"], grown.env["BAOTING_ADMIN_PASSWORD"])
    county, watch = County(grown, admin, new_client, size=1), Watch(grown.kafka)
    try:
        leader = county.officer("study_leader", county.committees[0])
        plan = {"organisation": county.branches[0], "items": [{"title": "党章", "pages": 40}, {"title": "条例"}],
                "note": "先读总则", "due": {"after_seconds": 3600}}
        send = lambda client, body, expect=200: client.command("POST", "/v1/study/plans", body, expect=expect)  # noqa: E731
        before = grown.now()
        made = send(leader, plan)
        assert made["status"] == "applied" and made["result"]["items"] == 2
        noted = watch.await_one("study_noted", plan=made["command"])
        assert noted.topic == "study" and noted.key.decode() == made["command"]
        assert noted.json == {"plan": made["command"], "pages": 40, "note": "先读总则"}
        # the other one of the two, no optional
        moment = stamp(before + 7200000)
        other = send(leader, {**{k: v for k, v in plan.items() if k != "note"}, "due": {"moment": moment}})
        assert other["result"]["due_at"] == moment
        assert "note" not in watch.await_one("study_noted", plan=other["command"]).json
        # rejected by the handler; refused by the front
        assert send(leader, {**plan, "due": {"moment": stamp(before - 1000)}}, 409)["type"].endswith("too_late")
        for wrong in ({"items": []}, {"due": {}}, {"due": {"after_seconds": 5, "moment": moment}}, {"note": ""}, {"more": 1},
                      {"items": [{"title": "书", "pages": 0}]}):
            assert send(leader, {**plan, **wrong}, 422)["errors"], wrong
        send(leader, {**plan, "organisation": county.branches[2]}, 403)  # another committee's branch
        send(county.recruit(), plan, 403)
        # the timer comes back at its time, once
        grown.advance(3600000 + 500)
        due = watch.await_one("study_due", plan=made["command"])
        assert due.topic == "education" and not watch.of("study_due", plan=other["command"])
        with psycopg.connect(grown.pg, autocommit=True) as database:
            eventually(lambda: database.execute("select fell_due from study_plan where id = %s",
                                                (made["command"],)).fetchone() == (1,))
        assert witness.seen["study_plan"] == {"applied", "rejected", "refused"}
        shown = subprocess.run([built / "catalogue", "asyncapi"], check=True, capture_output=True, text=True).stdout
        assert "study_noted" in shown and uuid.UUID(made["command"])
    finally:
        watch.close()


# What is wrong in a row is said at that row.
WRONG = {
    "a type that is none": ('FIELD(weight, NUMBR, RANGE(1, 9), "A weight")', 1),
    **{f"{check.partition('(')[0]} on {kind}": (f'FIELD(weight, {kind}, {check}, "A weight")', 1) for check, kind in (
        ("RANGE(1, 9)", "TEXT"), ("LENGTH(1, 9)", "NUMBER"), ("ONE(exam_state)", "ID"), ("ANY", "TEXT"), ("ANY", "NUMBER"),
        ("ANY", "ENUM"), ("RANGE(1, 9)", "ID"), ("LOGIN(1, 9)", "ID"), ("REFERS(exam)", "TEXT"), ("RANGE(0, 1)", "BOOL"),
        ("LENGTH(1, 9)", "TIME"), ("LENGTH(1, 9)", "JSON"), ("ONE(exam_state)", "TEXT"), ("LENGTH(1, 9)", "HUNDREDTHS"))},
    "a list's check of another type": ('VALUES(weights, NUMBER, LENGTH(1, 9), 1, 3, "Weights")', 1),
    "a question that is an id": ('FIELD(weight, ID, REFERS(question), "A weight")', 1),
    "an exam that is a number": ('FIELD(weight, NUMBER, REFERS_RANGE(exam, 1, 9), "A weight")', 1),
    "a range upside down": ('FIELD(weight, NUMBER, RANGE(9, 1), "A weight")', 1),
    "a length below nothing": ('FIELD(weight, TEXT, LENGTH(-1, 9), "A weight")', 1),
    "a list with more at least than at most": ('VALUES(weights, NUMBER, RANGE(1, 9), 3, 1, "Weights")', 1),
    "a check that is none": ('FIELD(weight, NUMBER, WITHIN_REASON(1, 9), "A weight")', 1),
    "a topic that is none": ('COMMAND(study_stop, nowhere, POST, "/v1/study/stops", ROLE_study_leader, COUNTY, NONE, "Stop")\nEND', 1),
    "a role that is none": ('COMMAND(study_stop, education, POST, "/v1/study/stops", ROLE_emperor, COUNTY, NONE, "Stop")\nEND', 1),
    "a result that is none": ('COMMAND(study_stop, education, POST, "/v1/study/stops", ROLE_study_leader, COUNTY, study_ended, "Stop")\nEND', 1),
    "a record that is none": ('COMMAND(study_stop, education, POST, "/v1/study/stops", ROLE_study_leader, COUNTY, NONE, "Stop")\n'
                              'LIST(items, study_leaf, 1, 20, "What")\nEND', 2),
    "a method that is none": ('COMMAND(study_stop, education, PATCH, "/v1/study/stops", ROLE_study_leader, COUNTY, NONE, "Stop")\nEND', 1),
    "a name twice": ('RECORD(study_page, "Again")\nFIELD(title, TEXT, LENGTH(1, 60), "Its title")\nEND', 1),
    "a field twice": ('RECORD(study_twice, "Twice")\nFIELD(title, TEXT, LENGTH(1, 60), "Its title")\n'
                      'FIELD(title, TEXT, LENGTH(1, 60), "Its title")\nEND', 3),
}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_row_does_not_compile(copy, built, what, compiler):
    text, line = WRONG[what]
    rows, sound = copy / "topics/catalogue/study.def", (ADDITION / "study.def").read_text()
    if text.startswith(("FIELD", "VALUES")):
        text, line = f'RECORD(study_odd, "Odd")\n{text}\nEND', 2
    rows.write_text(sound + text + "\n")
    try:
        commands = json.loads((built / "compile_commands.json").read_text())
        command = next(c["command"] for c in commands if c["file"].endswith("/topics/catalogue.c"))
        flags = [word for word in shlex.split(command) if word.startswith(("-I", "-D", "-std", "-W"))]
        ran = subprocess.run([compiler, *flags, "-fsyntax-only", copy / "topics/catalogue.c"], capture_output=True, text=True)
    finally:
        rows.write_text(sound)
    assert ran.returncode != 0
    place = rf"study\.def:{len(sound.splitlines()) + line}:"
    assert re.search(place, ran.stderr), ran.stderr[:2000]


def house_rules(copy):
    """ops/check of the copy as a module."""
    here = os.getcwd()
    loader = importlib.machinery.SourceFileLoader("check_of_the_copy", str(copy / "ops/check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    os.chdir(here)
    return module


@pytest.mark.parametrize("cut, says", [
    ("study_page", "this block has no END"), ("study_due_when", "this block has no END"), ("study_plan", "this block has no END")])
def test_a_missing_end_is_found(copy, cut, says):
    rows, sound = copy / "topics/catalogue/study.def", (ADDITION / "study.def").read_text().splitlines()
    opened = next(n for n, line in enumerate(sound) if re.match(rf"\w+\({cut},", line))
    end = sound.index("END", opened)
    rows.write_text("\n".join(sound[:end] + sound[end + 1:]) + "\n")
    here = os.getcwd()
    try:
        check = house_rules(copy)
        os.chdir(copy)
        check.check_rows("topics/catalogue/study.def")
    finally:
        os.chdir(here)
        rows.write_text("\n".join(sound) + "\n")
    assert check.faults == [f"topics/catalogue/study.def:{opened + 1}: {says}"]


def test_a_line_about_one_command_is_found(copy):
    """ops/check fails when the name of a command stands in C of http/, topics/, sql/ or the worker's frame."""
    here, path = os.getcwd(), copy / "http/router.c"
    sound = path.read_text()
    try:
        check = house_rules(copy)
        os.chdir(copy)
        check.check_names()
        assert check.faults == []
        path.write_text(sound + "static const char *const special = \"study_plan\";\n")
        check.check_names()
        assert check.faults == [f"http/router.c:{len(sound.splitlines()) + 1}: names study_plan, which only its own files may"]
    finally:
        os.chdir(here)
        path.write_text(sound)
