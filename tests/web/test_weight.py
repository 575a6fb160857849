"""What the phone's first load weighs and how soon it is usable on a weak network.  SPDX-License-Identifier: Apache-2.0"""
import pytest

KIB = 1024


@pytest.fixture
def counted(new_phone):
    """A phone with an empty cache, and the encoded bytes of all that it loaded."""
    phone = new_phone(workers="block")
    link = phone.context.new_cdp_session(phone.page)
    link.send("Network.enable")
    sizes = []
    link.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return phone, sizes


def test_through_log_in_to_the_home_page_and_to_the_first_question(county, counted):
    phone, sizes = counted
    exam, member = county.exam(), county.recruit()
    phone.log_in(county, member.login[0])
    phone.page.wait_for_load_state("networkidle")
    home = sum(sizes)
    assert home <= 200 * KIB
    phone.page.locator(f"a[href='/phone/exams/{exam}']").click()
    phone.page.click("main .button.main")
    phone.page.wait_for_selector(".question")
    assert home < sum(sizes) <= 200 * KIB
