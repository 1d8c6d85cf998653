"""The committed exports are what the commands make today; positions of nodes may differ."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg.build import MANIFEST, build

ROOT = Path(__file__).parent.parent
EXPORTS = ROOT / "exports"
SEEDS = ROOT.parent / "shared" / "seeds"
POSITIONED = ("graph.graphml", "graph.html")
DESCRIPTION = "void.ttl"  # has hashes and sizes of these


def without_positions(path: Path) -> object:
    """Read a file that holds positions, and leave them out."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".graphml":
        return re.sub(r'<data key="node_[xy]">[^<]*</data>', "", text)
    before, data, after = re.split(
        r'(?<=id="graph-data">)(.*?)(?=</script>)', text, maxsplit=1, flags=re.DOTALL
    )
    content: dict[str, Any] = json.loads(data)
    del content["core"], content["entities"]["x"], content["entities"]["y"]
    # The policy of the page names the hash of its scripts, and none of its data.
    return before, content, after


def without_hashes(path: Path) -> list[str]:
    """Leave out of the description of a build what follows from the bytes of positioned files."""
    text = re.sub(r"[0-9a-f]{16,64}", "#", path.read_text(encoding="utf-8"))
    return sorted(re.sub(r"dcat:byteSize \d+", "dcat:byteSize #", text).split("\n\n"))


def files(folder: Path) -> list[Path]:
    """List the files of a build, without the stores that queries make beside them."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def compare(committed: Path, rebuilt: Path) -> None:
    assert [p.name for p in files(committed)] == [p.name for p in files(rebuilt)]
    for path in files(committed):
        twin = rebuilt / path.name
        if path.name == MANIFEST:
            mine, theirs = (json.loads(p.read_text(encoding="utf-8")) for p in (path, twin))
            for name in POSITIONED:
                mine["files"].pop(name)
                theirs["files"].pop(name)
            mine["files"].pop(DESCRIPTION)
            theirs["files"].pop(DESCRIPTION)
            assert mine == theirs
        elif path.name == DESCRIPTION:
            assert without_hashes(path) == without_hashes(twin)
        elif path.name in POSITIONED:
            assert without_positions(path) == without_positions(twin), path.name
        else:
            assert path.read_bytes() == twin.read_bytes(), f"{path.name}: run 'make exports'"


def test_sample(tmp_path: Path) -> None:
    build([ROOT / "tests" / "data" / "sample.jsonl"], tmp_path / "out")
    compare(EXPORTS / "sample", tmp_path / "out")


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not part of the project")
def test_seeds(tmp_path: Path) -> None:
    pages = sorted(SEEDS.glob("*.txt"))
    build(pages, tmp_path / "out", evidence="offsets", workers=2)
    compare(EXPORTS / "seeds", tmp_path / "out")


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not part of the project")
def test_no_sentence_of_the_seeds_is_exported() -> None:
    from kg import Record, read

    records = [r for p in sorted(SEEDS.glob("*.txt")) for r in read(p) if isinstance(r, Record)]
    runs = set()
    titles = " ".join(r.title for r in records)
    for record in records:
        words = record.abstract.split()
        runs |= {" ".join(words[i : i + 12]) for i in range(0, len(words) - 12, 6)}
    runs = {run for run in runs if run not in titles}
    for path in files(EXPORTS / "seeds"):
        text = path.read_text(encoding="utf-8")
        found = [run for run in runs if run in text]
        assert not found, (path.name, found[:3])
