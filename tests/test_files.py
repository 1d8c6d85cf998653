"""Files and folders that take the place of others: nothing of anybody else is ever lost."""

from __future__ import annotations

import gc
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kg import files
from kg.cycles import never, rarely
from kg.errors import ExportError
from kg.files import permissions, replacing, replacing_folder

NOBODY = 2**22 + 1  # a number that no process has: Linux counts to 2 ** 22


def foreign(folder: Path) -> str:
    """Call everything ours that is named so."""
    return min((p.name for p in folder.iterdir() if not p.name.startswith("ours")), default="")


def filled(folder: Path, **contents: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def replace_by(folder: Path, **contents: str) -> None:
    with replacing_folder(folder, foreign=foreign) as new:
        filled(new, **contents)


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    replace_by(out, ours="1", ours_too="1")
    replace_by(out, ours="2")
    assert texts(out) == {"ours": "2"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_build_that_fails_changes_nothing(tmp_path: Path) -> None:
    out = filled(tmp_path / "out", ours="1")
    with pytest.raises(ZeroDivisionError), replacing_folder(out, foreign=foreign) as new:
        filled(new, ours=str(1 / 0))
    assert texts(out) == {"ours": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_of_others_is_named_and_stays(tmp_path: Path) -> None:
    out = filled(tmp_path / "out", ours="1", thesis="mine")
    told = "exists and holds what is no build of kg (thesis); choose another folder"
    with pytest.raises(ExportError) as caught:
        replace_by(out, ours="2")
    assert caught.value.reason == told
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match=r"holds what is no build of kg \(a file\)"):
        replace_by(tmp_path / "file", ours="2")
    assert texts(out) == {"ours": "1", "thesis": "mine"}


def test_what_was_put_in_meanwhile_stays(tmp_path: Path) -> None:
    out = filled(tmp_path / "out", ours="1")
    told = r"was changed meanwhile and holds .* \(notes\)"
    with pytest.raises(ExportError, match=told), replacing_folder(out, foreign=foreign):
        filled(out, notes="mine")
    assert texts(out) == {"notes": "mine", "ours": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", [f".out-{NOBODY}-notes", ".out-notes-x", f".out-{NOBODY}"])
def test_folders_that_are_not_ours_stay(name: str, tmp_path: Path) -> None:
    other = filled(tmp_path / name, thesis="mine")
    replace_by(tmp_path / "out", ours="1")
    assert texts(other) == {"thesis": "mine"}


def test_folders_of_processes_that_live_stay(tmp_path: Path) -> None:
    living = filled(tmp_path / f".out-{os.getpid()}-abc" / "new", ours="0").parent
    dead = filled(tmp_path / f".out-{NOBODY}-abc" / "new", ours="0").parent
    replace_by(tmp_path / "out", ours="1")
    assert living.exists()
    assert not dead.exists()


def test_a_kill_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    out = filled(tmp_path / "out", ours="1")
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kg.files import replacing_folder\n"
        "rename = Path.rename\n"
        "def killed(self, target):\n"
        "    rename(self, target)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Path.rename = killed\n"
        "with replacing_folder(sys.argv[1], foreign=lambda _: '') as new:\n"
        "    (new / 'ours').write_text('2')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(out)], check=False)
    assert done.returncode != 0
    assert not out.exists()
    with pytest.raises(ZeroDivisionError), replacing_folder(out, foreign=foreign):
        raise ZeroDivisionError
    assert texts(out) == {"ours": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_rename_that_fails_puts_the_old_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = filled(tmp_path / "out", ours="1")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ExportError, match="cannot be replaced: No space left on device"):
        replace_by(out, ours="2")
    assert texts(out) == {"ours": "1"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_permissions_stay_and_new_files_have_those_of_the_user(tmp_path: Path) -> None:
    for forbidden in (0o077, 0o022, 0o002):
        before = os.umask(forbidden)
        try:
            for mode in (0o600, 0o640, 0o664, None):
                place = tmp_path / f"{forbidden}-{mode}"
                if mode is not None:
                    place.write_text("old")
                    place.chmod(mode)
                with replacing(str(place)) as file:
                    file.write(b"new")
                expected = 0o666 & ~forbidden if mode is None else mode
                assert stat.S_IMODE(place.stat().st_mode) == expected
                assert place.read_text() == "new"
            assert permissions(tmp_path / "none", most=0o777) == 0o777 & ~forbidden
        finally:
            assert os.umask(before) == forbidden  # asking has not changed it


def test_texts_in_sql() -> None:
    assert files.literal(Path("O'Brien") / "a") == "'O''Brien/a'"


def test_python_searches_for_cycles_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with pytest.raises(ExportError), rarely(), never(), replacing(""):
        pass
    with rarely(), never():
        assert not gc.isenabled()
        assert gc.get_threshold()[0] > before[0]
    assert (gc.isenabled(), gc.get_threshold()) == (True, before)
    gc.set_threshold(0)
    try:
        with rarely():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
