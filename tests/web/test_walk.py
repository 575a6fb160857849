"""The whole way of one examination, on all three clients at once.  SPDX-License-Identifier: Apache-2.0"""
from hall import Hall
from walk import walk


def test_the_whole_way(county, seat, new_phone, playwright, instance, tmp_path):
    hall = Hall(playwright, instance.url).log_in(county.officer("screen", county.root).login).watch()
    desk = seat(instance.url, county.officer("county_administrator", county.root).login)
    walk(desk, new_phone(), hall, county.recruit(county.branches[1]).login, tmp_path, instance.now() / 1000, "一路走完的考试", "10 分")
    assert not hall.faults
    hall.end()
