"""The demonstration county: its organisations and members, the same at every run.  SPDX-License-Identifier: Apache-2.0

Townships are the real ones; villages, units and all persons are made up for the demonstration."""
import random
from dataclasses import dataclass, field

SEED = "baoting-469029"
MEMBERS = 9000
COUNTY = "中共保亭黎族苗族自治县"
ORDINALS = "一二三四五六七八九十"
SMALL, LARGEST = (4, 6), 50

# Township, villages, how many of the villages have a general branch.
TOWNSHIPS = [
    ("保城镇", "春天 西坡 番文 毛介 什聘 石硐 什奋 什抱 什柄 抄寨 什道 什罗 番共 什丁".split(), 3),
    ("什玲镇", "什玲 水尾 坚固 抄抗 大田 界水 巡亲 八村 什胜 毛定 排寮 加枝".split(), 3),
    ("加茂镇", "加茂 加答 共村 石建 毛林 半弓 界村 毛淋 加都".split(), 2),
    ("响水镇", "响水 合口 毛岸 什龙 徒水河 大本 什月 金江 什邱 新村 陡水".split(), 2),
    ("新政镇", "新政 什那 毛文 报什 石让 新建 毛朋 番雅 南改 什周 什奋口".split(), 2),
    ("三道镇", "三弓 首弓 什进 甘什 田滚 新民 什巴 三道 南梗 什玲口 田岸".split(), 2),
    ("六弓乡", "大妹 石艾 田圮 军普 六弓 石弄 大坡".split(), 1),
    ("南林乡", "罗葵 东方 南林 万如 什龙口 六茅 南坡".split(), 1),
    ("毛感乡", "毛感 南春 千龙 毛位 石新 毛天 番道 什春".split(), 1),
]
TOWN_BRANCHES = {"保城镇": 34, "什玲镇": 26, "加茂镇": 20, "响水镇": 24, "新政镇": 24, "三道镇": 24, "六弓乡": 14,
                 "南林乡": 14, "毛感乡": 16}
SECTORS = {"村": "village", "社区": "community", "学校": "school", "中学": "school", "小学": "school", "幼儿园": "school",
           "公司": "enterprise", "合作社": "enterprise"}
TOWN_UNITS = "机关 离退休干部 中心学校 卫生院 初级中学 幼儿园 农业服务中心 综合行政执法队 社区 供销社 橡胶种植专业合作社 旅游服务公司 农贸市场 环境卫生站"
VILLAGE_GROUPS = ["第一", "第二", "第三"]

# County committees: name after the county's, short name, kind, units with their number of branches.
ORGANS = [
    ("直属机关工作委员会", "县直机关工委", "working_committee",
     "县委办公室 县委组织部 县委宣传部 县委统战部 县委政法委 县纪委监委 县人大常委会机关 县政府办公室 县政协机关 县法院 县检察院 县发展和改革委 县财政局 "
     "县民政局 县司法局 县人力资源和社会保障局 县生态环境局 县住房和城乡建设局 县交通运输局 县水务局 县商务局 县审计局 县统计局 县退役军人事务局 县应急管理局 "
     "县医疗保障局 县营商环境建设局 县民族事务局 县信访局 县总工会 团县委 县妇联 县残联 县工商联 县科协 县文联 县档案馆 县委党校 县融媒体中心 县机关事务服务中心 "
     "县税务局 县气象局 县供电局 县邮政分公司", {"县财政局": 3, "县住房和城乡建设局": 3}),
    ("委教育工作委员会", "县委教育工委", "working_committee",
     "县教育局机关 县教育研究培训院 县第一中学 县第二中学 县民族中学 县思源学校 县职业技术学校 县第一小学 县第二小学 县第三小学 县民族小学 县实验小学 县特殊教育学校 "
     "县机关幼儿园 县中心幼儿园 县教育系统离退休干部 县新星学校 县城北学校", {"县第一中学": 3, "县职业技术学校": 3}),
    ("委非公有制经济组织和社会组织工作委员会", "县委两新工委", "working_committee",
     "县旅游行业协会 县民宿行业协会 县建筑行业协会 县物业服务行业 县快递行业 县网约车行业 县律师行业 县个体劳动者协会 县热带水果流通协会 县志愿服务联合会 县社会工作机构 县红毛丹产业协会", {}),
    ("卫生健康委员会委员会", "县卫健委党委", "committee",
     "县卫健委机关 县疾病预防控制中心 县妇幼保健院 县中医院 县急救中心 县皮肤病防治站 县卫生健康系统离退休干部 县健康教育所 县基层卫生服务中心 县计划生育协会", {}),
    ("公安局委员会", "县公安局党委", "committee",
     "机关第一 机关第二 刑事侦查大队 治安管理大队 交通警察大队 看守所 派出所第一联合 派出所第二联合 离退休民警", {}),
    ("农业农村局委员会", "县农业农村局党委", "committee", "机关 农业技术推广服务中心 畜牧兽医服务中心 农业执法大队 离退休干部", {}),
    ("人民医院委员会", "县人民医院党委", "committee", "机关后勤 内科 外科 门诊医技 离退休", {}),
    ("自然资源和规划局委员会", "县资规局党委", "committee", "机关 不动产登记中心 林业服务中心", {}),
    ("市场监督管理局委员会", "县市场监管局党委", "committee", "机关 基层所联合 检验检测中心", {}),
    ("旅游和文化广电体育局委员会", "县旅文局党委", "committee", "机关 文化馆图书馆联合 旅游发展服务中心", {}),
    ("城乡建设投资集团有限公司委员会", "县城投集团党委", "committee", "机关 水务公司 公共交通公司 热带农业公司", {}),
]


@dataclass
class Organisation:
    """An organisation: its code (which is its Idempotency-Key's root), its parent's code, and what it is called."""

    code: str
    parent: str
    kind: str
    name: str
    short_name: str
    ordinal: int
    rural: bool = False
    members: list = field(default_factory=list)

    @property
    def sector(self):
        """In which kind of place it is, by which its term goes."""
        return next((sector for mark, sector in SECTORS.items() if mark in self.name), "agency")


@dataclass
class Member:
    """A member with an account."""

    login: str
    name: str
    ethnicity: str
    birth_year: int
    joined_year: int


def weighted(text):
    """Names and weights of "王 70 李 66 …"."""
    words = text.split()
    return words[::2], [float(word) for word in words[1::2]]


# Per mille of the Han of the province, as far as one may guess from the national list and the island's own surnames.
HAN = weighted("陈 110 王 85 李 70 林 62 黄 55 张 52 吴 50 符 38 周 32 刘 30 郑 26 杨 24 梁 20 何 19 赵 18 郭 16 徐 15 曾 14 许 14 "
               "蔡 14 韩 13 冯 13 云 11 邢 12 谢 12 孙 11 朱 11 邓 10 罗 10 麦 8 钟 9 叶 9 苏 9 潘 8 翁 7 唐 8 卢 7 庄 6 欧 5 "
               "曹 6 彭 6 余 6 龙 5 莫 6 文 6 冼 4 洪 4 钱 3 魏 3 范 3 史 2 欧阳 2 温 2 严 3 江 3 方 4 石 3 丁 3 程 3 韦 3")
LI = weighted("王 190 黄 150 符 110 陈 95 胡 75 李 62 林 55 苏 30 高 40 董 28 吉 22 刘 25 罗 18 张 22 卓 14 谭 14 郑 14 吴 14 周 8 "
              "杨 8 麦 5 邢 5 容 4 麻 3 梁 6 朱 5 何 4 盆 2 洪 4 万 3 蓝 3")
MIAO = weighted("邓 240 蒋 170 盘 180 李 120 赵 90 陈 70 黄 50 马 40 卜 20 唐 20")
OTHERS = weighted("黄 30 韦 25 覃 20 莫 10 蒙 8 马 8 李 8 罗 6")
ETHNICITIES = ["黎族", "汉族", "苗族", "壮族", "回族"]
SURNAMES = {"黎族": LI, "汉族": HAN, "苗族": MIAO, "壮族": OTHERS, "回族": weighted("海 10 哈 6 蒲 12 江 6 杨 3 刘 3")}
RURAL = [66, 26.5, 6, 1.2, 0.3]
URBAN = [48, 47, 3.2, 1.4, 0.4]

# Given names by the year of birth up to which they hold: first characters, second characters, share of single ones.
MEN = [
    (1949, "德 亚 文 国 明 世 家 成 福 兴 金 荣 有 永 进 开 玉 运 昌 克", "光 才 仁 义 忠 良 昌 庆 生 福 清 兴 明 文 荣 贵 安 德 和 祥", 0.16),
    (1965, "建 国 志 明 文 亚 永 光 德 卫 新 开 进 海 家 学 春 世 金 大", "军 明 荣 忠 华 红 胜 才 平 民 兴 强 文 庆 福 雄 光 祥 安 良", 0.2),
    (1979, "建 志 文 海 明 国 亚 德 学 永 春 进 家 少 振 小 世 光 晓 正", "军 勇 强 华 忠 雄 辉 武 才 鹏 平 斌 良 锋 涛 林 伟 明 清 宁", 0.28),
    (1992, "俊 志 海 明 文 家 国 德 振 泽 世 永 晓 小 宏 建 智 嘉 子 少", "杰 鹏 华 勇 辉 亮 健 超 龙 斌 浩 峰 成 诚 宁 康 平 伟 东 彬", 0.24),
    (2020, "俊 浩 宇 泽 子 文 家 天 昊 嘉 铭 博 晨 志 明 睿 凯 一 梓 逸", "轩 杰 诚 豪 伟 鑫 翔 毅 辰 航 哲 瑞 涵 然 霖 宇 阳 楠 锋 恒", 0.14),
]
WOMEN = [
    (1949, "秀 玉 桂 金 亚 月 凤 美 春 爱 琼 香 素 兰 翠 瑞 惠 少 彩 淑", "英 兰 花 梅 香 珍 妹 莲 连 娥 珠 清 菊 姣 琼 芳 金 容 仙 女", 0.16),
    (1965, "秀 玉 丽 桂 金 凤 琼 爱 春 美 亚 月 海 小 素 彩 少 翠 惠 雪", "英 兰 梅 珍 红 花 芳 香 华 菊 莲 娟 琴 霞 珠 玲 萍 妹 燕 娥", 0.2),
    (1979, "丽 海 春 秀 琼 玉 金 亚 小 晓 雪 秋 美 凤 少 彩 冬 慧 爱 燕", "红 燕 梅 芳 霞 英 萍 娟 敏 玲 花 兰 静 娥 艳 珍 云 琴 香 妹", 0.26),
    (1992, "丽 海 雪 晓 小 春 秋 慧 佳 美 文 静 燕 思 玉 琼 丹 冬 婷 雅", "婷 燕 娜 敏 晶 玲 芳 静 莉 倩 琳 妹 颖 娟 妮 霞 君 萍 蓉 云", 0.24),
    (2020, "欣 雨 梓 佳 思 诗 雅 子 晓 静 慧 嘉 馨 悦 紫 美 心 可 若 梦", "怡 婷 琪 萱 涵 颖 琳 彤 瑶 欣 妍 雯 语 蕊 晴 洁 霏 悦 菲 宁", 0.12),
]


def given_name(chance, birth_year, woman):
    """A given name in the manner of its generation."""
    for until, firsts, seconds, single in WOMEN if woman else MEN:
        if birth_year <= until:
            break
    first, second = chance.choice(firsts.split()), chance.choice(seconds.split())
    return second if chance.random() < single or first == second else first + second


def member(chance, number, rural):
    """The member of a running number."""
    ethnicity = chance.choices(ETHNICITIES, RURAL if rural else URBAN)[0]
    age = min(93, max(20, round(chance.triangular(21, 88, 52 if rural else 43))))
    birth_year = 2026 - age
    joined_year = birth_year + min(age - 2, max(18, round(chance.gauss(29, 7))))
    surnames, weights = SURNAMES[ethnicity]
    surname = chance.choices(surnames, weights)[0]
    name = surname + given_name(chance, birth_year, chance.random() < (0.24 if age > 60 else 0.36))
    return Member(f"m{number:06d}", name, ethnicity, birth_year, min(joined_year, 2026))


def branch_name(stem, size):
    """The full name: 支部委员会 with seven members or more, 党支部 without a committee."""
    return f"{stem}支部委员会" if size >= 7 else f"{stem}党支部"


class Tree:
    """Organisations being put together in order, parents first."""

    def __init__(self):
        self.organisations = [Organisation("county", "", "county_committee", f"{COUNTY}委员会", "保亭县委", 0)]
        self.children = {"county": 0}

    def add(self, parent, kind, name, short_name, rural=False):
        """Adds an organisation below a code and gives its own code."""
        self.children[parent] += 1
        ordinal = self.children[parent]
        code = f"{ordinal:02d}" if parent == "county" else f"{parent}-{ordinal:02d}"
        self.children[code] = 0
        self.organisations.append(Organisation(code, parent, kind, name, short_name, ordinal, rural))
        return code

    def general_branch(self, parent, prefix, unit, short, rural, groups):
        """A general branch with a branch a group; the branches' names are finished when their sizes are known."""
        code = self.add(parent, "general_branch", f"{prefix}{unit}总支部委员会", f"{short}党总支", rural)
        for group in groups:
            self.add(code, "branch", f"{prefix}{unit}{group}", f"{short}{group}支部", rural)

    def township(self, name, villages, with_general):
        """A township's committee, its villages and units."""
        prefix, code = COUNTY + name, self.add("county", "committee", f"{COUNTY}{name}委员会", f"{name}党委", True)
        for place, village in enumerate(villages):
            unit = village if village.endswith("村") else village + "村"
            if place < with_general:
                self.general_branch(code, prefix, unit, unit, True, VILLAGE_GROUPS)
            else:
                self.add(code, "branch", prefix + unit, f"{unit}支部", True)
        units = (unit for unit in TOWN_UNITS.split())
        for _ in range(TOWN_BRANCHES[name] - len(villages) - 2 * with_general):
            unit = next(units)
            self.add(code, "branch", prefix + unit, f"{name}{unit}支部", True)

    def organ(self, name, short, kind, units, general):
        """A county committee and what belongs to it."""
        code = self.add("county", kind, COUNTY + name, short)
        inner = "" if kind == "working_committee" or short == "县卫健委党委" else name.removesuffix("委员会")
        for unit in units.split():
            full, brief = inner + unit.removeprefix("县"), unit if not inner else short.removesuffix("党委") + unit
            groups = ["机关", "基层", "离退休干部"][:general.get(unit, 0)]
            if groups:
                self.general_branch(code, COUNTY, full, brief, False, groups)
            else:
                self.add(code, "branch", COUNTY + full, f"{brief}支部")


def sizes(chance, count):
    """Members of each branch: a few small ones, none over fifty, together MEMBERS."""
    found = [chance.randint(*SMALL) if chance.random() < 0.06 else chance.randint(14, 42) for _ in range(count)]
    while sum(found) != MEMBERS:
        at, step = chance.randrange(count), 1 if sum(found) < MEMBERS else -1
        if found[at] > SMALL[1] and 8 <= found[at] + step <= LARGEST:
            found[at] += step
    return found


def build(seed=SEED):
    """All organisations, parents before children; branches hold their members."""
    chance, tree = random.Random(seed), Tree()
    for township in TOWNSHIPS:
        tree.township(*township)
    for organ in ORGANS:
        tree.organ(*organ)
    branches, number = [one for one in tree.organisations if one.kind == "branch"], 0
    for branch, size in zip(branches, sizes(chance, len(branches))):
        branch.name = branch_name(branch.name, size)
        for _ in range(size):
            number += 1
            branch.members.append(member(chance, number, branch.rural))
    return tree.organisations
