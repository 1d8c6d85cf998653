/* Queries that ask a SPARQL endpoint, or "kg query", for what the details show. */

const sparql = (() => {
  const iri = (key) => `<${(model.base + key).replace(/[<>"{}|^`\\\s]/g, encodeURIComponent)}>`;

  const query = (variables, pattern, order) =>
    [
      `PREFIX kg: <${model.namespace}>`,
      "PREFIX dcterms: <http://purl.org/dc/terms/>",
      "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>",
      "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>",
      "",
      `SELECT ${variables}`,
      "WHERE {",
      ...pattern.map((line) => `  ${line}`),
      "}",
      `ORDER BY ${order}`,
      "LIMIT 1000",
    ].join("\n");

  /** Ask which papers speak of an entity and how, and what stands in a relation to it. */
  const ofEntity = (entity) => {
    const thing = iri(entity.id);
    return query(
      "DISTINCT ?subject ?name ?property ?object ?objectName",
      [
        `{ ?subject ?property ${thing} . BIND(${thing} AS ?object) }`,
        "UNION",
        `{ ${thing} ?property ?object . BIND(${thing} AS ?subject) }`,
        `FILTER(STRSTARTS(STR(?property), "${model.namespace}"))`,
        "OPTIONAL { ?subject dcterms:title|skos:prefLabel ?name }",
        "OPTIONAL { ?object skos:prefLabel ?objectName }",
      ],
      "?property ?name ?objectName ?object",
    );
  };

  /** Ask for the claims between two entities, in the file with the evidence. */
  const ofPair = (pair) => {
    const [one, two] = [iri(pair.one.id), iri(pair.two.id)];
    return query(
      "?head ?relation ?tail ?paper ?status",
      [
        `VALUES (?head ?tail) { (${one} ${two}) (${two} ${one}) }`,
        "?claim rdf:subject ?head ;",
        "  rdf:predicate ?relation ;",
        "  rdf:object ?tail ;",
        "  kg:claimPaper ?paper .",
        "OPTIONAL { ?claim kg:status ?status }",
      ],
      "?relation ?paper ?status",
    );
  };

  /** Ask what a paper does with which entity. */
  const ofPaper = (paper) =>
    query(
      "?property ?entity ?name",
      [
        `${iri(paper.key)} ?property ?entity .`,
        "?entity skos:prefLabel ?name .",
        `FILTER(STRSTARTS(STR(?property), "${model.namespace}"))`,
      ],
      "?property ?name ?entity",
    );

  return { ofEntity, ofPair, ofPaper };
})();
