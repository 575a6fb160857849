"""Every page as it usually looks, dark, and in large type on the smallest phone: nothing cut, nothing over another, nothing that axe
finds serious. All states and sizes: ops/look.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from looks.look import tables
from looks.rows import missing
from looks.shots import Shots
from looks.stage import Stage

TABLES = tables()
ROWS = [(name, page) for name, client in TABLES.items() for page in client.pages]


@pytest.fixture(scope="module")
def shots(instance, playwright):
    stage = Stage(instance.url)
    made = Shots(playwright, stage)
    yield made
    made.close()
    stage.close()


def test_every_page_declares_its_states():
    assert [line for client in TABLES.values() for line in missing(client)] == []


@pytest.mark.parametrize("client, page", ROWS, ids=[f"{name}-{page.name}" for name, page in ROWS])
def test_a_page(shots, client, page):
    table, faults = TABLES[client], []
    for state, size in (("full", table.sizes[0]), ("dark", table.sizes[0]), ("large", table.narrow[-1])):
        if state in page.states():
            faults += shots.take(table, page, state, sizes=(size,))
    assert faults == []
