-- Tables of the knowledge graph out of the staged rows. Every table is a function of the staged
-- rows as a set: the order of the input does not matter, the same input twice changes nothing.
-- The staged tables (s_*) come from assemble.py, which mints keys and IRIs.
-- The SQL here and beside is in the words that DuckDB and Spark share (no macros, no REPLACE or EXCLUDE,
-- FILTER with WHERE, min_by), and numbers are rounded by the same steps on both: the same bytes.

CREATE TABLE unmatched AS SELECT * FROM s_unmatched ORDER BY ALL;

CREATE TABLE kinds AS SELECT * FROM s_kinds ORDER BY ALL;

CREATE TABLE links AS
SELECT l.* FROM s_links l SEMI JOIN s_roles r ON r.entity = l.entity ORDER BY ALL;

CREATE TABLE papers AS
SELECT * FROM (SELECT DISTINCT * FROM s_papers)
QUALIFY row_number() OVER (
  PARTITION BY iri
  ORDER BY length(abstract) DESC, title, abstract, source, line, id) = 1
ORDER BY iri;

CREATE TABLE listings AS SELECT DISTINCT * FROM s_listings ORDER BY ALL;

CREATE TABLE urls AS SELECT DISTINCT * FROM s_urls ORDER BY ALL;

CREATE TABLE mentions AS
SELECT iri, paper, entity, start, "end", text, rule, confidence FROM s_mentions
ORDER BY paper, start, "end", entity;

-- The name of an entity is one that people have chosen, else one that many papers use: of those that
-- at least a third as many papers use as the most frequent, the one with the fewest capitals (titles
-- are written with capitals). What was merged by more than spelling names it only where nothing else
-- does. Its confidence grows with every paper that speaks of it: how sure these are together, if each
-- errs by itself. The sum is of whole millionths of logarithms, so that the order of the papers is no
-- matter.
CREATE TABLE entities AS
WITH name_counts AS (
  SELECT entity AS iri, type, key, name, bool_or(is_own) AS is_own, count(DISTINCT paper) AS uses
  FROM s_roles GROUP BY entity, type, key, name
), best AS (
  SELECT iri, type, key, name FROM (
    SELECT *, max(uses) OVER (PARTITION BY iri, is_own) AS most FROM name_counts)
  QUALIFY row_number() OVER (PARTITION BY iri ORDER BY
    NOT is_own, uses * 3 < most, length(name) - length(translate(name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '')), uses DESC,
    length(name), name
  ) = 1
), spoken AS (
  SELECT entity AS iri, count(DISTINCT paper) AS papers FROM s_roles GROUP BY entity
), doubted AS (
  SELECT entity, paper, count(*) AS mentions, max(confidence) AS confidence
  FROM mentions GROUP BY entity, paper
), occurring AS (
  SELECT entity AS iri, sum(mentions)::BIGINT AS mentions,
         max(confidence) AS highest,
         1 - exp(sum(round(ln(greatest(1 - confidence, 0.001)) * 1e6)::BIGINT) / 1e6) AS together
  FROM doubted GROUP BY entity
)
SELECT iri, type, key, coalesce(l.name, best.name) AS name, papers,
       coalesce(mentions, 0) AS mentions,
       CASE WHEN highest IS NULL THEN 1e0 WHEN papers = 1 THEN highest
            ELSE least(0.999, round(together * 1e4) / 1e4) END AS confidence
FROM best JOIN spoken USING (iri) LEFT JOIN occurring USING (iri) LEFT JOIN s_labels l USING (iri)
ORDER BY iri;

-- Every other surface form, with the number of papers that write it so. What is written with markup
-- is evidence, but no name; nor is what other papers call another thing by.
CREATE TABLE aliases AS
WITH forms AS (
  SELECT entity, text, key, paper FROM s_mentions WHERE NOT is_marked
  UNION SELECT entity, name, NULL, paper FROM s_roles
)
SELECT f.entity, f.text, count(DISTINCT f.paper) AS papers
FROM forms f JOIN entities e ON e.iri = f.entity
LEFT JOIN s_things t ON t.from_type = e.type AND t.from_key = f.key
WHERE f.text <> e.name AND coalesce(t.iri, e.iri) = e.iri
GROUP BY ALL ORDER BY ALL;

CREATE TABLE roles AS
SELECT paper, entity, role, property, rule FROM s_roles
QUALIFY row_number() OVER (PARTITION BY paper, entity ORDER BY rank, role, rule) = 1
ORDER BY paper, entity;

CREATE TABLE claims AS
SELECT iri, paper, head, relation, tail, start, "end", rule, status, confidence
FROM s_claims WHERE head <> tail AND is_allowed
QUALIFY row_number() OVER (
  PARTITION BY paper, head, relation, tail, status
  ORDER BY confidence DESC, start, "end", rule, iri) = 1
ORDER BY paper, head, relation, tail, status;

-- Only what papers assert becomes a plain fact; its weight is the number of different papers.
CREATE TABLE relations AS
SELECT head, relation, tail, count(DISTINCT paper) AS papers,
       CASE WHEN count(*) = 1 THEN max(confidence) ELSE least(0.999, round(10000 * (
         1 - exp(sum(round(ln(greatest(1 - confidence, 0.001)) * 1e6)::BIGINT) / 1e6))) / 1e4)
       END AS confidence
FROM claims WHERE status = 'asserted'
GROUP BY ALL ORDER BY ALL;

-- What papers state to be a kind of what, as claims; what became of it stands in kinds.
CREATE TABLE kind_claims AS
SELECT iri, paper, head, tail, start, "end", rule, status, confidence
FROM s_stated WHERE head <> tail
QUALIFY row_number() OVER (
  PARTITION BY paper, head, tail, status ORDER BY confidence DESC, start, "end", rule, iri) = 1
ORDER BY paper, head, tail, status;

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
SELECT 'retyped_relations', count(DISTINCT iri) FROM s_claims WHERE NOT is_allowed
UNION ALL
SELECT 'rejected_candidates', coalesce(sum(rejected), 0)::BIGINT FROM papers
ORDER BY name;
