"""What a stranger does first: install the wheel, or clone and say ``make demo``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample.jsonl"
SAME = ("graph.ttl", "evidence.ttl", "entities.csv", "relations.csv", "results.csv", "papers.csv")


def empty_environment(home: Path) -> dict[str, str]:
    """Make an environment without this project's traces; only pip's settings and cache stay."""
    kept = {k: v for k, v in os.environ.items() if k == "PATH" or k.startswith(("PIP_", "SSL_"))}
    cache = Path(os.environ.get("PIP_CACHE_DIR", Path.home() / ".cache" / "pip"))
    return kept | {"HOME": str(home), "PIP_CACHE_DIR": str(cache), "LANG": "C.UTF-8"}


def run(*command: object, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def check_build(folder: Path) -> None:
    for name in SAME:
        committed = ROOT / "exports" / "sample" / name
        assert (folder / name).read_bytes() == committed.read_bytes(), name


@pytest.mark.slow
def test_wheel(tmp_path: Path) -> None:
    env = empty_environment(tmp_path)
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT)
    run(sys.executable, *build, cwd=tmp_path, env=env)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "kg/_ontology/paperkg.ttl" in names
    assert "kg/exporters/viewer/vis-network.min.js" in names
    assert not [n for n in names if n.startswith(("tests/", "exports/"))]
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path, env=env)
    pip = tmp_path / "venv" / "bin" / "python"
    lock = ROOT / "requirements.lock"
    run(pip, "-m", "pip", "install", "-q", "-c", lock, wheel, cwd=tmp_path, env=env)
    kg = tmp_path / "venv" / "bin" / "kg"
    assert "Modality" in run(kg, "types", cwd=tmp_path, env=env).stdout
    assert "build" in run(kg, "--help", cwd=tmp_path, env=env).stdout
    told = run(kg, "build", SAMPLE, "-o", "out", cwd=tmp_path, env=env).stderr
    assert "network calls 0" in told
    check_build(tmp_path / "out")
    assert "conforms" in run(kg, "check", "out", cwd=tmp_path, env=env).stdout


@pytest.mark.slow
def test_make_demo(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in tracked.decode().split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith("exports/"):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    env = empty_environment(tmp_path)
    python = f"PYTHON={sys.executable}"
    done = run("make", "demo", python, cwd=clone, env=env)
    for words in ("papers     40", "abstracts/s", "network calls 0", "exports/sample/graph.html"):
        assert words in done.stderr
    check_build(clone / "exports" / "sample")
    assert "Modality" in run(clone / ".venv" / "bin" / "kg", "types", cwd=tmp_path, env=env).stdout
