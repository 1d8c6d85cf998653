"""Write the documentation of the ontology as one page that asks nobody for anything, by pyLODE.

usage: python tests/tools/ontology_page.py PAGE.html
"""

from __future__ import annotations

import logging
import re
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Literal, URIRef
from rdflib.compare import to_canonical_graph

from kg import ontology
from kg.files import replacing

ONTOLOGY = ontology.load()
SCHEMA = ONTOLOGY.folder / ontology.SCHEMA
STYLE = Path(__file__).with_suffix(".css")

_FROM_IT = URIRef("https://w3id.org/profile/ontdoc/inDomainOf")  # pyLODE leaves choices out
_SAYS = {
    OWL.FunctionalProperty: "At most one for each subject.",
    OWL.SymmetricProperty: "Symmetric.",
    OWL.IrreflexiveProperty: "Nothing stands in this relation to itself.",
}
_SPELLED = {
    "Description": "Definition",
    "In Domain Of": "Properties from it",
    "In Range Of": "Properties to it",
    "Preferred Namespace Uri": "Preferred Namespace URI",
    "Restriction": "Has always",
    "Sub Class Of": "Is a",
    "Super Class Of": "Kinds",
    "Version Iri": "Version IRI",
}
_MATCHES = {
    SKOS.exactMatch: "Same as",
    SKOS.closeMatch: "Close to",
    SKOS.narrowMatch: "Broader than",
    SKOS.broadMatch: "Narrower than",
    SKOS.relatedMatch: "Related to",
}


def page() -> str:
    """Make the page; the same bytes for the same ontology."""
    pylode = _pylode()
    shown = _shown()
    document = pylode.OntPub(shown)
    document.fids |= {str(term): _local(term) for term in _terms(shown)}
    html = str(document.make_html())
    style = STYLE.read_text(encoding="utf-8")
    html = re.sub(
        r"<style>.*?</style>", lambda _: f"<style>\n{style}</style>", html, flags=re.DOTALL
    )
    html = html.replace("<html>", '<html lang="en">', 1)
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    html = html.replace("<head>", f"<head>\n    {viewport}", 1)
    html = re.sub(r' title="None\. Defined in [^"]*"', "", html)
    for spelled, better in _SPELLED.items():
        html = html.replace(f">{spelled}</a>", f">{better}</a>")
    return html.rstrip() + "\n"


def _pylode() -> Any:
    """Import pyLODE, whose wheel lacks a file that it reads its version from."""
    known = ModuleType("pylode.version")
    known.__dict__["__version__"] = version("pylode")
    sys.modules.setdefault("pylode.version", known)
    from pylode import utils
    from pylode.profiles import ontpub

    ontpub.ONT_PROPS = sorted(ontpub.ONT_PROPS, key=lambda p: p != DCTERMS.description)
    # Neither the order of folders nor that of sets, and no file written beside its code.
    ontpub.load_background_onts = _background
    ontpub.load_background_onts_titles = lambda _: {}
    utils.load_background_onts_titles = lambda _: {}
    utils.intersperse = _joined
    return ontpub


def _background() -> rdflib.Graph:
    return rdflib.Graph(bind_namespaces="core")


def _joined(elements: set[Any], joint: Any) -> list[Any]:
    ordered = sorted(elements, key=lambda element: str(element.render()))
    return [piece for element in ordered for piece in (joint, element)][1:]


def _terms(graph: rdflib.Graph) -> list[URIRef]:
    """List the terms of the ontology in the order of the file."""
    names = re.findall(r"^kg:(\w+) a ", SCHEMA.read_text(encoding="utf-8"), flags=re.MULTILINE)
    terms = [URIRef(ONTOLOGY.term(name)) for name in names]
    return [term for term in terms if (term, None, None) in graph]


def _local(term: object) -> str:
    return str(term).removeprefix(ONTOLOGY.namespace)


def _shown() -> rdflib.Graph:
    """Make a graph of what the page shows, in the order in which it shows it."""
    parsed = rdflib.Graph(bind_namespaces="core").parse(SCHEMA, format="turtle")
    said, shown = (rdflib.Graph(bind_namespaces="core") for _ in range(2))
    for prefix, namespace in parsed.namespaces():
        said.bind(prefix, namespace)
        shown.bind(prefix, namespace)
    for triple in sorted(to_canonical_graph(parsed)):
        said.add(triple)
    (header,) = said.subjects(RDF.type, OWL.Ontology)
    for subject in (header, *_terms(said)):
        for predicate, term in sorted(said.predicate_objects(subject)):
            if term not in _SAYS and predicate != RDFS.isDefinedBy:
                shown.add((subject, predicate, _worded(said, predicate, term)))
        for note in _notes(said, subject):
            shown.add((subject, SKOS.note, Literal(note)))
        for member in _choices(said, subject):
            shown.add((member, _FROM_IT, subject))
    shown += _nameless(said)
    return shown


def _choices(said: Any, subject: Any) -> list[Any]:
    """List the classes that a property can begin at, where there are several."""
    choice = said.value(said.value(subject, RDFS.domain), OWL.unionOf)
    return list(said.items(choice)) if choice else []


def _nameless(said: rdflib.Graph) -> rdflib.Graph:
    """Give what classes without a name are made of."""
    found = rdflib.Graph(bind_namespaces="core")
    for subject in sorted({s for s in said.subjects() if isinstance(s, BNode)}):
        if not {OWL.members, OWL.inverseOf} & set(said.predicates(subject)):
            for predicate, term in sorted(said.predicate_objects(subject)):
                found.add((subject, predicate, term))
    return found


def _worded(said: Any, predicate: Any, term: Any) -> Any:
    """Give what a property says; a list of words, which pyLODE leaves empty, is spelled out."""
    if predicate == RDFS.range and (term, OWL.oneOf, None) in said:
        words = said.items(said.value(term, OWL.oneOf))
        return Literal(" or ".join(f"`{word}`" for word in words))
    return term


def _notes(said: Any, subject: Any) -> list[str]:
    """Put into words what pyLODE does not show."""
    notes = [f"Cite as: {text}" for text in said.objects(subject, DCTERMS.bibliographicCitation)]
    notes += [words for kind, words in _SAYS.items() if (subject, RDF.type, kind) in said]
    for group in said.subjects(RDF.type, OWL.AllDisjointClasses):
        members = sorted(said.items(said.value(group, OWL.members)))
        if subject in members:
            others = ", ".join(f"[{_local(m)}](#{_local(m)})" for m in members if m != subject)
            notes.append(f"Never one of {others} at the same time.")
    for predicate, words in _MATCHES.items():
        matched = sorted(said.objects(subject, predicate))
        if matched:
            linked = (f"[{said.namespace_manager.curie(m)}]({m})" for m in matched)
            notes.append(f"{words} {', '.join(linked)}.")
    return notes


if __name__ == "__main__":
    logging.disable()  # the parts of pyLODE that are not used here talk
    with replacing(sys.argv[1]) as file:
        file.write(page().encode())
