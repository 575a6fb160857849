"""The mini-program's shell: its built code under Node, against a front that asks a stand-in of WeChat, and the client it opens in Chromium.
SPDX-License-Identifier: Apache-2.0"""
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from instance import CHECKOUT
from phone import ARGUMENTS
from test_member import kept

sys.path.insert(0, str(CHECKOUT / "tests"))
from authenticator import code as totp  # noqa: E402
from clouds import service  # noqa: E402
from clouds.wechat import WeChat  # noqa: E402

BUILT = Path(os.environ.get("BUILD", CHECKOUT / "build")) / "wechat"
LOGIN, WEB, SUBSCRIBE = "pages/login/login", "pages/web/web", "pages/subscribe/subscribe"
INSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.50 miniProgram/wxmini"


@pytest.fixture
def wechat(instance):
    made = WeChat(instance.clouds)
    yield made
    made.close()


class Shell:
    """The shell on one device: `launch` opens it, `tap` and `type` are what a person does; `at`, `data`, `storage` are how it stands."""

    def __init__(self, folder, front, templates=()):
        shutil.copytree(BUILT, folder)
        site = {"front": front, "templates": [{"id": each, "tells": f"提醒{each}"} for each in templates]}
        (folder / "site.js").write_text(f"exports.site = {json.dumps(site)}", encoding="utf-8")
        self.process = subprocess.Popen(["node", Path(__file__).with_name("shell.mjs"), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def act(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        self.at, self.data, self.storage, self.asked = told["route"], told["data"], told["storage"], told["asked"]
        assert not any("token" in url or "session=" in url for url in self.asked)
        return self

    def launch(self, *codes):
        return self.act(act="launch", codes=codes)

    def tap(self, handler, **more):
        return self.act(act="tap", handler=handler, **more)

    def type(self, **fields):
        for field, value in fields.items():
            self.act(act="tap", handler=f"{field}Typed", value=value)
        return self

    def log_in(self, login):
        return self.type(login=login[0], password=login[1]).tap("logIn")

    @property
    def session(self):
        """What the web-view's address hands over, in its fragment."""
        address = re.fullmatch(r"(https?://[^#?]+/phone/)(?:#session=([0-9a-f]+))?", self.data["src"])
        return address[2]


@pytest.fixture
def new_shell(tmp_path, instance):
    made = []

    def new(front=instance.url, **more):
        made.append(Shell(tmp_path / f"shell{len(made)}", front, **more))
        return made[-1]
    yield new
    for shell in made:
        shell.process.kill()
        shell.process.wait()


@pytest.fixture
def web_view(browser, instance):
    """A web-view's browser, which keeps what pages store as long as the test runs."""
    made = []

    def new(agent=INSIDE):
        made.append(browser.new_context(user_agent=agent, locale="zh-CN", timezone_id="Asia/Shanghai", service_workers="block",
                                        viewport={"width": 390, "height": 844}))
        made[-1].set_default_timeout(30000)
        return made[-1].new_page()
    yield new
    for context in made:
        context.close()


def somebody():
    return "o" + uuid.uuid4().hex[:27]


class Viewed:
    """What the tests of the phone ask of one: its page."""

    def __init__(self, page):
        self.page = page


def refreshed(client, token):
    return client.send("POST", "/v1/sessions:refresh", {"refresh_token": token}).status


def test_the_built_shell_is_whole():
    """As WeChat's tool wants it: every page that is listed has its four files, and no text is left to be put in."""
    app = json.loads((BUILT / "app.json").read_text(encoding="utf-8"))
    assert app["pages"] == [LOGIN, SUBSCRIBE, WEB] and app["window"]["navigationBarTitleText"] == "智慧党建"
    for page in app["pages"]:
        for ending in ("js", "json", "wxml", "wxss"):
            text = (BUILT / f"{page}.{ending}").read_text(encoding="utf-8")
            assert text and "say('" not in text.replace("say$1", "") or ending == "js"
    assert "page { --brand: #b8141c" in " ".join((BUILT / "app.wxss").read_text(encoding="utf-8").split())
    assert "账号" in (BUILT / f"{LOGIN}.wxml").read_text(encoding="utf-8")


FAULTS = {
    "markup": ("pages/web/web.wxml", "<web-view src=\"{{src}}\" />", "<view><web-view src=\"{{src}}\" />", "missing end tag"),
    "a tap": ("pages/subscribe/subscribe.wxml", "bindtap=\"later\"", "bindtap=\"never\"", "no handler never"),
    "a word": ("pages/login/login.wxml", "login.do'", "login.dont'", "no word login.dont"),
    "a page": ("app.json", "pages/web/web", "pages/web/gone", "gone"),
    "a tag": ("pages/web/web.wxml", "<web-view", "<iframe", "no tag iframe"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_broken_shell_is_not_built(what, tmp_path):
    name, text, broken, told = FAULTS[what]
    web = tmp_path / "web"
    web.mkdir()
    for part in ("shared", "wechat"):
        shutil.copytree(CHECKOUT / "http/web" / part, web / part)
    (web / "node_modules").symlink_to(CHECKOUT / "http/web/node_modules")
    path = web / "wechat/src" / name
    assert text in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(text, broken), encoding="utf-8")
    ran = subprocess.run(["npx", "vite", "build", "wechat"], cwd=web, env={**os.environ, "WECHAT_OUT": str(tmp_path / "out")}, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ran.returncode != 0 and told in ran.stdout, ran.stdout


def test_the_first_time_by_password_then_by_wechat_alone(county, instance, wechat, new_shell, web_view):
    member, who = county.recruit(), somebody()
    shell = new_shell().launch(wechat.new_code(who))
    assert (shell.at, shell.data["step"]) == (LOGIN, "password")
    shell.log_in((member.login[0], "not this one"))
    assert (shell.at, shell.data["step"]) == (LOGIN, "password") and "密码" in shell.data["fault"]
    shell.log_in(member.login)
    assert shell.at == WEB and member.get("/v1/identities").json["rows"][0]["provider"] == "wechat_mini"
    first = shell.session
    view = web_view()
    view.goto(shell.data["src"])
    view.wait_for_selector("nav.tabs")
    assert view.evaluate("location.href") == f"{instance.url}/phone/" and member.get("/v1/me").json["name"] in view.inner_text("header")
    assert kept(Viewed(view))["refresh"] != first, "what was handed over is spent"
    # the next time nobody asks for a password; what was signed in there before ends
    before = kept(Viewed(view))["refresh"]
    shell.launch(wechat.new_code(who))
    assert shell.at == WEB and shell.session != first
    assert not any(secret in json.dumps(shell.storage) for secret in (first, shell.session, member.login[1]))
    with view.expect_response(lambda reply: reply.url.endswith("/v1/sessions:close")):
        view.goto("about:blank")
        view.goto(shell.data["src"])
    view.wait_for_selector("nav.tabs")
    assert refreshed(member, before) == 401
    # whoever finds the address later has nothing by it, and is noticed
    assert refreshed(member, shell.session) == 401


def test_a_session_in_a_link_is_not_taken_elsewhere(county, wechat, new_shell, web_view):
    member, who = county.recruit(), somebody()
    shell = new_shell().launch(wechat.new_code(who)).log_in(member.login)
    view = web_view(agent=INSIDE.replace(" miniProgram/wxmini", ""))
    view.goto(shell.data["src"])
    view.wait_for_selector("form [name=login]")
    assert view.evaluate("location.hash") == "" and kept(Viewed(view)) is None
    assert refreshed(member, shell.session) == 201, "it was not spent"


def test_another_person_takes_the_web_view_over(county, wechat, new_shell, web_view):
    view = web_view()
    members = [county.recruit() for _ in range(2)]
    for member in members:
        view.goto("about:blank")
        view.goto(new_shell().launch(wechat.new_code(somebody())).log_in(member.login).data["src"])
        view.wait_for_selector("nav.tabs")
        view.get_by_role("link", name="我的", exact=True).click()
        view.get_by_text(member.login[0]).wait_for()
    left = view.evaluate("Object.keys(localStorage)")
    assert not any(name.endswith(members[0].id) for name in left), left


def test_a_second_factor_is_asked_for(county, instance, wechat, new_shell):
    member, who = county.recruit(), somebody()
    secret = member.send("POST", "/v1/me/factor", {"password": member.login[1]}).json["secret"]
    assert member.send("POST", "/v1/me/factor/confirmation", {"code": totp(secret, instance.now())}).status == 201
    shell = new_shell().launch(wechat.new_code(who)).log_in(member.login)
    assert shell.data["step"] == "code"
    shell.type(code="000000").tap("giveCode")
    assert (shell.at, shell.data["step"]) == (LOGIN, "code") and shell.data["fault"]
    instance.advance(30000)
    shell.type(code=totp(secret, instance.now())).tap("giveCode")
    assert shell.at == WEB and shell.session and member.get("/v1/identities").json["total"] == 1
    shell.launch(wechat.new_code(who))
    assert (shell.at, shell.data["step"]) == (LOGIN, "code"), "by WeChat too"


def test_a_first_password_is_changed_in_the_client(county, admin, wechat, new_shell):
    login = f"w{uuid.uuid4().hex[:8]}"
    admin.command("POST", "/v1/members", {
        "organisation": county.branches[0], "initial_password": county.password, "must_change": True,
        "members": [{"login": login, "name": "新入党员", "ethnicity": "黎族", "birth_year": 1990, "joined_year": 2015}]})
    shell = new_shell().launch(wechat.new_code(somebody()))
    shell.log_in((login, county.password))
    assert (shell.at, shell.data["step"]) == (LOGIN, "duty")
    shell.tap("goOn")
    assert shell.at == WEB and shell.session is None


def test_wechat_away_and_back(county, wechat, new_shell):
    member, who = county.recruit(), somebody()
    shell = new_shell().launch(wechat.new_code(who)).log_in(member.login)
    wechat.faults.extend([service.gateway_timeout] * 3)
    shell.launch(wechat.new_code(who))
    assert (shell.at, shell.data["step"]) == (LOGIN, "fault") and "稍后" in shell.data["fault"] or "重新" in shell.data["fault"]
    shell.tap("again", codes=[wechat.new_code(who)])
    assert shell.at == WEB
    shell.launch()  # WeChat itself gives no code
    assert shell.data == {"step": "fault", "busy": False, "fault": "网络未连通，请检查网络后重试。"}
    shell.tap("withPassword").log_in(member.login)
    assert shell.at == WEB


def test_somebody_who_is_bound_elsewhere_still_comes_in(county, wechat, new_shell):
    """The account has another WeChat already: it is told, and the way on is open."""
    member = county.recruit()
    new_shell().launch(wechat.new_code(somebody())).log_in(member.login)
    shell = new_shell().launch(wechat.new_code(somebody())).log_in(member.login)
    assert (shell.at, shell.data["step"]) == (LOGIN, "unbound") and "已绑定" in shell.data["fault"]
    shell.tap("goOn")
    assert shell.at == WEB and shell.session


@pytest.mark.parametrize("chosen", [True, False])
def test_messages_are_asked_about_in_words_before_the_sheet(chosen, county, wechat, new_shell):
    member, who = county.recruit(), somebody()
    shell = new_shell(templates=("exam", "dues")).launch(wechat.new_code(who)).log_in(member.login)
    assert shell.at == SUBSCRIBE and [each["tells"] for each in shell.data["templates"]] == ["提醒exam", "提醒dues"]
    assert "consent" not in shell.storage
    shell.tap("choose" if chosen else "later", answers={"dues": "reject"})
    assert shell.storage["consent"]["answers"] == ({"exam": "accept", "dues": "reject"} if chosen else {}) and shell.storage["consent"]["at"]
    assert shell.at == WEB and shell.session
    assert shell.launch(wechat.new_code(who)).at == WEB, "asked once"
