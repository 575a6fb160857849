"""Debian's Chromium on the real stack, through a proxy that tests cut.  SPDX-License-Identifier: Apache-2.0"""
import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]

from client import Client  # noqa: E402
from county import County  # noqa: E402
from cutter import Cutter  # noqa: E402
from instance import Instance, cloud_settings  # noqa: E402
from desk import Desk  # noqa: E402
from phone import ARGUMENTS, Phone  # noqa: E402
from stores import database, watch  # noqa: E402, F401

PORT = int(os.environ.get("WEB_PORT_BASE", "28400"))


@pytest.fixture(scope="session")
def instance(tmp_path_factory):
    made = Instance(os.environ.get("WEB_NAME", "web"), PORT, **cloud_settings(tmp_path_factory.mktemp("secrets"), PORT + 30)).up()
    made.clouds = PORT + 30
    yield made
    made.down()


@pytest.fixture(scope="session")
def admin(instance):
    return Client(instance.url).log_in(instance.env["BAOTING_ADMIN"], instance.env["BAOTING_ADMIN_PASSWORD"])


@pytest.fixture(scope="session")
def county(instance, admin):
    return County(instance, admin, lambda: Client(instance.url)).open_board()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as made:
        yield made


@pytest.fixture
def cutter(instance):
    made = Cutter(0, ("127.0.0.1", PORT))
    yield made
    made.close()


@pytest.fixture
def new_phone(playwright, cutter, tmp_path):
    """Phones that end with the test; each with a profile of its own, kept over a restart."""
    made = []

    def new(**more):
        made.append(Phone(playwright, cutter, tmp_path / f"profile{len(made)}", **more))
        return made[-1]
    yield new
    for phone in made:
        phone.end()


@pytest.fixture(scope="session")
def browser(playwright):
    made = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield made
    made.close()


@pytest.fixture
def seat(browser):
    """Desks, signed in, that end with the test; none may have said a fault."""
    made = []

    def new(url, login, **more):
        made.append(Desk(browser, url, login, **more))
        return made[-1]
    yield new
    for desk in made:
        desk.end()
    assert [fault for desk in made for fault in desk.faults] == []
