"""Every page as it usually looks, dark, and in large type on the smallest phone: nothing cut, nothing over another, nothing that axe
finds serious. All states and sizes: ops/look.  SPDX-License-Identifier: Apache-2.0"""
from dataclasses import replace

import pytest
from looks.look import tables
from looks.replies import OPERATIONS, Replies
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
    table = TABLES[client]
    views = [(state, size) for state, size in (("full", table.sizes[0]), ("dark", table.sizes[0]), ("large", table.narrow[-1])) if state in page.states()]
    assert shots.glance(table, page, "full", views) == []


# What each check is there for, planted in a page: how, and what is then said.
PLANTED = {
    "sideways": ("width: 2000px; height: 1px", "", "scrolls sideways"),
    "cut across": ("width: 50px; overflow: hidden; white-space: nowrap", "这一行文字放不下", "cut across"),
    "cut below": ("height: 10px; overflow: hidden", "这一行文字太高", "cut from below"),
    "over another": ("margin-top: -20px; width: 100px", "盖住", "overlap"),
    "a small target": ("", "<button>小</button>", "touch target"),
    "no glyph": ("", "\U0002ebf0", "no glyph"),
    "axe": ("", "<img src='/phone/icon.svg'>", "axe image-alt"),
}
PLANT = """([style, inside]) => {
  const text = document.createElement('p'), made = document.createElement('div')
  text.textContent = '上一行文字'
  made.style.cssText = style
  made.innerHTML = inside
  const button = made.querySelector('button')
  if (button) button.style.cssText = 'width: 20px; height: 20px; min-height: 0; padding: 0'
  const planted = document.createElement('section')
  planted.id = 'planted'
  planted.append(text, made)
  document.querySelector('main').append(planted)
}"""


def test_each_fault_is_seen(shots):
    client, found = TABLES["phone"], {}
    home = next(page for page in client.pages if page.name == "home")

    def plant(page, stage):
        assert shots.measure(client, page, "full") + shots.judge(page) == []
        for name, (style, inside, _) in PLANTED.items():
            page.evaluate(PLANT, [style, inside])
            found[name] = shots.measure(client, page, "full") + shots.judge(page)
            page.evaluate("() => document.querySelector('#planted').remove()")
        page.evaluate("() => { document.body.insertAdjacentHTML('beforeend', '<i style=\"color: red\"></i>'); console.error('planted') }")
    said = shots.take(client, replace(home, own={"planted": plant}), "planted")
    for name, (_, _, expected) in PLANTED.items():
        assert any(expected in line for line in found[name]), (name, found[name])
    assert any("CSP: style-src" in line for line in said) and any("planted" in line for line in said), said


def test_a_reply_that_the_document_does_not_allow_is_seen(shots):
    client = TABLES["phone"]
    points = next(page for page in client.pages if page.name == "points")

    def rotten(value, mode, path, body):
        del value["rows"][0]["points"]
        return value
    said = shots.take(client, replace(points, scene={"points_me": rotten}), "full")
    assert any("'points' is a required property" in line for line in said), said


def test_a_page_without_a_row_is_seen():
    client = TABLES["phone"]
    assert missing(replace(client, pages=client.pages[1:])) == ["phone/login: a page of pages.ts without a row in tests/web/looks/phone.py"]
    assert missing(replace(client, pages=[*client.pages[1:], replace(client.pages[0], without={"empty": ""})])) != []


@pytest.mark.parametrize("longest", [False, True])
def test_every_route_has_replies_that_fit(longest):
    for operation in OPERATIONS:
        whole = operation.lists and "$ref" not in operation.schema
        operation.judge(Replies(longest).page(operation.schema, 3, 3) if whole else Replies(longest).value(operation.schema))
