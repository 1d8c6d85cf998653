"""Measure the page in a browser: how soon it draws, how fast it answers, at several sizes.

usage: python tests/benchmarks/page.py [ENTITIES ...]

Graphs are made up: papers that speak of nine entities each, few of them often (Zipf), most once.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from kg.exporters.html import FILES, write
from kg.graph.assemble import assemble
from kg.model import Entity, Extraction, Mention, Record, Relation
from kg.ontology import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

NARROWED, WIDENED = (
    "{const least = document.getElementById('least');"
    f"least.value = {value}; least.dispatchEvent(new Event('input'));}}"
    for value in (2, 1)
)
SIZES = (300, 2000, 5000, 20_000, 50_000)


def made_up(entities: int) -> Iterator[Extraction]:
    """Make papers until they speak of so many entities."""
    ontology, chance = load(), random.Random(0)  # noqa: S311
    kind = ontology.types[0].name
    relation = next(r for r in ontology.relations if r.heads == r.tails).name
    weakest = ontology.open_role.name
    seen: set[int] = set()
    number = 0
    while len(seen) < entities:
        chosen = {int(entities * chance.random() ** 3) for _ in range(7)}
        chosen |= {(number * 2 + at) % entities for at in range(2)}
        names = [f"Net {place:05}x" for place in sorted(chosen)]
        seen |= chosen
        text = "We use " + ", ".join(names) + " and tell how they compare."
        record = Record(id=f"p{number:06}", title=f"Paper {number}", abstract=text, date="2020")
        offset = len(record.title) + 1
        found = []
        for name in names:
            start = offset + text.index(name)
            mention = Mention(kind, start, start + len(name), name, "made", 0.9)
            found.append(Entity(kind, name, (mention,), weakest, "made"))
        last = offset + len(text)
        links = tuple(
            Relation((kind, names[0]), relation, (kind, other), offset, last, "made")
            for other in names[1:4]
        )
        edges = ((0, offset - 1), (offset, last))
        yield Extraction(record, f"{number:064}", edges, tuple(found), links, ())
        number += 1


def until(page: Page, script: str) -> None:
    for _ in range(4000):
        if page.evaluate(script):
            return
        page.wait_for_timeout(20)


def timed(page: Page, script: str) -> float:
    """Run a script and wait until what it changed is drawn; in milliseconds."""
    return float(
        page.evaluate(
            f"async () => {{ const t = performance.now(); {script};"
            "await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));"
            "return performance.now() - t; }"
        )
    )


def followed(fragment: str) -> str:
    """Spell a script that follows a fragment of the address, as when it is typed."""
    return (
        f"history.replaceState(null, '', `#{fragment}`);"
        "dispatchEvent(new HashChangeEvent('hashchange')); await 0; await 0"
    )


def pan(page: Page, steps: int = 12) -> float:
    """Drag the picture, and tell the mean time from frame to frame in milliseconds."""
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + 40
    page.evaluate(
        "() => { window.frames_ = []; const tick = (t) => { frames_.push(t);"
        "window.ticking = requestAnimationFrame(tick); }; requestAnimationFrame(tick); }"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(steps):
        page.mouse.move(x + 15 * step, y + 9 * step)
    page.mouse.up()
    return float(
        page.evaluate(
            "() => { cancelAnimationFrame(ticking);"
            "return (frames_.at(-1) - frames_[0]) / (frames_.length - 1); }"
        )
    )


def main(sizes: list[int]) -> None:
    print(
        "| entities | write s | MB | first draw ms | first paint ms | details ms | search ms "
        "| expand ms | path ms | filter, 300 drawn ms | show all ms | filter, all ms "
        "| pan, 300 drawn ms/frame | pan, all ms/frame | select ms | heap MB |"
    )
    print("|---" * 16 + "|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        arguments = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for size in sizes:
            with assemble(made_up(size)) as graph:
                started = time.process_time()
                write(graph, Path(folder))
                written = time.process_time() - started
            file = Path(folder) / FILES[0]
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(file.as_uri())
            until(page, "() => document.documentElement.dataset.drawn")
            until(page, "() => model.isWhole")
            drawn, whole = page.evaluate(
                "() => [document.documentElement.dataset.drawn, "
                "document.documentElement.dataset.whole || '-']"
            )
            paint = page.evaluate(
                "() => Math.round(performance.getEntriesByType('paint').at(-1).startTime)"
            )
            page.evaluate("() => search.find('warm')")
            seek = timed(page, "search.find('net 0010'); search.find('nte 00011x')")
            page.evaluate(f"async () => {{ {followed('node=${model.entities[0].id}')} }}")
            expand = timed(page, "document.querySelector('.acts button').click()")
            ends = "node=${model.entities[1].id}&to=${model.entities.at(-1).id}"
            path = timed(page, followed(ends))
            page.evaluate(f"async () => {{ {followed('')} }}")
            page.wait_for_timeout(500)
            filter_few = timed(page, NARROWED)
            page.evaluate(f"() => {{ {WIDENED} }}")
            few = pan(page)
            every = timed(
                page,
                "document.getElementById('all').click();"
                "document.getElementById('ask').hidden || "
                "document.getElementById('ask-yes').click()",
            )
            page.wait_for_timeout(500)
            filter_all = timed(page, NARROWED)
            page.evaluate(f"() => {{ {WIDENED} }}")
            page.wait_for_timeout(500)
            many = pan(page)
            select = timed(page, "location.hash = '#node=' + model.entities[3].id")
            heap = page.evaluate("() => performance.memory.usedJSHeapSize / 1e6")
            size_mb = file.stat().st_size / 1e6
            print(
                f"| {size:,} | {written:.1f} | {size_mb:.1f} | {drawn} | {paint} | {whole} "
                f"| {seek:.0f} | {expand:.0f} | {path:.0f} | {filter_few:.0f} | {every:.0f} "
                f"| {filter_all:.0f} | {few:.0f} | {many:.0f} | {select:.0f} | {heap:.0f} |"
            )
            page.close()
        browser.close()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
