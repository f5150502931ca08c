"""The manual of operators tells the truth: nginx and systemd accept its files, its metrics are those that we have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from filings.services.health import QueueMetrics
from perfbudget.metrics import REGISTRY
from tests.served_site import free_port

ROOT = Path(__file__).resolve().parents[1]
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "operations").glob("*.md"))}
OVERVIEW = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    """The files of one kind that a page shows."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGES[page], re.DOTALL)


def units() -> dict[str, str]:
    """The units of the page, by name."""
    names = re.findall(r"`/etc/systemd/system/(perfbudget-[\w.-]+)`", PAGES["install.md"])
    return dict(zip(names, blocks("install.md", "ini"), strict=True))


def test_the_units_are_found() -> None:
    kinds = [
        "perfbudget-web.service",
        "perfbudget-worker.service",
        "perfbudget-sweep.service",
        "perfbudget-sweep.timer",
    ]
    assert list(units()) == kinds


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """With our own folder in place of the installation's."""
    for name, text in units().items():
        (tmp_path / name).write_text(text.replace("/srv/perfbudget", str(ROOT)), encoding="utf-8")
    line = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in units())]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert [one for one in done.stderr.splitlines() if "perfbudget" in one] == []
    assert done.returncode == 0


@pytest.mark.skipif(not NGINX or not shutil.which("openssl"), reason="nginx is not installed")
def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    (text,) = blocks("web-server.md", "nginx")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jx.example.gov.cn"]
    paths = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(["openssl", *words, *paths], capture_output=True, timeout=60, check=True)
    changes = {
        "/etc/ssl/perfbudget": str(tmp_path),
        "/var/log/nginx": str(tmp_path),
        "listen 80;": f"listen {free_port()};",
        "listen 443 ssl http2;": f"listen {free_port()} ssl http2;",
    }
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    text = re.sub(r"listen \[::\].*", "", text)  # this machine may have no IPv6
    whole = f"pid {tmp_path}/pid; error_log stderr;\nevents {{}}\nhttp {{\n{text}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    line = [str(NGINX), "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_pages_of_nginx_are_there() -> None:
    named = re.findall(r"(/proxy/[\w-]+\.html)", PAGES["web-server.md"])
    assert {f"/proxy/{path.name}" for path in (ROOT / "static" / "proxy").iterdir()} == set(named)


def test_the_page_names_every_metric_and_no_other(db: None) -> None:
    from django.utils import timezone

    ours = [*REGISTRY.collect(), *QueueMetrics(timezone.now()).collect()]
    names = {f"{one.name}_total" if one.type == "counter" else one.name for one in ours}
    table = set(re.findall(r"^\| `(perfbudget_\w+)", PAGES["monitoring.md"], re.MULTILINE))
    assert table == names
    used = set(re.findall(r"\b(perfbudget_[a-z_]+)\b", "\n".join(blocks("monitoring.md", "yaml"))))
    assert used - {f"{name}_bucket" for name in names} <= names


def test_links_between_the_pages_lead_somewhere() -> None:
    for folder, text in [(ROOT / "docs", OVERVIEW), *((ROOT / "docs" / "operations", page) for page in PAGES.values())]:
        for address in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (folder / address).is_file(), address


def test_variables_of_the_pages_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(PERFBUDGET_[A-Z_]+|WEB_CONCURRENCY)\b", OVERVIEW + "".join(PAGES.values())))
    assert len(named) >= 8
    assert [name for name in sorted(named) if f"| `{name}` |" not in readme] == []


def test_pages_of_nginx_look_like_those_of_the_site() -> None:
    """Each has its style in itself: they are the same, in colours of the site."""
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "static" / "proxy").glob("*.html")]
    (style,) = {re.findall(r"<style>.*?</style>", page, re.DOTALL)[0] for page in pages}
    known = re.findall(r"#[0-9a-f]{3,6}", (ROOT / "static" / "css" / "base.css").read_text(encoding="utf-8"))
    assert {*re.findall(r"#[0-9a-f]{3,6}", style)} <= {*known, "#fff"}
