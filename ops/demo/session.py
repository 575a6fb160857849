"""Somebody logged in: tokens renewed when they end, commands given and their outcomes awaited.

SPDX-License-Identifier: Apache-2.0"""
import asyncio
import os
import urllib.parse

from http_client import Unreachable


class Refused(Exception):
    """A command that the front refused or a worker rejected; `problem` says why, `status` is the front's."""

    def __init__(self, what, status, problem):
        super().__init__(f"{what}: {problem}")
        self.status, self.problem = status, problem


def setting(name):
    """A setting of the environment that must be there."""
    value = os.environ.get(name)
    if not value:
        raise Unreachable(f"{name} is not set: read the instance's var/env first")
    return value


def outcome_of(reply):
    """Status, result and problem that a reply to a command tells: accepted, applied, rejected (by a worker), or
    refused (by the front, so that there is no command)."""
    body = reply.json()
    body = body if isinstance(body, dict) else {}
    if reply.status >= 400:
        return "rejected" if "command" in body else "refused", None, reply.fault()
    problem = body.get("problem") or {}
    return body.get("status", "accepted"), body.get("result"), problem.get("detail") or problem.get("title")


def command_of(reply):
    """The command's id, from the body or from Location."""
    body = reply.json()
    return body.get("command") or urllib.parse.unquote(reply.headers.get("location", "").rpartition("/")[2])


class Session:
    """An account's session; `client` is shared."""

    def __init__(self, client, login, password):
        self.client, self.login, self.password = client, login, password
        self.access = self.refresh = self.account = self.organisation = ""
        self.renewing = asyncio.Lock()

    async def open(self, patience=120.0):
        """Logs in."""
        body = {"login": self.login, "password": self.password}
        reply = await self.client.request("POST", "/v1/sessions", body, timeout=60, patience=patience)
        if reply.status != 201:
            raise Refused(f"logging in as {self.login}", reply.status, reply.fault())
        self.take(reply)

    def take(self, reply):
        """Keeps a reply's tokens."""
        tokens = reply.json()
        self.access, self.refresh = tokens["access_token"], tokens.get("refresh_token", "")

    async def renew(self, spent):
        """Gets another access token for the one that ended."""
        async with self.renewing:
            if self.access != spent:
                return
            reply = await self.client.request("POST", "/v1/sessions:refresh", {"refresh_token": self.refresh})
            if reply.status == 201:
                self.take(reply)
            else:
                await self.open()

    async def ask(self, method, path, body=None, headers=None, **limits):
        """One request of this account."""
        for last in (False, True):
            spent = self.access
            reply = await self.client.request(method, path, body,
                                              {**(headers or {}), "Authorization": f"Bearer {spent}"}, **limits)
            if reply.status != 401 or last:
                return reply
            await self.renew(spent)
        raise AssertionError

    async def get(self, path):
        """A query's JSON."""
        reply = await self.ask("GET", path)
        if reply.status != 200:
            raise Refused(f"GET {path}", reply.status, reply.fault())
        return reply.json()

    async def who(self):
        """Learns the own account and branch."""
        me = await self.get("/v1/me")
        self.account, self.organisation = me["account"], me["organisation"]

    async def settle(self, command, seconds=60.0):
        """Asks for a command's outcome until there is one: its reply."""
        loop, pause = asyncio.get_running_loop(), 0.05
        until = loop.time() + seconds
        while True:
            reply = await self.ask("GET", f"/v1/commands/{command}")
            if reply.status != 200 or outcome_of(reply)[0] != "accepted":
                return reply
            if loop.time() > until:
                raise Unreachable(f"command {command} was not decided in {seconds:.0f} s: is the worker up?")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 1.0)

    async def command(self, what, method, path, body, key, headers=None, absent=0.0):
        """Gives a command and awaits its outcome: the command's id and its result. For `absent` seconds a 404 or 422
        is taken to mean that the front has not yet heard of what the command refers to."""
        loop = asyncio.get_running_loop()
        until = loop.time() + absent
        while True:
            told = {"Idempotency-Key": key, "Prefer": "wait=20", **(headers or {})}
            reply = await self.ask(method, path, body, told)
            if reply.status not in (404, 422) or loop.time() >= until:
                break
            await asyncio.sleep(0.25)
        command = command_of(reply)
        if outcome_of(reply)[0] == "accepted":
            reply = await self.settle(command)
        status, result, problem = outcome_of(reply)
        if status != "applied":
            raise Refused(what, reply.status, problem)
        return command, result
