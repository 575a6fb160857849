"""Log-in by WeChat and DingTalk against stand-ins of them, which SDKs that none of us wrote find to be right.
SPDX-License-Identifier: Apache-2.0"""
import sys
import threading
import uuid

import pytest
from instance import CHECKOUT
from test_identity import FIRST, enrol, log_in, stranger, stranger_with
from wire import Problems

sys.path.insert(0, str(CHECKOUT / "tests"))
from clouds import dingtalk as ding  # noqa: E402
from clouds import service  # noqa: E402
from clouds.wechat import WeChat, fault  # noqa: E402


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


@pytest.fixture
def wechat(instance):
    made = WeChat(instance.clouds)
    yield made
    made.close()


@pytest.fixture(scope="module")
def dingtalk_service(instance):
    made = ding.DingTalk(instance.clouds + 1)
    yield made
    made.close()


@pytest.fixture
def dingtalk(dingtalk_service):
    """No fault of one test is left to the next."""
    yield dingtalk_service
    dingtalk_service.faults.clear()


def by_wechat(county, code, app="mini", **more):
    return stranger(county).send("POST", "/v1/sessions:wechat", {"code": code, "app": app, **more})


def by_dingtalk(county, code, **more):
    return stranger(county).send("POST", "/v1/sessions:dingtalk", {"code": code, **more})


def somebody():
    return "o" + uuid.uuid4().hex[:27]


def bind(client, ticket):
    return client.send("POST", "/v1/identities", {"ticket": ticket})


WAYS = {"mini": lambda county, clouds, who: by_wechat(county, clouds[0].new_code(who)),
        "official": lambda county, clouds, who: by_wechat(county, clouds[0].new_code(who), "official"),
        "dingtalk": lambda county, clouds, who: by_dingtalk(county, clouds[1].new_code(who))}
PROVIDERS = {"mini": "wechat_mini", "official": "wechat_official", "dingtalk": "dingtalk"}


@pytest.mark.parametrize("way", WAYS)
def test_bound_once_then_in_without_a_password(way, county, wechat, dingtalk, database, instance, problems):
    enter, who = lambda one: WAYS[way](county, (wechat, dingtalk), one), somebody()  # noqa: E731
    login, account = enrol(county)
    client = log_in(county, login, FIRST)
    ticket = problems.check(enter(who), 403, "unbound", "")["ticket"]
    assert who not in ticket
    assert bind(client, ticket).status == 204
    row, = client.get("/v1/identities").json["rows"]
    assert row["provider"] == PROVIDERS[way]
    opened = enter(who)
    assert opened.status == 201 and "duty" not in opened.json
    assert stranger_with(county, opened.json["access_token"]).get("/v1/me").json["login"] == login
    # nobody else gets the same, and nobody a second one of its kind
    other = log_in(county, enrol(county)[0], FIRST)
    assert problems.check(bind(other, ticket), 409, "exists", "")
    problems.check(bind(client, problems.check(enter(somebody()), 403, "unbound", "")["ticket"]), 409, "exists", "")
    # nor is another's unbound
    problems.check(other.send("POST", f"/v1/identities/{row['identity']}/closing", {}), 404, "not_found", "")
    assert client.send("POST", f"/v1/identities/{row['identity']}/closing", {}).status == 204
    problems.check(client.send("POST", f"/v1/identities/{row['identity']}/closing", {}), 404, "not_found", "")
    anew = problems.check(enter(who), 403, "unbound", "")["ticket"]
    assert bind(other, anew).status == 204
    assert stranger_with(county, enter(who).json["access_token"]).get("/v1/me").json["login"] != login
    # the id there stands nowhere as it is
    kept = database.execute("select string_agg(b::text, ' ') from identity_binding b").fetchone()[0]
    assert who not in kept and all(who not in instance.log(name) for name in ("front", "relay", "roster", "postgresql"))


def test_a_ticket_is_of_its_kind_and_time(county, wechat, instance, problems):
    client = log_in(county, enrol(county)[0], FIRST)
    ticket = problems.check(by_wechat(county, wechat.new_code(somebody())), 403, "unbound", "")["ticket"]
    problems.check(bind(client, ticket[:-3]), 422, "invalid", "#/ticket")
    problems.check(stranger(county).send("POST", "/v1/sessions:second", {"ticket": ticket, "code": "123456"}), 401, "sign_in_failed", "")
    turned = instance.offset()
    try:
        instance.advance(301000)
        problems.check(bind(client, ticket), 422, "invalid", "#/ticket")
    finally:
        instance.turn_clock(turned)


def test_who_was_switched_off_is_not_let_in(county, wechat, database, problems):
    who, (login, account) = somebody(), enrol(county)
    assert bind(log_in(county, login, FIRST), by_wechat(county, wechat.new_code(who)).json["ticket"]).status == 204
    database.execute("update account set active = false where id = %s", (account,))
    problems.check(by_wechat(county, wechat.new_code(who)), 401, "sign_in_failed", "")


def test_a_first_password_and_a_second_factor_are_asked_for_here_too(county, wechat, problems):
    who, (login, _) = somebody(), enrol(county, must_change=True)
    first = log_in(county, login, FIRST)
    changed = first.send("POST", "/v1/me/password", {"old_password": FIRST, "new_password": "a further 口令"})
    client = stranger_with(county, changed.json["access_token"])
    assert bind(client, by_wechat(county, wechat.new_code(who)).json["ticket"]).status == 204
    from authenticator import code
    secret = client.send("POST", "/v1/me/factor", {"password": "a further 口令"}).json["secret"]
    assert client.send("POST", "/v1/me/factor/confirmation", {"code": code(secret, county.instance.now())}).status == 201
    ticket = problems.check(by_wechat(county, wechat.new_code(who)), 403, "second_factor", "")["ticket"]
    turned = county.instance.offset()
    try:
        county.instance.advance(30000)
        assert stranger(county).send("POST", "/v1/sessions:second", {
            "ticket": ticket, "code": code(secret, county.instance.now())}).status == 201
    finally:
        county.instance.turn_clock(turned)


def test_two_bind_the_same_at_once(county, wechat, problems):
    ticket = problems.check(by_wechat(county, wechat.new_code(somebody())), 403, "unbound", "")["ticket"]
    clients, replies = [log_in(county, enrol(county)[0], FIRST) for _ in range(4)], []
    racers = [threading.Thread(target=lambda c=c: replies.append(bind(c, ticket).status)) for c in clients]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(replies) == [204, 409, 409, 409]


# What WeChat answers that is no person: (its answers in turn, ours, how often it was asked).
WECHAT_FAULTS = {
    "busy once": ([fault(-1, "system error")], 403, 2), "busy for long": ([fault(-1, "system error")] * 3, 503, 3),
    "too often": ([fault(45011, "api minute-quota reach limit")], 503, 1), "quota": ([fault(45009, "reach max api daily quota")], 503, 1),
    "blocked": ([fault(40226, "high risk user")], 403, 1), "wrong secret": ([fault(40125, "invalid appsecret")], 503, 1),
    "wrong appid": ([fault(40013, "invalid appid")], 503, 1), "an address not listed": ([fault(40164, "invalid ip")], 503, 1),
    "numbers as texts": (["strings"], 403, 1), "an error as text": ([{"errcode": "40029", "errmsg": "x"}], 401, 1),
    "a page once": ([service.html], 403, 2), "pages": ([service.html] * 3, 503, 3),
    "a gateway": ([service.gateway_timeout] * 3, 503, 3), "half a reply": ([service.half] * 3, 503, 3),
    "hung up": ([service.hang_up], 403, 2), "no openid": ([{"session_key": "x"}], 503, 1),
    "an errcode that is none": ([{"errcode": {}, "openid": "o12345678"}], 503, 1), "a list": (["[]"] * 3, 503, 3),
    "nothing": ([""] * 3, 503, 3), "another code": (["{}"], 503, 1), "half a surrogate": (['{"openid":"\\ud800"}'] * 3, 503, 3),
    "deep": (["[" * 100] * 3, 503, 3), "large": (['{"openid":"' + "o" * 70000 + '"}'] * 3, 503, 3),
}


@pytest.mark.parametrize("what", WECHAT_FAULTS)
def test_what_wechat_may_answer(what, county, wechat, problems):
    answers, status, asked = WECHAT_FAULTS[what]
    wechat.faults.extend(answers)
    reply = by_wechat(county, wechat.new_code(somebody()))
    assert reply.status == status, reply
    assert len(wechat.asked) == asked, wechat.asked
    expected = {401: "sign_in_failed", 503: "cloud_away"}.get(status, "forbidden" if what == "blocked" else "unbound")
    problems.check(reply, status, expected, "")
    assert b"openid" not in reply.body and b"secret" not in reply.body


def test_codes_are_good_once(county, wechat, dingtalk, problems):
    for cloud, enter in ((wechat, by_wechat), (dingtalk, by_dingtalk)):
        code = cloud.new_code(somebody())
        problems.check(enter(county, code), 403, "unbound", "")
        problems.check(enter(county, code), 401, "sign_in_failed", "")
        problems.check(enter(county, "no code"), 401, "sign_in_failed", "")
        problems.check(enter(county, "&secret=x#?/\r\n"), 401, "sign_in_failed", "")
    method, path, query, _ = wechat.asked[-1]
    assert query["js_code"] == "&secret=x#?/\r\n" and query["secret"] == "mini secret"  # nothing of it is taken for more


def test_a_snapshot_is_nobody(county, wechat, problems):
    who = {"access_token": "t", "expires_in": 7200, "refresh_token": "r", "openid": somebody(), "scope": "snsapi_base", "is_snapshotuser": 1}
    problems.check(by_wechat(county, wechat.new_code(who), "official"), 403, "forbidden", "")


def test_a_slow_service_is_given_up(county, wechat, problems):
    wechat.faults.extend([service.slow(3)] * 3)
    problems.check(by_wechat(county, wechat.new_code(somebody())), 503, "cloud_away", "")


def test_a_service_that_is_not_there(county, problems):
    problems.check(by_wechat(county, "x"), 503, "cloud_away", "")  # no fixture: nothing listens
    assert log_in(county, enrol(county)[0], FIRST).reply.status == 201


def test_dingtalks_token_is_fetched_once_and_anew_when_it_is_over(county, dingtalk, problems):
    fetched = lambda: sum(path == "/gettoken" for _, path, _, _ in dingtalk.asked)  # noqa: E731
    enter = lambda: problems.check(by_dingtalk(county, dingtalk.new_code(somebody())), 403, "unbound", "")  # noqa: E731
    enter()
    before = fetched()
    enter()
    assert fetched() == before
    dingtalk.expire()
    racers = [threading.Thread(target=enter) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert fetched() == before + 1, "four at once fetch one"
    dingtalk.faults.append({"errcode": 42001, "errmsg": "over"})
    enter()
    assert fetched() == before + 2


DINGTALK_FAULTS = {
    "busy once": ([ding.BUSY], 403), "busy for long": ([ding.BUSY] * 3, 503), "throttled": ([ding.THROTTLED], 503),
    "banned": ([ding.BANNED], 503), "banned by a page": ([service.html], 503), "quota": ([ding.QUOTA], 503),
    "no right": ([{"errcode": 60011, "errmsg": "没有调用该接口的权限"}], 503), "numbers as texts": (["strings"], 403),
    "hung up": ([service.hang_up], 403), "88 without more": ([{"errcode": 88, "errmsg": "x", "sub_code": ""}], 403),
    "a token error for ever": ([{"errcode": 88, "sub_code": "40014"}, None, {"errcode": 88, "sub_code": "40014"}], 503),
    "no result": ([{"errcode": 0, "errmsg": "ok"}] * 3, 503), "no errcode": ([{"result": {"userid": "x"}}] * 3, 503),
}


@pytest.mark.parametrize("what", DINGTALK_FAULTS)
def test_what_dingtalk_may_answer(what, county, dingtalk, problems):
    problems.check(by_dingtalk(county, dingtalk.new_code(somebody())), 403, "unbound", "")  # the token is there
    answers, status = DINGTALK_FAULTS[what]
    dingtalk.faults.extend(answers)
    problems.check(by_dingtalk(county, dingtalk.new_code(somebody())), status, "unbound" if status == 403 else "cloud_away", "")


def test_wechatpy_finds_the_stand_in_right():
    from wechatpy import WeChatClient, WeChatOAuth
    from wechatpy.client.api.wxa import WeChatWxa
    from wechatpy.exceptions import WeChatClientException, WeChatOAuthException
    cloud = WeChat()
    try:
        WeChatWxa.API_BASE_URL = WeChatClient.API_BASE_URL = WeChatOAuth.API_BASE_URL = f"{cloud.url}/"
        client, who = WeChatClient("wxmini", "mini secret", access_token="as it asks for one"), somebody()
        code = cloud.new_code(who)
        told = client.wxa.code_to_session(code)
        assert told["openid"] == who and len(told["session_key"]) == 24
        for wrong, number in ((code, 40163), ("none", 40029)):
            with pytest.raises(WeChatClientException) as raised:
                client.wxa.code_to_session(wrong)
            assert raised.value.errcode == number
        with pytest.raises(WeChatClientException) as raised:
            WeChatClient("wxmini", "wrong", access_token="x").wxa.code_to_session(cloud.new_code(who))
        assert raised.value.errcode == 40125
        oauth = WeChatOAuth("wxofficial", "official secret", "https://example.org/")
        assert oauth.fetch_access_token(cloud.new_code(who))["openid"] == who
        with pytest.raises(WeChatOAuthException) as raised:
            oauth.fetch_access_token("none")
        assert raised.value.errcode == 40029
    finally:
        cloud.close()


def test_dingtalk_sdk_finds_the_stand_in_right():
    from dingtalk.client import AppKeyClient
    from dingtalk.core.exceptions import DingTalkClientException
    cloud = ding.DingTalk()
    try:
        AppKeyClient.API_BASE_URL = f"{cloud.url}/"
        client, who = AppKeyClient("corp", "dingkey", "ding secret", token="t", aes_key="A" * 43), somebody()
        code = cloud.new_code(who)
        assert client.user.getuserinfo(code)["userid"] == who
        for wrong in (code, "none"):
            with pytest.raises(DingTalkClientException) as raised:
                client.user.getuserinfo(wrong)
            assert raised.value.errcode == 40078
        cloud.expire()  # it fetches another by itself
        assert client.user.getuserinfo(cloud.new_code(who))["userid"] == who
        told = client.post("/topapi/v2/user/getuserinfo", {"code": cloud.new_code(who)})
        assert told["result"]["userid"] == who and told["errcode"] == 0
        with pytest.raises(DingTalkClientException) as raised:
            AppKeyClient("corp", "dingkey", "wrong", token="t", aes_key="A" * 43).user.getuserinfo("x")
        assert raised.value.errcode == 40096
    finally:
        cloud.close()
