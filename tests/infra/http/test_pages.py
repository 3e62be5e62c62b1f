"""What a browser gets: the duty desk and the links of notifications, as pages for people."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from events.canonical import canonical
from events.errors import UsageError
from infra import ports
from infra.clickhouse import local
from infra.http import page, queries
from infra.settings import Settings
from infra.telling.words import NOUNS
from projections.migrations import migrate
from projections.projector.feeds import ALERTS, FINDINGS
from projections.queries.asking import Answer
from projections.queries.lists import ALL
from projections.warehouse import connect
from tests.alert_story import opened
from tests.projections.records import Made, finding, put

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Seen(HTMLParser):
    """What a page would load, where it leads, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag != "meta":
            self.open.append(tag)
        if tag in {"script", "img", "link", "iframe", "form", "object"} or "src" in said or any(name.startswith("on") for name in said):
            self.loads.append(tag)
        if tag == "a":
            self.links.append(said["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def browsed(settings: Settings, *paths: str) -> list[tuple[int, str, Any]]:
    app = web.Application()
    queries.add_routes(app, settings)
    async with TestClient(TestServer(app)) as client:
        return [(answer.status, await answer.text(), answer.headers)
                for answer in [await client.get(path, headers=BROWSER) for path in paths]]


@pytest.mark.clickhouse
async def test_the_duty_desk_and_its_links(tmp_path: Path) -> None:
    """What waits stands first, then what offices let pass; each link leads to a page; nothing is loaded from anywhere."""
    alert = opened()
    with local.running(tmp_path / "clickhouse") as face:
        settings = Settings(home=tmp_path, world="browsed", clickhouse=face.url)
        with connect(face.url, database=settings.database) as warehouse:
            migrate(warehouse)
            put(warehouse, ALERTS, [Made(0, canonical(alert))])
            put(warehouse, FINDINGS, [Made(0, finding("f-1"))])
        [(status, desk, headers)] = await browsed(settings, "/")
        pages = await browsed(settings, *sorted(set(Seen(desk).links)), "/findings/f-1", f"/alerts/{alert.subject}", "/alerts/A-0")
        app = web.Application()
        queries.add_routes(app, settings)
        async with TestClient(TestServer(app)) as client:
            plain = await (await client.get("/")).json()
    assert status == 200
    assert [desk.index(part) for part in ("1 条预警待受领", alert.subject, "机关逾期", "最近到期")] == sorted(
        desk.index(part) for part in ("1 条预警待受领", alert.subject, "机关逾期", "最近到期"))
    assert f"/alerts/{alert.subject}" in Seen(desk).links
    assert [code for code, *_ in pages] == [200] * (len(pages) - 1) + [404]
    assert "[queries.absent]" in pages[-1][1]
    for text in (desk, *(text for _, text, _ in pages)):
        seen = Seen(text)
        assert (seen.loads, seen.open) == ([], [])
        assert all(link.startswith("/") for link in seen.links)
        assert "http://" not in text.replace("http-equiv", "")
        assert "https://" not in text
    assert "沙盒 sandbox browsed" in desk, "nobody takes an exercise for the live world"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert [row["alert_id"] for row in plain["alerts"]["rows"]] == [alert.subject], "programs get JSON"


async def test_without_a_warehouse_the_page_says_so(tmp_path: Path) -> None:
    """503, in both languages, with what to do; no empty desk that looks calm."""
    port, = ports.free()
    [(status, text, _)] = await browsed(Settings(home=tmp_path, clickhouse=f"http://127.0.0.1:{port}"), "/")
    assert (status, "ClickHouse 连不上" in text, "待受领" in text) == (503, True, False)


def test_nothing_that_is_told_becomes_markup() -> None:
    """Ids and words come from outside."""
    bad = '<script>alert("1")</script>'
    answer = Answer([{"finding_id": bad, "said": bad}], {}, document={})
    for made in (page.told("findings", bad, answer), page.refused(UsageError("queries.absent", bad, todo=bad), 404),
                 page.told("findings", bad, Answer([], {}, document={bad: {bad: bad}, "list": [{bad: [bad]}]}))):
        assert made.text is not None
        assert "<script" not in made.text
        assert re.search(r"&lt;script&gt;|%3Cscript", made.text)


def test_every_list_has_its_name_and_its_link() -> None:
    """The pages reach all that can be asked."""
    assert NOUNS.keys() == ALL.keys()
