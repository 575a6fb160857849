"""WeChat's log-in as its documents say: code2session and the official account's OAuth.  SPDX-License-Identifier: Apache-2.0"""
import base64
import os

from clouds.service import Service


class WeChat(Service):
    media = "text/plain"  # as at some of its paths

    def __init__(self, port=0, apps=(("wxmini", "mini secret"), ("wxofficial", "official secret"))):
        super().__init__(port)
        self.apps = dict(apps)

    def answer(self, method, path, query, body):
        if path == "/cgi-bin/token":
            return {"access_token": "wechat-token", "expires_in": 7200}
        name = {"/sns/jscode2session": "js_code", "/sns/oauth2/access_token": "code"}.get(path)
        if name is None:
            return {"errcode": 40066, "errmsg": "invalid url"}
        if method != "GET":
            return {"errcode": 43001, "errmsg": "require GET method"}
        if query.get("appid") not in self.apps:
            return fault(40013, "invalid appid")
        if query.get("secret") != self.apps[query["appid"]]:
            return fault(40125, "invalid appsecret")
        if query.get("grant_type") != "authorization_code":
            return fault(40002, "invalid grant_type")
        who = self.spend(query.get(name, ""))
        if who == "unknown":
            return fault(40029, "invalid code")
        if who == "used":
            return fault(40163, "code been used")
        if isinstance(who, dict):  # something out of the ordinary
            return who
        if name == "js_code":
            return {"session_key": base64.b64encode(os.urandom(16)).decode(), "openid": who}
        return {"access_token": "person-token", "expires_in": 7200, "refresh_token": "refresh", "openid": who, "scope": "snsapi_base"}


def fault(code, text):
    return {"errcode": code, "errmsg": f"{text}, rid: 6512a5b3-1c2d3e4f-5a6b7c8d"}
