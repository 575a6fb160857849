"""Many rows with faults of every kind, three programs killed amid it; nothing private stands in a file. IMPORT_ROWS=100000 on an ordinary
build (BUILD=build) looks at how large the workers grow, too.
SPDX-License-Identifier: Apache-2.0"""
import os
import random
import re
import subprocess
import threading


import pytest
from county import adopt
from planted import Planter
from test_import import Desk

ROWS = int(os.environ.get("IMPORT_ROWS", "1500"))
PSS_MIB = 128


def pss(instance, name):
    """The proportional set of a process in MiB: its own of what it shares."""
    pid = (instance.var / "run" / f"{name}.pid").read_text().split()[0]
    text = open(f"/proc/{pid}/smaps_rollup", encoding="ascii").read()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.M).group(1)) / 1024


@pytest.fixture(scope="module")
def desk(county):
    for pack in ("import", "reversal"):
        adopt(county.admin, pack)
    return Desk(county)


@pytest.fixture(scope="module")
def planter(desk, county):
    names = [row["short_name"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"]
             if row["organisation"] in county.branches[:2]]
    return Planter(ROWS, names)


def killed_at_random(instance, over, names=("import", "roster", "relay")):
    """Kills each of them once, at random moments, until `over` is set."""
    pick = random.Random(ROWS)

    def run():
        for name in names:
            if over.wait(pick.uniform(0.3, 1.5) * ROWS / 1500):
                return
            instance.run("kill", name, check=False)
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_list_and_report_agree_though_programs_are_killed(desk, planter, instance, database):
    over = threading.Event()
    killer = killed_at_random(instance, over)
    before = database.execute("select count(*) from person").fetchone()[0]
    batch, shown = desk.check(planter.csv("gb18030") if not any("\ufffd" in row[1] for row in planter.rows) else planter.csv())
    assert desk.faults(batch) == planter.planted
    good = ROWS - len(planter.planted)
    assert desk.fates(batch) == {"good": good, "bad": len(planter.planted)}
    desk.confirm(desk.present(batch, shown))
    desk.until(batch, "applied", seconds=max(120, ROWS // 20))
    over.set()
    killer.join()
    assert desk.fates(batch) == {"entered": good, "bad": len(planter.planted)}
    assert database.execute("select count(*) from person").fetchone()[0] - before == good
    wrong = {line for line, _, _ in planter.planted}
    wanted = sorted((row[1], row[7], row[8]) for n, row in enumerate(planter.rows) if n + 2 not in wrong)
    assert sorted(database.execute("select name, ethnicity, education from person p join import_row r on r.target = p.id "
                                   "where r.import = %s", (batch,)).fetchall()) == wanted


def test_what_was_private_stands_in_no_file(desk, planter, instance):
    desk.operator.get(f"/v1/people/workbook?organisation={desk.committee}")
    rows = planter.rows[2]
    number, mobile = rows[3], rows[4]
    found = subprocess.run(["grep", "-rlaE", f"{number}|{mobile}", str(instance.var)], capture_output=True, text=True, check=False)
    assert found.returncode == 1 and not found.stdout, found.stdout
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            said = open(f"/proc/{pid}/cmdline", "rb").read()
        except OSError:
            continue
        assert number.encode() not in said or b"grep" in said


def test_again_as_a_workbook_changes_nothing(desk, planter):
    batch = desk.bring(planter.xlsx(), format="xlsx", seconds=max(120, ROWS // 20))
    assert desk.fates(batch) == {"same": ROWS - len(planter.planted), "bad": len(planter.planted)}
    if ROWS >= 100000:  # of an ordinary build
        assert pss(desk.county.instance, "import") < PSS_MIB and pss(desk.county.instance, "roster") < PSS_MIB
