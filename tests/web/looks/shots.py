"""Opens a page in a state, measures it, takes its pictures.  SPDX-License-Identifier: Apache-2.0"""
import json
import re
from pathlib import Path

from .replies import Replies, ident
from .rows import MODES

HERE = Path(__file__).parent
FAULTS = (HERE / "faults.js").read_text(encoding="utf-8")
AXE = HERE.parents[2] / "http" / "web" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--font-render-hinting=none"]
SETTLED = "() => new Promise((go) => document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => go(true)))))"
PATIENCE = 20000  # milliseconds for anything to appear
FAILING = {"refused", "offline", "stale"}


def account(role, longest):
    """Who is signed in, as GET /v1/me tells it."""
    replies = Replies(longest)
    place = "中共保亭黎族苗族自治县响水镇合口村第三网格联合党总支部委员会" if longest else "中共保亭黎族苗族自治县保城镇春天村支部委员会"
    return {"account": ident("account", 0), "login": "m000001", "name": replies.text("name", {}, 0, "ranked_member"), "organisation": ident("organisation", 0),
            "organisation_name": place, "grants": [{"role": role, "organisation": ident("organisation", 0)}]}


def worn(state):
    """Theme and type of a state."""
    return "dark" if state == "dark" else "light", "largest" if state == "large" else "normal"


def start_script(role, longest, theme, size):
    """What a device has kept: who is signed in, how it looks."""
    kept = {"access": "synthesised-" + "0" * 20, "refresh": "synthesised-" + "1" * 20, "me": account(role, longest), "serial": 1}
    lines = ["document.addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))",
             f"localStorage.setItem('baoting.theme', '{theme}')", f"localStorage.setItem('baoting.type', '{size}')"]
    if role:
        lines.append(f"if (!localStorage.getItem('baoting.session')) localStorage.setItem('baoting.session', {json.dumps(json.dumps(kept, ensure_ascii=False))})")
    return ";".join(lines)


class Shots:
    """One browser before a stage. `folder`: where pictures go, none without; `known`: characters whose glyphs were seen."""

    def __init__(self, playwright, stage, folder=None):
        self.browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        self.stage, self.folder, self.known = stage, folder, ""

    def close(self):
        self.browser.close()

    def glance(self, client, page, state, views):
        """The same of one visit: the page as it came, then in the other appearances; `views`: each a state and a size."""
        return self.take(client, page, state, sizes=(views[0][1],), others=views[1:])

    def take(self, client, page, state, sizes=None, others=()):
        """The faults of the page in this state, as lines; its pictures lie in the folder afterwards."""
        sizes = sizes or client.sizes_of(page, state)
        theme, size = worn(state)
        context = self.browser.new_context(viewport=dict(zip(("width", "height"), sizes[0])), locale="zh-CN", timezone_id="Asia/Shanghai",
                                           has_touch=bool(client.touch), reduced_motion="reduce")
        context.add_init_script(start_script(page.role, state == "longest", theme, size))
        said, lines = [], []
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        opened.on("pageerror", lambda fault: said.append(str(fault)))
        try:
            self.bring(client, page, state, opened, context)
            judged = None
            for now, each in [*((state, each) for each in sizes), *others]:
                if now != state:
                    opened.evaluate("([theme, type]) => Object.assign(document.documentElement.dataset, { theme, type })", worn(now))
                opened.set_viewport_size({"width": each[0], "height": each[1]})
                opened.evaluate(SETTLED)
                found = self.measure(client, opened, now)
                if judged != now and (now != "large" or not others):  # of one visit the colours are judged twice, not thrice
                    found += self.judge(opened)
                    judged = now
                lines += [f"{client.name}/{page.name} {now} {each[0]}×{each[1]}: {line}" for line in found]
                if self.folder:
                    path = self.folder / client.name / page.name / f"{now}-{each[0]}x{each[1]}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    opened.screenshot(path=path, animations="disabled")
        except Exception as fault:  # a state that cannot be reached is a fault like another, told with its place
            lines.append(f"{client.name}/{page.name} {state}: not reached: {str(fault).splitlines()[0]}")
            if self.folder:
                path = self.folder / client.name / page.name / f"{state}-not-reached.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                opened.screenshot(path=path, animations="disabled")
        finally:
            said = said.copy()  # what is said of requests that end with the page is no fault
            context.close()
            self.stage.set("silent")
        lines += [f"{client.name}/{page.name} {state}: the browser says: {line}" for line in self.meant(said, state)]
        lines += [f"{client.name}/{page.name} {state}: {line}" for line in self.stage.faults]
        self.stage.faults.clear()
        return lines

    def meant(self, said, state):
        """What the browser's console says without cause: a request that a state lets fail is told there by the browser itself."""
        return [line for line in said if not (state in FAILING or state.startswith(("refused", "offline", "lost"))) or not re.match(r"Failed to load resource|.*net::ERR_", line)]

    def bring(self, client, page, state, opened, context):
        """Leads the page into its state."""
        mode = MODES.get(state, "full")
        stage, address = self.stage, f"{self.stage.url}/{client.name}{page.path}"
        entering = page.enter and mode in ("held", "refused", "silent")
        stage.set("full" if entering else mode, page.scene)
        opened.goto(address)
        if page.enter:
            page.enter(opened)
        opened.wait_for_selector(page.ready)
        shown = opened.evaluate("() => location.pathname")
        assert page.enter or shown == f"/{client.name}{page.path.partition('?')[0]}", f"led elsewhere: {shown}"
        if entering:
            stage.set(mode)
        if state != "loading":
            stage.idle()
            opened.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        if state == "stale":
            stage.set("silent")
            opened.evaluate("dispatchEvent(new Event('online'))")
            context.set_offline(True)
        if state == "offline":
            context.set_offline(True)
        act = page.after.get(state) or page.own.get(state)
        if act:
            act(opened, stage)
        if state == "stale":
            opened.wait_for_selector(".notice, [data-stale]")

    def measure(self, client, opened, state):
        touch = client.touch and (60 if state == "large" else client.touch)
        told = opened.evaluate(f"(given) => ({FAULTS.split(chr(10), 1)[1]})(given)", {"touch": touch, "known": self.known})
        self.known += told["fine"]
        return told["faults"]

    def judge(self, opened):
        """What axe-core finds serious or critical."""
        if not opened.evaluate("() => 'axe' in window"):
            opened.evaluate(AXE.read_text(encoding="utf-8"))
        found = opened.evaluate("() => axe.run(document, { resultTypes: ['violations'] }).then((all) => all.violations"
                                ".filter((one) => ['serious', 'critical'].includes(one.impact))"
                                ".map((one) => `axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join('; ')}`))")
        return found
