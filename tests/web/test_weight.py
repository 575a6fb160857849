"""What the first load of the phone and of the console weighs.  SPDX-License-Identifier: Apache-2.0"""
import pytest

KIB = 1024


def counting(page):
    """The encoded bytes of all that the page loads from now on."""
    link = page.context.new_cdp_session(page)
    link.send("Network.enable")
    sizes = []
    link.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


@pytest.fixture
def counted(new_phone):
    """A phone with an empty cache, and the encoded bytes of all that it loaded."""
    phone = new_phone(workers="block")
    return phone, counting(phone.page)


def test_through_log_in_to_the_home_page_and_to_the_first_question(county, counted):
    phone, sizes = counted
    exam, member = county.exam(), county.recruit()
    phone.log_in(member.login)
    phone.page.wait_for_load_state("networkidle")
    home = sum(sizes)
    assert home <= 200 * KIB
    phone.page.locator(f"a[href='/phone/exams/{exam}']").click()
    phone.page.click("main .button.main")
    phone.page.wait_for_selector(".question")
    assert home < sum(sizes) <= 200 * KIB


def test_the_console_through_log_in_to_its_start(county, instance, seat):
    sizes = []
    desk = seat(instance.url, county.officer("county_administrator", county.root).login, before=lambda page: sizes.append(counting(page)))
    desk.page.locator("nav.side").wait_for()
    desk.page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes[0]) <= 400 * KIB
