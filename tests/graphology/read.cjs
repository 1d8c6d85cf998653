// Reads a GraphML or GEXF file with graphology and tells what it found, as JSON.
const fs = require("fs");
const {MultiDirectedGraph} = require("graphology");
const readers = {graphml: require("graphology-graphml"), gexf: require("graphology-gexf")};

const path = process.argv[2];
const graph = readers[path.split(".").pop()].parse(MultiDirectedGraph, fs.readFileSync(path, "utf8"));
const nodes = graph.mapNodes((key, attributes) => [key, attributes]);
const edges = graph.mapEdges((key, attributes, source, target) => [key, source, target, attributes]);
process.stdout.write(JSON.stringify({nodes, edges}));
