"""Last of all: each declared command was seen applied, rejected and refused, each query answered, each event and state
on its topic.  SPDX-License-Identifier: Apache-2.0"""
import json
import os

import pytest
from instance import CHECKOUT


@pytest.fixture(scope="module")
def whole(request):
    """Only a run of all files says something of what it did not see; SYSTEM_WHOLE=1 judges any run."""
    if os.environ.get("SYSTEM_WHOLE") == "1":
        return
    ran = {item.path.name for item in request.session.items}
    missing = {path.name for path in (CHECKOUT / "tests" / "system").glob("test_*.py")} - ran - {"test_kill.py"}  # on an instance of its own
    if missing or request.config.getoption("keyword") or request.config.getoption("markexpr"):
        pytest.skip(f"not the whole: {', '.join(sorted(missing)) or 'a selection'}")


def test_everything_declared_was_seen(whole, witness, watch):
    document = json.loads((CHECKOUT / "docs" / "asyncapi.json").read_text())
    unseen = []
    commands = set()
    for path in witness.document["paths"].values():
        for method, operation in path.items():
            name = operation["operationId"]
            call = method != "get" and "202" not in operation["responses"]
            wanted = {"answered"} if method == "get" else {"answered", "refused"} if call else {"applied", "rejected", "refused"}
            seen = witness.seen[name] | ({"answered"} if call and "applied" in witness.seen[name] else set())
            commands |= {name} if method != "get" and not call else set()
            unseen += [f"{name} {what}" for what in sorted(wanted - seen)]
    for topic, channel in document["channels"].items():
        for name in set(channel["messages"]):
            records = watch.of(name)
            if not records:
                unseen.append(f"{name} on {topic}")
            assert all(record.topic == topic for record in records if name not in commands), name
    assert not unseen
