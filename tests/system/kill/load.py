"""The load's own process: load.py PLAN. The plan is JSON; what was sent and answered stands in its log.
SPDX-License-Identifier: Apache-2.0"""
import json
import random
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kill.people import Changer, Clerk, Mover, Sleeper  # noqa: E402
from kill.wire import Board, Engine  # noqa: E402


def main(path):
    plan = json.loads(Path(path).read_text())
    where = urlsplit(plan["url"])
    engine = Engine(where.hostname, where.port, plan["log"], Board(Path(plan["board"])), plan["seed"])
    for n, login in enumerate(plan["logins"]):
        kind = (Changer, Mover, Sleeper)[n % 3]
        exams = plan["short"] if kind is Sleeper else plan["long"]
        person = kind(engine, login, plan["password"], exams, plan["right"], random.Random(f"{plan['seed']}-{login}"))
        engine.add(login, person.live())
    for n in range(plan["clerks"]):
        clerk = Clerk(engine, plan["admin"], plan["admin_password"], [], {}, random.Random(n))
        clerk.clerk, clerk.parent = n, plan["parent"]
        engine.add(plan["admin"], clerk.live())
    engine.run()


if __name__ == "__main__":
    main(sys.argv[1])
