"""One instance for the whole run, replies checked against the document, coverage of the catalogue at the end.
SPDX-License-Identifier: Apache-2.0"""
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from client import Client, Witness  # noqa: E402
from county import County  # noqa: E402
from instance import Instance, cloud_settings  # noqa: E402
from stores import database, watch  # noqa: E402, F401


@pytest.fixture(scope="session")
def instance(tmp_path_factory):
    port = int(os.environ.get("SYSTEM_PORT_BASE", "28200"))
    made = Instance(os.environ.get("SYSTEM_NAME", "system"), port, named_accounts=2000,
                    **cloud_settings(tmp_path_factory.mktemp("secrets"), port + 30)).up()
    made.clouds = port + 30
    yield made
    made.down()


@pytest.fixture(scope="session")
def witness(instance):
    bare = Client(instance.url)
    return Witness(json.loads(bare.get("/openapi.json").body))


@pytest.fixture(scope="session")
def new_client(instance, witness):
    return lambda: Client(instance.url, witness)


@pytest.fixture(scope="session")
def admin(instance, new_client):
    return new_client().log_in(instance.env["BAOTING_ADMIN"], instance.env["BAOTING_ADMIN_PASSWORD"])


@pytest.fixture(scope="session")
def county(instance, admin, new_client, watch):
    return County(instance, admin, new_client).open_board()


def pytest_collection_modifyitems(items):
    """What the whole run has seen is judged at its end."""
    items.sort(key=lambda item: item.path.name == "test_coverage.py")
