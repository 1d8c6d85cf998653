-- Tables of the knowledge graph out of the staged rows. Every table is a function of the staged
-- rows as a set: the order of the input does not matter, the same input twice changes nothing.
-- The staged tables (s_*) come from assemble.py, which mints keys and IRIs.

CREATE TABLE papers AS
SELECT * FROM (SELECT DISTINCT * FROM s_papers)
QUALIFY row_number() OVER (
  PARTITION BY iri
  ORDER BY length(abstract) DESC, title, abstract, source, line, id) = 1
ORDER BY iri;

CREATE TABLE listings AS SELECT DISTINCT * FROM s_listings ORDER BY ALL;

CREATE TABLE urls AS SELECT DISTINCT * FROM s_urls ORDER BY ALL;

CREATE TABLE mentions AS
SELECT * FROM s_mentions
QUALIFY row_number() OVER (PARTITION BY iri ORDER BY confidence DESC, rule, text) = 1
ORDER BY paper, start, "end", entity;

-- The name of an entity is one that many papers use: of those that at least a third as many papers
-- use as the most frequent, the one with the fewest capitals (titles are written with capitals).
CREATE TABLE entities AS
WITH name_counts AS (
  SELECT entity AS iri, type, key, name, count(DISTINCT paper) AS uses
  FROM s_roles GROUP BY ALL
), best AS (
  SELECT iri, type, key, name FROM (
    SELECT *, max(uses) OVER (PARTITION BY iri) AS most FROM name_counts)
  QUALIFY row_number() OVER (PARTITION BY iri ORDER BY
    uses * 3 < most, length(regexp_replace(name, '[^A-Z]', '', 'g')), uses DESC, length(name), name
  ) = 1
), spoken AS (
  SELECT entity AS iri, count(DISTINCT paper) AS papers FROM s_roles GROUP BY entity
), occurring AS (
  SELECT entity AS iri, count(*) AS mentions, max(confidence) AS confidence FROM mentions GROUP BY entity
)
SELECT iri, type, key, name, papers, coalesce(mentions, 0) AS mentions,
       coalesce(confidence, 1.0) AS confidence
FROM best JOIN spoken USING (iri) LEFT JOIN occurring USING (iri)
ORDER BY iri;

-- Every other surface form, with the number of papers that write it so. What is written with markup
-- is evidence, but no name.
CREATE TABLE aliases AS
WITH forms AS (
  SELECT entity, text, paper FROM mentions WHERE NOT is_marked
  UNION SELECT entity, name, paper FROM s_roles
)
SELECT f.entity, f.text, count(DISTINCT f.paper) AS papers
FROM forms f JOIN entities e ON e.iri = f.entity
WHERE f.text <> e.name
GROUP BY ALL ORDER BY ALL;

ALTER TABLE mentions DROP COLUMN is_marked;

CREATE TABLE roles AS
SELECT paper, entity, role, property, rule FROM s_roles
QUALIFY row_number() OVER (PARTITION BY paper, entity ORDER BY rank, role, rule) = 1
ORDER BY paper, entity;

CREATE TABLE claims AS
SELECT iri, paper, head, relation, tail, start, "end", rule, status, confidence
FROM s_claims WHERE head <> tail
QUALIFY row_number() OVER (
  PARTITION BY iri ORDER BY confidence DESC, start, "end", rule) = 1
ORDER BY paper, head, relation, tail, status;

-- Only what papers assert becomes a plain fact; its weight is the number of different papers.
CREATE TABLE relations AS
SELECT head, relation, tail, count(DISTINCT paper) AS papers, max(confidence) AS confidence
FROM claims WHERE status = 'asserted'
GROUP BY ALL ORDER BY ALL;

CREATE TABLE results AS
SELECT * FROM s_results
QUALIFY row_number() OVER (PARTITION BY iri ORDER BY confidence DESC, rule) = 1
ORDER BY paper, start, "end", iri;

CREATE TABLE result_entities AS
SELECT DISTINCT l.* FROM s_result_entities l
SEMI JOIN results r ON r.iri = l.result
ORDER BY ALL;

CREATE TABLE counts AS
SELECT 'merged_self_relations' AS name, count(DISTINCT iri) AS count FROM s_claims WHERE head = tail
UNION ALL
SELECT 'rejected_candidates', coalesce(sum(rejected), 0)::BIGINT FROM papers
ORDER BY name;
