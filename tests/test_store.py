"""The store of a build: made once, fresh or made again, never half."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph
import pytest
from conftest import hand_made

from kg import ontology
from kg.errors import ExportError, ReadError
from kg.exporters import turtle
from kg.graph import engine_disk, engine_oxigraph, engines, store
from kg.graph.assemble import assemble

COUNT = "SELECT (COUNT(*) AS ?n) { ?p a <https://w3id.org/paperkg/ontology#Paper> }"
PROGRAM = (
    "import sys; from pathlib import Path; from kg.graph import store;"
    "sys.stdout.write(str(store.prepare(Path(sys.argv[1]))))"
)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    folder.mkdir()
    with assemble(hand_made()) as graph:
        turtle.write(graph, folder)
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def papers(place: Path) -> int:
    found = pyoxigraph.Store.read_only(str(place)).query(COUNT)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    (solution,) = found
    return int(solution["n"].value)


def test_the_exporter_writes_what_the_store_reads() -> None:
    assert store.FILES == turtle.FILES


def test_store_holds_graph_and_ontology(build: Path) -> None:
    assert store.fresh(build) is None
    place = store.prepare(build)
    assert place.parent == build / ".store"
    assert papers(place) == 3
    schema = ontology.load().folder / ontology.SCHEMA
    whole = engines.oxigraph_store([str(p) for p in store.files_of(build)], str(schema))
    assert set(pyoxigraph.Store.read_only(str(place))) == set(whole)
    assert (build / ".store" / ".gitignore").read_text() == "*\n"


def test_store_is_made_once(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = store.prepare(build)
    monkeypatch.delattr(engine_oxigraph, "fill")
    monkeypatch.delattr(store, "sha256")
    assert store.prepare(build) == store.fresh(build) == place
    assert store.prepare(build, ontology=ontology.load()) == place
    assert store.prepare(build, ontology=ontology.load().folder) == place


def test_same_content_is_fresh_whatever_its_age(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = store.prepare(build)
    monkeypatch.delattr(engine_oxigraph, "fill")
    for path in store.files_of(build):
        os.utime(path, (1, 1))
    assert store.prepare(build) == place
    copy = tmp_path / "copy"
    shutil.copytree(build, copy)
    assert store.prepare(copy).name == place.name
    assert papers(store.prepare(copy)) == 3


def test_another_file_of_the_same_size_and_age_is_told(build: Path) -> None:
    place = store.prepare(build)
    graph = build / "graph.ttl"
    before = graph.stat()
    changed = graph.read_text(encoding="utf-8").replace("FlickerNet", "FlackerNet")
    other = build / "other"
    other.write_text(changed, encoding="utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(graph)
    after = graph.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert store.fresh(build) is None
    assert store.prepare(build) != place


def test_another_content_makes_another_store(build: Path) -> None:
    first = store.prepare(build)
    path = build / "graph.ttl"
    before, times = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(before.replace("FlickerNet:", "FlockerNet:"), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as long and as old as before
    assert store.fresh(build) is None
    second = store.prepare(build)
    assert second != first
    names = {q.object.value for q in pyoxigraph.Store.read_only(str(second))}
    assert "FlockerNet: spiking networks for EEG decoding" in names
    assert "FlickerNet: spiking networks for EEG decoding" not in names
    path.write_text(before, encoding="utf-8")
    assert store.prepare(build) == first, "it is kept while it may still be read"


def test_another_ontology_makes_another_store(build: Path, tmp_path: Path) -> None:
    first = store.prepare(build)
    schema = (ontology.default_folder() / ontology.SCHEMA).read_text(encoding="utf-8")
    (tmp_path / ontology.SCHEMA).write_text(
        schema + "\n<http://e/a> <http://e/b> <http://e/c> .\n", encoding="utf-8"
    )
    second = store.prepare(build, ontology=tmp_path)
    assert second != first
    node = pyoxigraph.NamedNode("http://e/a")
    assert list(pyoxigraph.Store.read_only(str(second)).quads_for_pattern(node, None, None))
    assert store.prepare(build) == first


def test_another_oxigraph_makes_another_store(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.prepare(build)
    monkeypatch.setattr(pyoxigraph, "__version__", "99.0")
    assert store.fresh(build) is None
    assert store.prepare(build) != first


def test_old_stores_go(build: Path) -> None:
    path = build / "graph.ttl"
    made = []
    for number in range(4):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"<http://e/{number}> a <http://e/b> .\n")
        made.append(store.prepare(build))
    assert len(set(made)) == 4
    assert [place.exists() for place in made] == [False, False, True, True]


def test_folder_that_cannot_be_written(
    build: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def mkdir(self: Path, *arguments: bool, **options: bool) -> None:
        if self.parent == build:
            raise PermissionError(13, "Permission denied")
        real(self, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    place = store.prepare(build)
    assert place.parent.parent == cache / "paperkg" / "stores"
    assert papers(place) == 3
    assert store.prepare(build) == place
    assert not (build / ".store").exists()


@pytest.mark.parametrize("name", ["lock", ".gitignore", "stamp.json"])
def test_links_in_a_build_of_others_are_not_followed(
    name: str, build: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    (build / store.FOLDER).mkdir()
    (build / store.FOLDER / name).symlink_to(precious)
    try:
        assert papers(store.prepare(build)) == 3
    except (ExportError, OSError):
        assert name == "lock"
    assert precious.read_text() == "mine"


def test_a_folder_of_stores_that_is_a_link_is_not_used(build: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (build / store.FOLDER).symlink_to(elsewhere)
    assert tmp_path / "cache" in store.prepare(build).parents
    assert list(elsewhere.iterdir()) == []


def test_no_place_at_all(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (build / ".store").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(build / "graph.ttl"))
    with pytest.raises(ExportError, match="no store can be written there nor in the cache"):
        store.prepare(build)


def test_the_cache_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store._homes(tmp_path)[1].parent == tmp_path / ".cache" / "paperkg" / "stores"
    assert store._homes(tmp_path)[1] != store._homes(tmp_path / "other")[1]


def test_no_build(tmp_path: Path, build: Path) -> None:
    with pytest.raises(ReadError, match=r"holds no graph\.ttl; make it with 'kg build'"):
        store.prepare(tmp_path)
    (build / "evidence.ttl").unlink()
    with pytest.raises(ReadError, match=r"holds no evidence\.ttl"):
        store.fresh(build)


def test_bad_turtle_leaves_nothing_behind(build: Path) -> None:
    with (build / "evidence.ttl").open("a", encoding="utf-8") as file:
        file.write("this is no Turtle")
    with pytest.raises(ReadError, match="holds bad Turtle"):
        store.prepare(build)
    assert not [path for path in (build / ".store").iterdir() if path.is_dir()]
    assert store.fresh(build) is None


def test_what_was_killed_is_cleared_away(build: Path) -> None:
    left = build / ".store" / "half-left"
    left.mkdir(parents=True)
    (left / "000001.log").write_text("")
    (build / ".store" / "stamp.json").write_text("{broken")
    place = store.prepare(build)
    assert not left.exists()
    assert papers(place) == 3


def test_disk_that_is_full(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: str, files: list[str], schema: str) -> None:
        (Path(folder) / "part").write_text(f"{files} {schema}")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine_oxigraph, "fill", full)
    with pytest.raises(ExportError, match="No space left"):
        store.prepare(build)
    assert not [path for path in (build / ".store").iterdir() if path.is_dir()]


def test_folder_that_is_replaced_meanwhile(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(folder: str, files: list[str], schema: str) -> None:  # noqa: ARG001
        shutil.rmtree(Path(folder).parent)

    monkeypatch.setattr(engine_oxigraph, "fill", fill)
    with pytest.raises(ExportError, match="was replaced; try again"):
        store.prepare(build)


@pytest.mark.parametrize("locked", [True, False])
def test_two_threads_at_once(build: Path, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    if not locked:  # as on a system without such locks
        monkeypatch.setitem(sys.modules, "fcntl", None)
    calls = []
    real = engine_oxigraph.fill

    def fill(folder: str, files: list[str], schema: str) -> None:
        calls.append(folder)
        real(folder, files, schema)

    monkeypatch.setattr(engine_oxigraph, "fill", fill)
    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(lambda _: store.prepare(build), range(4)))
    assert len(places) == 1
    assert papers(places.pop()) == 3
    assert len(calls) == 1 or not locked
    assert len([path for path in (build / ".store").iterdir() if path.is_dir()]) == 1


def test_two_processes_at_once(build: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(build)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    told = {child.communicate()[0].decode() for child in started}
    assert [child.returncode for child in started] == [0, 0, 0]
    assert told == {str(store.fresh(build))}
    assert len([path for path in (build / ".store").iterdir() if path.is_dir()]) == 1


def test_store_is_read_while_another_is_made(build: Path) -> None:
    first = store.prepare(build)
    opened = pyoxigraph.Store.read_only(str(first))
    with (build / "graph.ttl").open("a", encoding="utf-8") as file:
        file.write("<http://e/a> a <http://e/b> .\n")
    assert store.prepare(build) != first
    assert len(opened) > 100
    before = sorted(path.name for path in first.iterdir())
    assert papers(first) == 3
    assert sorted(path.name for path in first.iterdir()) == before, "reading writes nothing"


def many_files(folder: Path) -> int:
    """Make a store of many files, as that of a very large graph is."""
    made = pyoxigraph.Store(str(folder))
    for number in range(20):
        made.bulk_extend(
            pyoxigraph.Quad(
                pyoxigraph.NamedNode(f"http://e/{number}/{i}"),
                pyoxigraph.NamedNode("http://e/p"),
                pyoxigraph.Literal(f"{number} {i}"),
            )
            for i in range(100)
        )
    del made
    return len(list(folder.glob("*.sst")))


def _look_all_up(store: pyoxigraph.Store) -> None:
    for quad in store:
        engine_disk._look_up(store, quad)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="nobody tells what is open")
def test_large_store_is_read_behind_closed_doors(tmp_path: Path) -> None:
    files = many_files(tmp_path)
    assert files > 30
    bare = pyoxigraph.Store.read_only(str(tmp_path))
    assert (engine_disk._open_files(str(tmp_path)) or 0) < files
    with engines.closed_doors(), pytest.raises(OSError, match="Too many open files"):
        _look_all_up(bare)
    del bare
    engine_disk.write_probes(str(tmp_path))
    assert 0 < len((tmp_path / "probes.nt").read_text().splitlines()) <= files
    opened = engine_disk.opened(str(tmp_path))
    assert engine_disk._open_files(str(tmp_path)) == files
    with engines.closed_doors():
        assert len([*opened]) == 2000
        property_ = pyoxigraph.NamedNode("http://e/p")
        assert len([*opened.quads_for_pattern(None, property_, None)]) == 2000
        text = pyoxigraph.Literal("3 3")
        assert len([*opened.quads_for_pattern(None, None, text)]) == 1


def test_probes_where_nobody_tells_what_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_disk, "_open_files", lambda _: None)
    many_files(tmp_path)
    engine_disk.write_probes(str(tmp_path))
    assert len((tmp_path / "probes.nt").read_text().splitlines()) == 2000
    assert len(engine_disk.opened(str(tmp_path))) == 2000


def test_small_store_needs_no_probes(build: Path) -> None:
    assert not (store.prepare(build) / "probes.nt").exists()
