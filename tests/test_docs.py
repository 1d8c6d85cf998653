"""What the documents say is run: commands of the README, generated blocks, the quality table."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg import cli

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHARED = ROOT.parent / "shared"
OURS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ontology/README.md", "exports/README.md")


def commands() -> list[str]:
    """List the kg commands in the shell blocks of the README."""
    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [x for b in blocks for x in b.replace("\\\n", " ").splitlines() if x.startswith("kg ")]


def test_generated_blocks_are_true() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_run(tmp_path: Path) -> None:
    assert commands()
    (tmp_path / "tests" / "data").mkdir(parents=True)
    sample = (ROOT / "tests" / "data" / "sample.jsonl").read_bytes()
    (tmp_path / "tests" / "data" / "sample.jsonl").write_bytes(sample)
    for command in commands():
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command, comments=True)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, command + done.stderr


def test_every_verb_is_told() -> None:
    text = README.read_text(encoding="utf-8")
    assert {name for name in cli.commands.commands if f"kg {name}" not in text} == set()


@pytest.mark.parametrize("name", OURS)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated papers are not part of the project")
def test_quality_table_is_true() -> None:
    done = subprocess.run(
        [sys.executable, "tests/benchmarks/quality.py", str(SHARED / "gold")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() in README.read_text(encoding="utf-8")
