"""Write large graphs as GraphML and GEXF, beside networkx, and print what it costs.

``python tests/benchmarks/gephi.py`` draws a graph of 100,000 nodes and 1,000,000 edges by lot; with
the name of a build it takes that graph. Each writer runs in a process of its own: CPU seconds are
those of writing alone, memory is how far its peak lies above what the graph itself takes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.build import load
from kg.exporters import gexf, graphml
from kg.exporters.figures import Edge, Figure, Node, summary
from kg.iri import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Network = nx.MultiDiGraph[str]

WORDS = "spiking neural network decoding of speech from cortical signals & <eeg> β-band"


def figure(network: Network) -> Figure:
    """See a network as what the writers write."""
    nodes, edges = network.graph["columns"]

    def stream_nodes() -> Iterator[Node]:
        for key, values in network.nodes(data=True):
            yield Node(key, values, [])

    def stream_edges() -> Iterator[Edge]:
        for head, tail, values in network.edges(data=True):
            yield Edge(head, tail, values, [])

    return Figure(nodes, edges, stream_nodes, stream_edges, is_dated=False)


def columns() -> tuple[dict[str, str], dict[str, str]]:
    """Take the columns that the exporters write."""
    from kg.graph.assemble import assemble

    with assemble([]) as graph:
        drawn = summary(graph)
    return drawn.node_columns, drawn.edge_columns


def drawn_by_lot(nodes: int, edges: int) -> Network:
    """Make a graph with the columns of a real one, and names as real ones are."""
    lot = random.Random(0)  # noqa: S311
    network: Network = nx.MultiDiGraph(columns=columns())

    def name() -> str:
        return " ".join(lot.choices(WORDS.split(), k=3))

    for number in range(nodes):
        key = f"method/{slug(f'{name()} {number}')}"
        network.add_node(
            key,
            label=name(),
            node_type="Method",
            iri=f"https://w3id.org/paperkg/{key}",
            papers=lot.randrange(1, 400),
            mentions=lot.randrange(1, 900),
            aliases=f"{name()};{name()}",
            confidence=round(lot.random(), 4),
            color="#0072B2",
            size=round(lot.uniform(8, 40), 1),
            x=round(lot.uniform(-9e4, 9e4), 1),
            y=round(lot.uniform(-9e4, 9e4), 1),
        )
    keys = list(network)
    for number in range(edges):
        paper = f"paper/arxiv:{lot.randrange(2000, 2600)}.{lot.randrange(99999):05d}"
        start = lot.randrange(900)
        network.add_edge(
            lot.choice(keys),
            lot.choice(keys),
            key=f"e{number}",
            relation=lot.choice(["outperforms", "evaluatedOn", "usesMethod"]),
            role=lot.choice(["", "used"]),
            weight=float(lot.randrange(1, 9)),
            papers=";".join([paper] * lot.randrange(1, 4)),
            confidence=round(lot.random(), 4),
            rule="recognizer",
            evidence=f"{paper}#char={start},{start + 80}",
        )
    return network


def of_build(folder: str) -> Network:
    """Take the graph of a build, with places drawn by lot: laying it out is no part of writing."""
    lot = random.Random(0)  # noqa: S311
    with load(folder) as graph:
        network = graph.to_networkx()
    for _, values in network.nodes(data=True):
        spot = {"x": round(lot.uniform(-9e4, 9e4), 1), "y": round(lot.uniform(-9e4, 9e4), 1)}
        values.update(color="#0072B2", size=12.0, **spot)
    network.graph["columns"] = columns()
    return network


def write_ours(module: Any) -> Callable[[Network, Path], None]:
    def write(network: Network, path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(line.encode() for line in module.lines(figure(network)))

    return write


def write_with_lxml(network: Network, path: Path) -> None:
    network.graph.clear()  # the columns, which are no attribute of the graph
    nx.write_graphml_lxml(network, path)


WRITERS: dict[str, Callable[[Network, Path], None]] = {
    "GraphML (ours)": write_ours(graphml),
    "GEXF (ours)": write_ours(gexf),
    "networkx.write_graphml_lxml": write_with_lxml,
}


def peak() -> int:
    """Tell the most memory that this process had since the peak was last forgotten, in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measure(name: str, network: Network) -> tuple[float, float, float, int]:
    """Write once, in a process that has the graph already.

    :returns: CPU seconds, wall seconds, MiB above what the process had before, bytes written.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the peak
        before, cpu, wall = peak(), time.process_time(), time.perf_counter()
        WRITERS[name](network, path)
        costs = time.process_time() - cpu, time.perf_counter() - wall
        return *costs, (peak() - before) / 1024, path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", help="folder of a build")
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=1_000_000)
    told = parser.parse_args()
    context = multiprocessing.get_context("fork")
    network = of_build(told.build) if told.build else drawn_by_lot(told.nodes, told.edges)
    graph = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(network):,} nodes, {network.number_of_edges():,} edges, process {graph:,.0f} MiB")
    print("| writer | CPU s | wall s | memory above the graph, MiB | file, MB |")
    print("|---|---|---|---|---|")
    costs = {}
    for name in WRITERS:
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=lambda n=name, p=theirs: p.send(measure(n, network)))
        worker.start()
        cpu, wall, memory, size = costs[name] = ours.recv()
        worker.join()
        print(f"| {name} | {cpu:.1f} | {wall:.1f} | {memory:.0f} | {size / 1e6:.0f} |", flush=True)
    *own, theirs_cost = (cost[0] for cost in costs.values())
    factors = ", ".join(f"{theirs_cost / cpu:.1f}" for cpu in own)
    print(f"times as fast as networkx: {factors}")


if __name__ == "__main__":
    main()
