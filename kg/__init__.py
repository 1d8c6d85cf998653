"""A typed knowledge graph from a pile of paper abstracts: offline, checkable, the same every time.

>>> import kg
>>> record = kg.Record(id="p", title="FlickerNet: a spiking neural network", abstract="It is fast.")
>>> with kg.assemble(kg.extract([record])) as graph:
...     [entity["name"] for entity in graph.entities]
['FlickerNet', 'spiking neural network']
"""

from kg.build import build, load
from kg.errors import KGError
from kg.graph.assemble import assemble
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.model import Extraction, Record
from kg.ontology import Ontology
from kg.pipeline import extract
from kg.readers.read import read

__all__ = [
    "Extraction",
    "KGError",
    "KnowledgeGraph",
    "Ontology",
    "Record",
    "assemble",
    "build",
    "extract",
    "load",
    "read",
]
