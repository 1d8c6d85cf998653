-- The tables for people. Above each stands what its rows and its columns are; that is written into
-- the files too. Names are joined in, so that one table is enough for most questions; IRIs stand
-- beside them, for joins that are exact. What is not known is NULL. Each table is sorted by what no
-- two of its rows share, so that it comes out the same every time.

-- table papers: One row for each paper.
-- iri: IRI of the paper, the same as in the RDF.
-- id: Identifier of the record, as it was read.
-- title: Title.
-- abstract: Abstract; NULL where the text may not be carried.
-- date: Date as precise as it is known: YYYY, YYYY-MM or YYYY-MM-DD.
-- year: Year of that date.
-- doi: DOI.
-- arxiv: arXiv identifier.
-- url: Address of the paper.
-- authors: List of the authors in their order.
-- source: The input that it was read from.
-- line: Line of the input.
SELECT p.iri, p.id, nullif(p.title, '') AS title, nullif(p.abstract, '') AS abstract,
       nullif(p.date, '') AS date, $year, nullif(p.doi, '') AS doi, nullif(p.arxiv, '') AS arxiv,
       nullif(p.url, '') AS url, p.authors, nullif(p.source, '') AS source, p.line
FROM papers p ORDER BY p.iri;

-- table listings: One row for each place where a page lists a paper.
-- paper: IRI of the paper.
-- page: The page.
-- position: Its position on the page, from 1.
-- day: Day of the listing; --MM-DD where the year is not known.
SELECT paper, page, position, nullif(day, '') AS day FROM listings ORDER BY ALL;

-- table urls: One row for each address that the text of a paper gives, such as that of its code.
-- paper: IRI of the paper.
-- url: The address.
SELECT paper, url FROM urls ORDER BY ALL;

-- table entities: One row for each thing that papers speak of.
-- iri: IRI of the entity, the same as in the RDF.
-- type: Type of the entity.
-- name: Name that the graph gives it.
-- papers: How many papers speak of it.
-- mentions: How often they do.
-- confidence: How sure these papers are together, from 0 to 1.
-- first_year: First year of a paper that speaks of it.
-- last_year: Last year of a paper that speaks of it.
SELECT e.iri, e.type, e.name, e.papers, e.mentions, e.confidence, s.first_year, s.last_year
FROM entities e LEFT JOIN (
  SELECT entity, min(year) AS first_year, max(year) AS last_year
  FROM (SELECT r.entity, $year FROM roles r JOIN papers p ON p.iri = r.paper) GROUP BY entity
) s ON s.entity = e.iri
ORDER BY e.iri;

-- table aliases: One row for each other way to write the name of an entity.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- alias: The other way to write it.
-- papers: How many papers write it so.
SELECT a.entity, e.type, e.name, a.text AS alias, a.papers
FROM aliases a JOIN entities e ON e.iri = a.entity
ORDER BY a.entity, a.text;

-- table merges: One row for each name that was made one with an entity.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- merged: The name that was made one with it.
-- papers: How many papers use that name.
-- rule: Why it is thought to be the same.
-- source: IRI of the paper that says so, where one does.
SELECT m.entity, e.type, e.name, m.name AS merged, m.papers, m.rule, nullif(m.source, '') AS source
FROM merges m JOIN entities e ON e.iri = m.entity
ORDER BY ALL;

-- table links: One row for each place outside that an entity is known at.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- predicate: IRI of the property that leads there.
-- target: IRI or address of the place.
-- rule: Why it is thought to be the same.
SELECT l.entity, e.type, e.name, l.predicate, l.target, l.rule
FROM links l JOIN entities e ON e.iri = l.entity
ORDER BY ALL;

-- table kinds: One row for each entity that is a kind of another one.
-- narrow: IRI of the kind.
-- narrow_name: Name of the kind.
-- broad: IRI of what it is a kind of.
-- broad_name: Name of what it is a kind of.
-- type: Type of both.
-- rule: Why it is thought so.
SELECT k.narrow, n.name AS narrow_name, k.broad, b.name AS broad_name, n.type, k.rule
FROM kinds k JOIN entities n ON n.iri = k.narrow JOIN entities b ON b.iri = k.broad
ORDER BY ALL;

-- table roles: One row for each entity of each paper: what the paper does with it.
-- paper: IRI of the paper.
-- title: Title of the paper.
-- year: Year of the paper.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- role: What the paper does with it.
-- property: Property of the ontology that says so.
-- rule: Rule or model that told the role.
SELECT r.paper, p.title, $year, r.entity, e.type, e.name, r.role, r.property, r.rule
FROM roles r JOIN papers p ON p.iri = r.paper JOIN entities e ON e.iri = r.entity
ORDER BY r.paper, r.entity;

-- table mentions: One row for each place where a paper writes of an entity.
-- iri: IRI of the mention.
-- paper: IRI of the paper.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- text: The characters there.
-- start: Where they begin: characters, from 0, in title, line feed and abstract.
-- end: Where they end: the character after the last one.
-- rule: Rule or model that found it.
-- confidence: How sure that is, from 0 to 1.
SELECT m.iri, m.paper, m.entity, e.type, e.name, m.text, m.start, m."end", m.rule, m.confidence
FROM mentions m JOIN entities e ON e.iri = m.entity
ORDER BY m.paper, m.start, m."end", m.entity, m.iri;

-- table relations: One row for each relation between two entities that papers assert.
-- head: IRI of the entity that the relation starts from.
-- head_type: Type of that entity.
-- head_name: Name of that entity.
-- relation: Name of the relation, a property of the ontology.
-- tail: IRI of the entity that the relation leads to.
-- tail_type: Type of that entity.
-- tail_name: Name of that entity.
-- papers: How many papers assert it.
-- confidence: How sure these papers are together, from 0 to 1.
-- first_year: First year of a paper that asserts it.
-- last_year: Last year of a paper that asserts it.
SELECT r.head, h.type AS head_type, h.name AS head_name, r.relation,
       r.tail, t.type AS tail_type, t.name AS tail_name,
       r.papers, r.confidence, s.first_year, s.last_year
FROM relations r JOIN entities h ON h.iri = r.head JOIN entities t ON t.iri = r.tail
LEFT JOIN (
  SELECT head, relation, tail, min(year) AS first_year, max(year) AS last_year FROM (
    SELECT c.head, c.relation, c.tail, $year FROM claims c JOIN papers p ON p.iri = c.paper
    WHERE c.status = $asserted
  ) GROUP BY head, relation, tail
) s ON s.head = r.head AND s.relation = r.relation AND s.tail = r.tail
ORDER BY r.head, r.relation, r.tail;

-- table claims: One row for each statement of a paper that two entities are related.
-- iri: IRI of the claim.
-- paper: IRI of the paper.
-- title: Title of the paper.
-- year: Year of the paper.
-- head: IRI of the entity that the relation starts from.
-- head_type: Type of that entity.
-- head_name: Name of that entity.
-- relation: Name of the relation, a property of the ontology.
-- tail: IRI of the entity that the relation leads to.
-- tail_type: Type of that entity.
-- tail_name: Name of that entity.
-- status: Whether the paper asserts it, or negates, hedges, announces or attributes it.
-- confidence: How sure the extraction is, from 0 to 1.
-- rule: Rule or model that read it.
-- start: Where the evidence begins: characters, from 0, in title, line feed and abstract.
-- end: Where the evidence ends: the character after the last one.
-- text: The characters of the evidence; NULL where the text may not be carried.
SELECT x.iri, x.paper, p.title, $year, x.head, h.type AS head_type, h.name AS head_name,
       x.relation, x.tail, t.type AS tail_type, t.name AS tail_name,
       x.status, x.confidence, x.rule, x.start, x."end", $text
FROM claims x JOIN papers p ON p.iri = x.paper
JOIN entities h ON h.iri = x.head JOIN entities t ON t.iri = x.tail
ORDER BY x.head, x.relation, x.tail, x.paper, x.status, x.iri;

-- table kind_claims: One row for each statement of a paper that one entity is a kind of another one.
-- iri: IRI of the claim.
-- paper: IRI of the paper.
-- title: Title of the paper.
-- year: Year of the paper.
-- narrow: IRI of the kind.
-- narrow_name: Name of the kind.
-- broad: IRI of what it is said to be a kind of.
-- broad_name: Name of that.
-- status: Whether the paper asserts it, or negates, hedges, announces or attributes it.
-- confidence: How sure the extraction is, from 0 to 1.
-- rule: Rule that read it.
-- start: Where the evidence begins: characters, from 0, in title, line feed and abstract.
-- end: Where the evidence ends: the character after the last one.
-- text: The characters of the evidence; NULL where the text may not be carried.
SELECT x.iri, x.paper, p.title, $year, x.head AS narrow, h.name AS narrow_name,
       x.tail AS broad, t.name AS broad_name,
       x.status, x.confidence, x.rule, x.start, x."end", $text
FROM kind_claims x JOIN papers p ON p.iri = x.paper
JOIN entities h ON h.iri = x.head JOIN entities t ON t.iri = x.tail
ORDER BY x.head, x.tail, x.paper, x.status, x.iri;

-- table results: One row for each value that a paper reports.
-- iri: IRI of the result, the same as in the RDF.
-- paper: IRI of the paper.
-- title: Title of the paper.
-- year: Year of the paper.
-- $slots
-- value: The value as written.
-- number: The value as a number; NULL where it is none.
-- unit: The unit as written.
-- kind: What the value is: absolute, an improvement, or that of a baseline.
-- status: Whether the paper asserts it, or negates, hedges, announces or attributes it.
-- confidence: How sure the extraction is, from 0 to 1.
-- rule: Rule or model that read it.
-- start: Where the evidence begins: characters, from 0, in title, line feed and abstract.
-- end: Where the evidence ends: the character after the last one.
-- text: The characters of the evidence; NULL where the text may not be carried.
SELECT x.iri, x.paper, p.title, $year, $slots,
       x.value, try_cast(x.number AS DOUBLE) AS number, nullif(x.unit, '') AS unit, x.kind,
       x.status, x.confidence, x.rule, x.start, x."end", $text
FROM results x JOIN papers p ON p.iri = x.paper
LEFT JOIN (
  SELECT l.result, $filled
  FROM result_entities l JOIN entities e ON e.iri = l.entity GROUP BY l.result
) s ON s.result = x.iri
ORDER BY x.iri;

-- table result_entities: One row for each entity that a result names.
-- result: IRI of the result.
-- slot: The column of results that has its name.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
SELECT l.result, l.slot, l.entity, e.type, e.name
FROM result_entities l JOIN entities e ON e.iri = l.entity
ORDER BY l.result, l.slot, l.entity;

-- view years: One row for each entity and year, of papers that have a date.
-- entity: IRI of the entity.
-- type: Type of the entity.
-- name: Name of the entity.
-- year: The year.
-- papers: How many papers of that year speak of it.
SELECT entity, type, name, year, count(DISTINCT paper) AS papers
FROM roles WHERE year IS NOT NULL GROUP BY entity, type, name, year;

-- view pairs: One row for each two entities that the same papers speak of.
-- entity: IRI of the one.
-- type: Type of the one.
-- name: Name of the one.
-- other: IRI of the other; the two stand in one order only.
-- other_type: Type of the other.
-- other_name: Name of the other.
-- papers: How many papers speak of both.
SELECT a.entity, a.type, a.name, b.entity AS other, b.type AS other_type, b.name AS other_name,
       count(DISTINCT a.paper) AS papers
FROM roles a JOIN roles b ON b.paper = a.paper AND a.entity < b.entity
GROUP BY a.entity, a.type, a.name, b.entity, b.type, b.name;
