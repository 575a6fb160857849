"""The hall screen's pages, a row each.  SPDX-License-Identifier: Apache-2.0"""
import math
from datetime import datetime, timedelta, timezone

from .replies import ident, stamp
from .rows import Client, Page

PLACES = ("保城镇", "什玲镇", "加茂镇", "响水镇", "新政镇", "三道镇", "六弓乡", "南林乡", "毛感乡", "县委办", "县政府办", "县教育局", "县卫健委", "县公安局", "县财政局", "县农业农村局",
          "县住建局", "县市场监管局", "国企", "非公和社会组织")


def progress(value, mode, path, body):
    """Committees that have come to different places."""
    rows = []
    for place, row in enumerate(value["rows"][:20]):
        members = 96 + place * 53 % 610
        started = members * (95 - place * 4) // 100
        handed_in = started * (96 - place * 3) // 100
        name = row["name"] if mode == "longest" else f"{PLACES[place]}党委"
        rows.append({**row, "organisation": ident("organisation", place + 1), "name": name, "members": members, "started": started,
                     "handed_in": handed_in, "graded": max(0, handed_in - 3)})
    return {"rows": rows, "total": len(rows)}


def managed(value, mode, path, body):
    for row in value["rows"]:
        row["state"] = "open"
    return value


def pulse(value, mode, path, body):
    """A burst that is at its height."""
    now = datetime.now(timezone.utc)
    value.update(members=9000, started=7310, handed_in=5204, graded=5190, grading_ms_half=34, grading_ms_most=210)
    heights = [round(80 * math.exp(-((place - 40) / 11) ** 2)) for place in range(60)]
    value["spans"] = [] if mode == "empty" else [{"at": stamp(now - timedelta(seconds=5 * (59 - place))), "started": height // 2, "handed_in": height,
                                                   "graded": max(0, height - 2)} for place, height in enumerate(heights)]
    return value


def averages(value, mode, path, body):
    for place, row in enumerate(value["rows"][:20]):
        row.update(rank=place + 1, organisation=ident("organisation", place + 1), average=round(18.6 - 0.85 * place, 2),
                   name=row["name"] if mode == "longest" else f"{PLACES[place]}党委")
    return {"rows": value["rows"][:20], "total": min(20, len(value["rows"]))}


def lost(page, stage):
    """The connection goes while it is shown."""
    stage.set("silent")
    page.wait_for_function("() => document.querySelector('.hall > header')?.innerText.includes('连接中断')")


SCENE = {"exam_progress": progress, "exam_managed": managed, "exam_pulse": pulse, "leaderboard_organisations": averages}
WITHOUT = {"dark": "it has one look, for a lit hall", "large": "its type follows the screen's width", "narrow": "it hangs in a hall"}


def hall(name, path):
    return Page(name, path, role="screen", ready=".hall", scene=SCENE, own={"lost": lost},
                without={**WITHOUT, "stale": "as lost", "refused": "as offline: it goes on trying"})


CLIENT = Client("screen", sizes=((1920, 1080), (1440, 900), (3840, 2160)), pages=[
    Page("login", "/login", role=None,
         without={**WITHOUT, **dict.fromkeys(("empty", "loading", "stale", "longest", "many"), "it asks for nothing"), "refused": "as the phone's", "offline": "as the phone's"}),
    hall("hall", "/"),
    hall("part", f"/organisations/{ident('organisation', 1)}"),
])
