"""A county's members in a file, with faults of every kind planted in some rows, and the list of them: written without a look at how
files are checked.  SPDX-License-Identifier: Apache-2.0"""
import csv
import io
import random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰志文建国"
HEAD = ["序号", "姓名", "所在党支部", "身份证号码", "联系电话", "性别", "出生年月日", "民族", "学历", "入党时间", "转正时间", "家庭住址"]
PEOPLE = ["黎族", "苗族", "汉族", "壮族"]
SCHOOLING = ["初中", "高中", "中专", "大专", "本科", "研究生"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(seventeen):
    return "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, seventeen)) % 11]


class Planter:
    """`rows` rows of which a share `faulty` has one fault each; `planted` lists (line, column, reason)."""

    def __init__(self, rows, branches, faulty=0.02, seed=20261130):
        self.random, self.branches, self.planted = random.Random(seed), branches, set()
        self.numbers, self.used = set(), []
        self.rows = []
        for n in range(rows):
            row = self.good(n)
            self.rows.append(row)
            if n > 10 and self.random.random() < faulty:
                self.spoil(n, row)
            else:
                self.used.append(n)

    def good(self, n):
        pick = self.random
        year, month, day = pick.randint(1945, 2000), pick.randint(1, 12), pick.randint(1, 28)
        while True:
            order = pick.randint(1, 999)
            seventeen = f"46902{pick.randint(1, 9)}{year}{month:02d}{day:02d}{order:03d}"
            name = pick.choice(SURNAMES) + pick.choice(GIVEN) + pick.choice(GIVEN)
            if seventeen not in self.numbers and (name, year, month, day) not in self.numbers:
                break
        self.numbers |= {seventeen, (name, year, month, day)}
        joined = year + 18 + pick.randint(1, 5)
        return [str(n + 1), name, pick.choice(self.branches), seventeen + check_digit(seventeen),
                f"1{pick.randint(3, 9)}{pick.randint(0, 10**9 - 1):09d}", "男" if order % 2 else "女",
                pick.choice([f"{year}-{month:02d}-{day:02d}", f"{year}年{month}月{day}日", f"{year}.{month}.{day}", f"{year}{month:02d}{day:02d}"]),
                pick.choice(PEOPLE), pick.choice(SCHOOLING), f"{joined}-07-01", f"{joined + 1}.7.1", f"第{n % 90 + 1}号"]

    def spoil(self, n, row):
        kind = self.random.choice(KINDS)
        column, reason = getattr(self, kind)(row)
        self.planted.add((n + 2, HEAD[column], reason))

    def no_name(self, row):
        row[1] = " "
        return 1, "value_missing"

    def damaged_name(self, row):
        row[1] = row[1][0] + "\ufffd\ufffd"
        return 1, "text_encoding"

    def mojibake(self, row):
        row[8] = "锟斤拷锟斤拷"
        return 8, "text_encoding"

    def unknown_branch(self, row):
        row[2] = f"没有的第{self.random.randint(1, 999)}支部"
        return 2, "organisation_unknown"

    def wrong_check_digit(self, row):
        last = row[3][17]
        row[3] = row[3][:17] + self.random.choice([d for d in "0123456789X" if d != last])
        return 3, "resident_id_check"

    def short_number(self, row):
        row[3] = row[3][:15]
        return 3, "resident_id_form"

    def double(self, row):
        other = self.rows[self.random.choice(self.used)]
        row[3], row[5], row[6] = other[3], other[5], other[6]
        row[1], row[9], row[10] = other[1], other[9], other[10]
        return 3, "row_twice"

    def other_sex(self, row):
        row[5] = "女" if row[5] == "男" else "男"
        return 5, "resident_id_contradicts"

    def other_birthday(self, row):
        row[6] = f"{int(row[3][6:10]) - 1}-01-01"
        return 6, "resident_id_contradicts"

    def bad_mobile(self, row):
        row[4] = self.random.choice(["0898-83661234", "12345678901", row[4][:-1], row[4] + "0"])
        return 4, "mobile_form"

    def no_such_day(self, row):
        row[9] = self.random.choice(["2001-02-30", "1999年13月1日", "1850-01-01"])
        row[10] = ""
        return 9, "day_impossible"

    def too_young(self, row):
        row[9], row[10] = f"{int(row[3][6:10]) + 12}-07-01", ""
        return 9, "day_order"

    def to_come(self, row):
        row[10] = "2199-01-01"
        return 10, "day_order"

    def no_day(self, row):
        row[9], row[10] = "很久以前", ""
        return 9, "day_unreadable"

    def unknown_sex(self, row):
        row[5] = "未知"
        return 5, "sex_unknown"

    def too_long(self, row):
        row[7] = "很" * 13
        return 7, "value_long"

    def masked(self, row):
        row[4] = row[4][:3] + "****" + row[4][7:]
        return 4, "value_masked"

    def csv(self, encoding="utf-8"):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(self.rows)
        return out.getvalue().encode(encoding)

    def xlsx(self):
        """The same as an Excel workbook by a library that nobody here wrote."""
        import openpyxl
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEAD)
        for row in self.rows:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


KINDS = ["no_name", "damaged_name", "mojibake", "unknown_branch", "wrong_check_digit", "short_number", "double", "other_sex",
         "other_birthday", "bad_mobile", "no_such_day", "too_young", "to_come", "no_day", "unknown_sex", "too_long", "masked"]
