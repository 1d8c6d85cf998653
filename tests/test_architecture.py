"""The three sentences of the house, kept by machine: what imports what, and who knows what."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from kg import ontology

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "kg").rglob("*.py"))
STAGES = {
    *("readers", "documents", "mentions", "entities", "relations", "linking", "graph", "exporters"),
    "serve",
}
SHARED = {
    *("model", "errors", "ontology", "schema", "iri", "normalize", "abbreviations", "lexicon"),
    *("formulas", "markup", "recognizer"),
}
# The last five for types only.
SPACY = {"documents", "mentions", "model", "pipeline", "recognizer", "rules", "training"}
# What a part may import beside shared ground and itself; the registry finds plug-ins by folder.
ALLOWED: dict[str, set[str]] = {
    "readers": {"registry"},
    "documents": set(),
    "mentions": set(),
    "entities": set(),
    "relations": set(),
    "linking": set(),
    "graph": {"files", "registry", "linking"},
    "exporters": {"files", "graph", "reports"},
    "serve": {"files", "graph"},
    "recognizer": {"files"},
}
TOP_LEVEL = {
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE", "Makefile"),
    *("pyproject.toml", "requirements.lock", "kg", "ontology", "tests", "exports"),
}


def part(path: Path) -> str:
    """Name the stage or module that a file belongs to."""
    return path.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Name the modules that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            found |= {f"{base}.{a.name}" if base == "kg" else base for a in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    body = tree(path)
    assert ast.get_docstring(body), "no module docstring"
    names = {
        t.id
        for n in body.body
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    defines = any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in body.body)
    assert "__all__" in names or not defines, "no __all__"
    calls = {
        n.func.id
        for n in ast.walk(body)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert "print" not in calls
    stage = part(path)
    targets = {m.split(".")[1] for m in imports(path) if m.startswith("kg.")}
    if stage in STAGES:
        assert targets <= SHARED | ALLOWED[stage] | {stage}, f"{stage} imports {targets}"
    elif stage in SHARED:
        assert targets <= SHARED | ALLOWED.get(stage, set()), f"{stage} imports {targets}"
    if any(m.split(".")[0] == "spacy" for m in imports(path)):
        assert stage in SPACY


def test_median_length() -> None:
    lengths = [
        len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES if p.name != "__init__.py"
    ]
    assert statistics.median(lengths) <= 160


def test_no_domain_word_in_code() -> None:
    found = ontology.load()
    words = {
        *found.type_names,
        *(r.name for r in found.relations),
        *(r.property for r in found.roles),
        *(s.property for s in found.slots),
        *(r.name for r in found.roles if r.is_contribution),
    }
    guilty = []
    for path in MODULES:
        body = tree(path)
        docstrings = {
            id(n.body[0].value)
            for n in ast.walk(body)
            if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef)
            and n.body
            and isinstance(n.body[0], ast.Expr)
        }
        guilty += [
            f"{path.name}:{n.lineno} {n.value!r}"
            for n in ast.walk(body)
            if isinstance(n, ast.Constant) and n.value in words and id(n) not in docstrings
        ]
    assert not guilty, guilty


def test_ontology_holds_no_code() -> None:
    suffixes = {p.suffix for p in (ROOT / "ontology").rglob("*") if p.is_file()}
    assert suffixes <= {".ttl", ".toml", ".tsv", ".txt", ".rq", ".md", ".jsonld", ""}


def test_top_level() -> None:
    listed = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    generated = {"build", "dist", "node_modules", "shared"}
    assert {n for n in listed if not n.endswith(".egg-info")} - generated <= TOP_LEVEL


def test_one_conftest() -> None:
    assert [p.name for p in (ROOT / "tests").rglob("conftest.py")] == ["conftest.py"]


def test_every_data_file_is_used() -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
    for path in sorted((ROOT / "tests" / "data").iterdir()):
        assert path.name in text, f"no test names {path}"
