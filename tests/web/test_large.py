"""A list of ten thousand rows: paged, filtered and searched, and the page never stutters.  SPDX-License-Identifier: Apache-2.0"""
import pytest

ROWS, FILE, STUTTER, TIMES = 10_000, 5000, 100, 3
HEAD = "number,kind,topic,stem,options,key,marks,explanation,source\n"


def line(number):
    kind = "single" if number % 2 else "truth"
    options, key = ("甲 | 乙 | 丙", "2") if number % 2 else ("", "错")
    return f"{number},{kind},专题{number % 10},第{number}号题目的题干写在这里？,{options},{key},2,,\n"


@pytest.fixture(scope="module")
def bank(county, admin):
    made = admin.command("POST", "/v1/banks", {"organisation": county.root, "name": "万题题库"})["command"]
    for first in range(1, ROWS, FILE):
        body = HEAD + "".join(line(number) for number in range(first, first + FILE))
        taken = admin.command("POST", f"/v1/questions:import?bank={made}&format=csv", body.encode(), headers={"Content-Type": "text/csv"})
        assert taken["result"]["taken"] == FILE, taken
    return made


class Strides:
    """Steps on a page, each done several times: what is slow of itself is so each time, what the machine held up is not."""

    def __init__(self, page):
        self.page, self.least = page, {}
        page.evaluate("""() => { window.strides = []
            new PerformanceObserver((list) => { for (const task of list.getEntries()) strides.push(task.duration) })
                .observe({ type: 'longtask' }) }""")

    def step(self, name, act, shown):
        """Does it and waits until it is shown; keeps the longest task of the calmest time."""
        self.page.evaluate("() => { strides.length = 0 }")
        act()
        shown()
        # the observer is told of a task after it: two frames later it has been
        longest = self.page.evaluate("""() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() =>
            setTimeout(() => told(Math.max(0, ...strides))))))""")
        self.least[name] = min(self.least.get(name, longest), longest)


def test_ten_thousand_rows(county, seat, instance, bank):
    desk = seat(instance.url, county.officer("county_administrator", county.root).login)
    page = desk.page
    desk.go(f"/banks/{bank}")
    desk.heading("共 10000 条")
    strides = Strides(page)
    first = lambda text: page.locator("tbody tr").first.get_by_text(text, exact=True).wait_for()  # noqa: E731
    kind = page.get_by_role("combobox", name="题型")
    search = page.get_by_role("searchbox").first
    for _ in range(TIMES):
        strides.step("next page", page.get_by_role("button", name="下一页").click, lambda: first("51"))
        strides.step("page before", page.get_by_role("button", name="上一页").click, lambda: first("1"))
        strides.step("filter", lambda: kind.select_option("truth"), lambda: desk.heading("共 5000 条"))
        first("2")
        strides.step("no filter", page.locator(".chip").click, lambda: desk.heading("共 10000 条"))
        search.fill("第9999号")
        strides.step("search", lambda: search.press("Enter"), lambda: desk.heading("共 1 条"))
        strides.step("search over", page.locator(".chip").click, lambda: desk.heading("共 10000 条"))
        strides.step("down the rows", lambda: [page.keyboard.press("ArrowDown") for _ in range(20)], lambda: None)
    assert {name: longest for name, longest in strides.least.items() if longest > STUTTER} == {}
    desk.go(f"/banks/{bank}?page=200")
    first("9951")
    assert page.locator("tbody tr").count() == 50 and page.get_by_role("button", name="下一页").is_disabled()
