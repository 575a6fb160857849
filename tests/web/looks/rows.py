"""How a page declares what it looks like: a row of a client's table, with every state or the reason why it has none.
SPDX-License-Identifier: Apache-2.0"""
import re
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = Path(__file__).parents[3] / "http" / "web"

# What every page must be looked at in. A page that has no such state says why in `without`.
STATES = {
    "full": "with what it usually holds",
    "empty": "with nothing",
    "loading": "before the first answer",
    "stale": "with what it had when the network went",
    "refused": "when the front says no",
    "offline": "opened without a network",
    "longest": "names of 15 characters, organisations of 30",
    "many": "one page of ten thousand rows",
    "dark": "dark",
    "large": "large type",
    "narrow": "320 wide",
}
MODES = {"empty": "empty", "loading": "held", "refused": "refused", "offline": "silent", "longest": "longest", "many": "many"}


@dataclass(frozen=True)
class Page:
    """One page. `path` as in its row of pages.ts, filled in; `role`: who opens it, None without a log-in; `ready`: what stands there
    once it is; `scene`: replies that the page wants otherwise, by operation id; `enter`: how a person comes to it where its path
    alone does not do; `after`: what is done on it before a state's picture, by state; `own`: further states, by name what is done;
    `without`: states that it cannot have, each with the reason; `sizes`: instead of its client's."""
    name: str
    path: str
    role: str | None = "member"
    ready: str = "main"
    scene: dict = field(default_factory=dict)
    enter: object = None
    after: dict = field(default_factory=dict)
    own: dict = field(default_factory=dict)
    without: dict = field(default_factory=dict)
    sizes: tuple = ()

    def states(self):
        """All states it is looked at in."""
        return [state for state in STATES if state not in self.without] + list(self.own)


@dataclass(frozen=True)
class Client:
    """A client's table. `touch`: a finger's least target; `appearances`: whether dark and large type can be chosen."""
    name: str
    sizes: tuple
    pages: list
    touch: int = 0
    narrow: tuple = ((320, 640),)

    def sizes_of(self, page, state):
        if state == "narrow":
            return self.narrow
        sizes = page.sizes or self.sizes
        return (*sizes, *self.narrow) if state == "large" else sizes


def declared(client):
    """The names in the client's pages.ts; the log-in is every client's."""
    text = (CLIENTS / client / "src" / "pages.ts").read_text(encoding="utf-8")
    return ["login", *re.findall(r"\{\s*name: '([^']+)'", text)]


def missing(client):
    """Lines for what a client's table lacks or has too much."""
    rows = {page.name: page for page in client.pages}
    lines = [f"{client.name}/{name}: a page of pages.ts without a row in tests/web/looks/{client.name}.py"
             for name in declared(client.name) if name not in rows]
    lines += [f"{client.name}/{name}: no such page in pages.ts" for name in rows if name not in declared(client.name)]
    for name, page in rows.items():
        lines += [f"{client.name}/{name}: no state {state}" for state in page.without if state not in STATES]
        lines += [f"{client.name}/{name}: why is it without {state}" for state, why in page.without.items() if not why]
    return lines
