"""What keeps the house and brings its parts, tried on a checkout and a machine of their own.  SPDX-License-Identifier: Apache-2.0"""
import importlib.machinery
import importlib.util
import os
import shutil
import stat
import subprocess

import pytest
from instance import CHECKOUT

TOOLS = ["bash", "env", "dirname", "cat", "sed", "tr", "grep", "mkdir", "rm"]


@pytest.fixture
def check(tmp_path, monkeypatch):
    """ops/check of a checkout that holds nothing but a page, and the folder of what was built of it."""
    checkout, built = tmp_path / "checkout", tmp_path / "built"
    (checkout / "ops").mkdir(parents=True)
    (checkout / "http/web/phone").mkdir(parents=True)
    (built / "web/phone/assets").mkdir(parents=True)
    shutil.copy(CHECKOUT / "ops/check", checkout / "ops/check")
    subprocess.run(["git", "init", "-q", checkout], check=True)
    monkeypatch.setenv("BUILD", str(built))
    monkeypatch.chdir(checkout)
    loader = importlib.machinery.SourceFileLoader("check_of_a_page", str(checkout / "ops/check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    module.page, module.built = checkout / "http/web/phone/page.vue", built / "web/phone/assets/page-1a.js"
    return module


FOREIGN = {"<script src='https://cdn.example.org/vue.js'>": "https://cdn.example.org/vue.js", "fetch(`http://${host}/v1`)": "http://${host}/v1",
           "new WebSocket('wss://push.example.cn')": "wss://push.example.cn", "<img src=//img.example.cn/a.png>": "//img.example.cn/a.png",
           "url(//fonts.example.cn/a.woff2)": "//fonts.example.cn/a.woff2", "@import 'HTTP://fonts.example.cn'": "HTTP://fonts.example.cn",
           "// see https://example.org/why": "https://example.org/why", "xmlns='http://www.w3.org/2000/svg.evil'": "http://www.w3.org/2000/svg.evil",
           "'http://www.w3.org.example.cn/2000/svg'": "http://www.w3.org.example.cn/2000/svg", "'http://127.0.0.1:80801'": "http://127.0.0.1:80801"}


@pytest.mark.parametrize("text, address", FOREIGN.items())
def test_another_host_is_found(text, address, check):
    check.page.write_text("one line\n" + text)
    check.built.write_text(text)
    check.check_hosts()
    assert check.faults == [f"http/web/phone/page.vue:2: another host: {address}", f"{check.built}:1: another host: {address}"]


def test_what_is_no_host_is_let_be(check):
    check.page.write_text("// a comment\nconst a = b //c\n'http://www.w3.org/2000/svg' '/v1//x' 'http://127.0.0.1:8080'\n\"data:image/png;base64,//8=\"")
    check.built.write_text("'http://www.w3.org/1998/Math/MathML';`https://vuejs.org/error-reference/#runtime-${n}`")
    check.check_hosts()
    assert check.faults == []
    check.page.write_text("'https://vuejs.org/error-reference/#runtime-1'")  # only what is built holds it
    check.check_hosts()
    assert len(check.faults) == 1


def executable(path, text):
    path.write_text("#!/bin/bash\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("node, npm, debian, missing", [
    ("22", True, "", ""), ("18", True, "", ""), ("18", False, "nodejs", "npm"), ("20", False, "", "nodejs npm"), ("16", True, "", "nodejs npm"),
    ("16", True, "nodejs npm", ""), (None, False, "", "nodejs npm"), (None, True, "", "nodejs npm"), ("none", True, "", "nodejs npm")])
def test_node_of_the_machine_or_of_debian(node, npm, debian, missing, tmp_path):
    """A Node from 18 on that has npm is taken as it is; else Debian's are named as missing, to whoever may not install."""
    for name in TOOLS:
        (tmp_path / name).symlink_to(shutil.which(name))
    executable(tmp_path / "id", "echo 1000")
    if node:
        executable(tmp_path / "node", f"echo {node}")
    if npm:
        executable(tmp_path / "npm", "")
    executable(tmp_path / "dpkg-query", f"""
        for name in "${{@:3}}"; do
            case " nodejs npm " in *" $name "*) case " {debian} " in *" $name "*) ;; *) continue ;; esac ;; esac
            printf 'ii %s ' "$name"
        done""")
    ran = subprocess.run([CHECKOUT / "ops/parts/packages"], env={"PATH": str(tmp_path), "HOME": os.environ["HOME"]}, capture_output=True, text=True)
    if not missing:
        assert ran.returncode == 0, ran.stderr
    else:
        assert ran.returncode == 1 and f"packages are missing: {missing}. " in ran.stderr, ran.stderr
