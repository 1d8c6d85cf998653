"""The kinds of faults: what Gephi does with each, and what to do about it.

What is said of Gephi was read in its importers, or seen when they were run. A kind that is no loss
is told, and does not count as a fault.

>>> KINDS["twin-edge"].effect
'Gephi drops the edge'
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "Fault", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    :param effect: What Gephi does with it.
    :param remedy: What to do about it.
    :param is_loss: Whether something of the file is lost or changed.
    :param ends_reading: Whether nothing can be said of what comes behind it.
    """

    effect: str
    remedy: str
    is_loss: bool = True
    ends_reading: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a file.

    :param line: Where it stands, counted from 1.
    :param column: Where in the line, counted from 1.
    :param kind: A key of :data:`KINDS`.
    :param says: What is wrong.
    """

    line: int
    column: int
    kind: str
    says: str


_NOTHING = "Gephi opens nothing"
_DROPS = "Gephi drops the edge"
_LOSES = "Gephi loses the value"
_UNIQUE = "give every edge an id that no other edge of the file has"
_AS_TYPED = "write what the type of the column allows, or declare another type"
_WRITER = "write the file with a library that escapes text"
_CLEAN = "leave controls and lone surrogates out of all text before writing"

KINDS: dict[str, Kind] = {
    # The file as a whole.
    "not-xml": Kind(_NOTHING, _WRITER, ends_reading=True),
    "bad-character": Kind(_NOTHING, _CLEAN, ends_reading=True),
    "bad-encoding": Kind(
        _NOTHING, "write UTF-8, or name the encoding in the XML declaration", ends_reading=True
    ),
    "truncated": Kind(
        _NOTHING, "write the file again; whatever wrote it stopped half-way", ends_reading=True
    ),
    "doctype": Kind("Gephi may ask the network for it", "leave the document type declaration out"),
    "entity": Kind(
        "Gephi may expand it without end",
        "write the text itself, without entities",
        ends_reading=True,
    ),
    "hostile": Kind("Gephi may run out of memory", "do not open this file", ends_reading=True),
    "not-a-graph": Kind(_NOTHING, "give a .graphml or .gexf file", ends_reading=True),
    "no-graph": Kind("Gephi opens an empty graph", "put nodes and edges into a <graph>"),
    "many-graphs": Kind("Gephi makes one graph of all", "write one file for each graph"),
    "wrong-namespace": Kind(
        "Gephi opens it, but networkx and igraph do not",
        "declare the namespace of the format on the root element",
    ),
    "old-version": Kind(
        "Gephi opens it, and calls the version deprecated", "write version 1.3", is_loss=False
    ),
    "graph-data": Kind(
        "Gephi has no place for values of the graph as a whole",
        "put them beside the file",
        is_loss=False,
    ),
    "no-direction": Kind(
        "Gephi takes the edges as it likes", "say directed or undirected on the <graph>"
    ),
    "bad-mode": Kind("Gephi ignores it", "write one of the words that the format knows"),
    # Columns.
    "column-without-id": Kind("Gephi drops the column", "give every column an id and a name"),
    "twin-column-id": Kind("Gephi keeps the first one alone", "give every column an id of its own"),
    "twin-column": Kind(
        "Gephi compares titles without case: one value overwrites the other",
        "rename one of the columns",
    ),
    "two-types": Kind(
        "Gephi makes two columns of one title, each with gaps",
        "make all values of a name one type before writing",
    ),
    "unknown-type": Kind("Gephi drops the column with all values", "use string, int, double..."),
    "no-type": Kind("Gephi takes it for text, and says so", "declare the type of the column"),
    "bad-class": Kind("Gephi drops the column", "say that it is for nodes or for edges"),
    "reserved-name": Kind(
        "Gephi and sigma.js mean something else by this name", "rename the column"
    ),
    "yed-key": Kind(
        "Gephi takes a key of this id for yEd's labels: the labels are overwritten",
        "give keys ids that tell, such as node_year",
    ),
    "late-column": Kind("Gephi loses the values that came before", "declare all columns first"),
    "bad-default": Kind("Gephi drops the default", _AS_TYPED),
    "list-column": Kind(
        "Gephi reads it, but networkx, igraph and graphology do not",
        "join the values with semicolons in a text",
        is_loss=False,
    ),
    # Values.
    "undeclared-column": Kind(_LOSES, "declare the column"),
    "wrong-class": Kind(_LOSES, "declare the column for this sort of element too"),
    "no-column": Kind(_LOSES, "name the column of the value"),
    "bad-value": Kind(_LOSES, _AS_TYPED),
    "not-finite": Kind(
        "Gephi loses the value in GraphML, and its statistics of the column in GEXF",
        "leave out what is infinite or no number",
    ),
    "too-big": Kind(_LOSES, "declare a larger type, or text"),
    "twin-value": Kind("Gephi keeps the last one", "write one value of a column for an element"),
    "python-value": Kind(
        "Gephi shows the text, brackets and all", "write a scalar, or join the values"
    ),
    "bad-color": Kind("Gephi leaves the element grey", "write #rrggbb"),
    "bad-look": Kind("Gephi leaves size or position as they are", "write a number"),
    # Nodes and edges.
    "no-node-id": Kind("Gephi drops the node", "give every node an id"),
    "twin-node": Kind("Gephi makes one node of both", "give every node an id of its own"),
    "no-end": Kind(_DROPS, "give every edge a source and a target"),
    "unknown-end": Kind(
        "Gephi makes up a node without label and values", "write the node, or drop the edge"
    ),
    "twin-edge": Kind(_DROPS, _UNIQUE),
    "parallel-edges": Kind(
        "Gephi merges the edges: weights are added, other values lost",
        "tell them apart by label= (GraphML) or kind= (GEXF), or add them up before writing",
    ),
    "same-kind": Kind(
        "Gephi asks how to merge the edges, and adds up their weights if it is not told",
        "choose not to merge when Gephi opens the file, or add them up before writing",
        is_loss=False,
    ),
    "zero-weight": Kind(_DROPS, "leave the weight out, or write one above zero"),
    "negative-weight": Kind("Gephi's layouts cannot draw it", "write a weight above zero"),
    "bad-weight": Kind("Gephi takes 1.0 for the weight", "write a number above zero"),
    "bad-direction": Kind(
        "Gephi ignores it, once for each edge",
        "GEXF reserves type= for directed, undirected and mutual; call your own attribute kind",
    ),
    "mixed-direction": Kind(
        "Gephi refuses the edge, or takes the whole graph as mixed",
        "write all edges as the graph says",
    ),
    "nested": Kind("Gephi has no hierarchy: the nesting is lost", "write a column that tells it"),
    "hyperedge": Kind("Gephi skips it", "write an edge for each pair, or a node for it"),
    # Time.
    "time-representation": Kind(
        "Gephi ignores the time",
        'say timerepresentation="timestamp" or "interval" on the <graph>, and keep to it',
    ),
    "bad-time": Kind("Gephi ignores the time", "write what timeformat= of the <graph> says"),
    "bad-interval": Kind("Gephi ignores the time", "let it start before it ends"),
    "open-interval": Kind(
        "Gephi takes it as closed", "move the bound, and write start= and end=", is_loss=False
    ),
}
