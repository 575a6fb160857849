"""DingTalk's old interface as its documents and recorded answers say: gettoken and getuserinfo.  SPDX-License-Identifier: Apache-2.0"""
import uuid

from clouds.service import Service


class DingTalk(Service):
    def __init__(self, port=0, key="dingkey", secret="ding secret"):
        super().__init__(port)
        self.key, self.secret, self.token = key, secret, None

    def expire(self):
        """Its token is over before its time."""
        self.token = None

    def answer(self, method, path, query, body):
        if path == "/gettoken":
            if "appkey" not in query:
                return {"errcode": 40035, "errmsg": "缺少参数 corpid or appkey"}
            if (query["appkey"], query.get("appsecret")) != (self.key, self.secret):
                return {"errcode": 40096, "errmsg": "不合法的appKey或appSecret"}
            self.token = self.token or f"ding-{uuid.uuid4().hex}"
            return {"errcode": 0, "access_token": self.token, "errmsg": "ok", "expires_in": 7200}
        if path == "/topapi/v2/user/getuserinfo" and method == "POST":
            if query.get("access_token") != self.token or self.token is None:
                return {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token", "request_id": "x",
                        "errmsg": "ding talk error[subcode=40014,submsg=不合法的access_token]"}
            return self.user(body.get("code", ""), lambda who: {
                "errcode": 0, "errmsg": "ok", "request_id": "x", "result": {
                    "userid": who, "device_id": "d1", "sys": False, "sys_level": 0, "associated_unionid": "a", "unionid": f"u-{who}",
                    "name": "张三"}})
        if path == "/user/getuserinfo" and method == "GET":  # the one before, which its SDKs still ask
            if query.get("access_token") != self.token:
                return {"errcode": 40014, "errmsg": "不合法的access_token"}
            return self.user(query.get("code", ""), lambda who: {
                "errcode": 0, "errmsg": "ok", "userid": who, "deviceId": "d1", "is_sys": False, "sys_level": 0})
        return {"errcode": 22, "errmsg": "不合法ApiName"}

    def user(self, code, shape):
        who = self.spend(code)
        if who in ("unknown", "used"):
            return {"errcode": 40078, "errmsg": "不存在的临时授权码", "request_id": "x"}
        return shape(who)


THROTTLED = {"errcode": 88, "sub_code": "90018", "sub_msg": "您的请求过于频繁，处罚将在 2026-11-29 20:00:00 结束", "errmsg": "ding talk error"}
QUOTA = {"errcode": 90020, "errmsg": "本月调用量超限"}
BANNED = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "0"}
BUSY = {"errcode": -1, "errmsg": "系统繁忙"}
