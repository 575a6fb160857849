"""Pictures of every page in each of its declared states, and what is wrong on them.  SPDX-License-Identifier: Apache-2.0"""
import argparse
import html
import importlib
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from looks.rows import CLIENTS, missing  # noqa: E402
from looks.shots import Shots  # noqa: E402
from looks.stage import Stage  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

VAR = CLIENTS.parents[1] / "var" / "look"


def tables():
    """The clients that there are, each with its table: a client without one is a fault."""
    found = sorted(each.parent.parent.name for each in CLIENTS.glob("*/src/pages.ts"))
    return {name: importlib.import_module(f"looks.{name}").CLIENT for name in found}


def album(folder):
    """An index.html with all pictures, a row a state."""
    rows = []
    for client in sorted(each for each in folder.iterdir() if each.is_dir()):
        for page in sorted(each for each in client.iterdir() if each.is_dir()):
            rows.append(f"<h2>{html.escape(client.name)} · {html.escape(page.name)}</h2><div>")
            rows += [f'<a href="{path.relative_to(folder)}"><img loading="lazy" alt="" src="{path.relative_to(folder)}"><br>{path.stem}</a>'
                     for path in sorted(page.glob("*.png"))]
            rows.append("</div>")
    (folder / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>look</title><style>body{font:14px sans-serif;margin:16px}div{display:flex;flex-wrap:wrap;gap:12px}'
        "img{height:360px;border:1px solid #999}</style>" + "\n".join(rows), encoding="utf-8")


def asked():
    parser = argparse.ArgumentParser(prog="ops/look", description=__doc__.partition("  ")[0])
    parser.add_argument("client", nargs="?", help="only this client's")
    parser.add_argument("page", nargs="?", help="only this page's")
    parser.add_argument("state", nargs="?", help="only this state")
    parser.add_argument("--instance", required=True, metavar="URL", help="the instance whose files are looked at")
    return parser.parse_args()


def main():
    arguments, lines, count, began = asked(), [], 0, time.monotonic()
    clients = tables()
    stage = Stage(arguments.instance)
    with sync_playwright() as playwright:
        shots = Shots(playwright, stage, VAR)
        for name, client in clients.items():
            if arguments.client not in (None, name):
                continue
            lines += missing(client)
            for page in client.pages:
                if arguments.page not in (None, page.name):
                    continue
                if not arguments.state:
                    shutil.rmtree(VAR / name / page.name, ignore_errors=True)
                for state in page.states():
                    if arguments.state in (None, state):
                        found = shots.take(client, page, state)
                        lines += found
                        count += 1
                        for line in found:
                            print(line, flush=True)
        shots.close()
    stage.close()
    album(VAR)
    print(f"ops/look: {count} states in {time.monotonic() - began:.0f} s, " + (f"{len(lines)} faults" if lines else "no fault") + f": {VAR / 'index.html'}")
    return 1 if lines or not count else 0


if __name__ == "__main__":
    sys.exit(main())
