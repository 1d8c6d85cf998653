-- Let names that denote one thing denote it, before the staged rows become tables.
-- s_moves: what a name denotes instead of its own key (iri empty: nothing); s_parts: the roles that
-- each type can play, the role open to every type marked; s_labels: names that people have chosen.

CREATE TABLE merges AS
WITH names AS (
  SELECT entity, min_by(name, (-uses, name)) AS name, sum(uses)::BIGINT AS papers FROM (
    SELECT entity, name, count(DISTINCT paper) AS uses FROM s_roles GROUP BY ALL)
  GROUP BY entity
)
SELECT m.iri AS entity, m.from_type AS type, m.from_key AS key, n.name, n.papers, m.rule, m.source
FROM s_moves m JOIN names n ON n.entity = m.from_iri
WHERE m.iri <> '' ORDER BY ALL;

CREATE TABLE s_things AS
SELECT DISTINCT r.entity AS from_iri, r.type AS from_type, r.key AS from_key,
       coalesce(m.iri, r.entity) AS iri, coalesce(m.to_type, r.type) AS type
FROM s_roles r LEFT JOIN s_moves m ON m.from_iri = r.entity
WHERE coalesce(m.iri, r.entity) <> '';

CREATE OR REPLACE TABLE s_roles AS
SELECT r.paper, coalesce(m.iri, r.entity) AS entity, coalesce(m.to_type, r.type) AS type,
       coalesce(m.to_key, r.key) AS key, r.name, coalesce(m.is_spelling, true) AS is_own,
       p.role, p.property, p.rank, r.rule
FROM s_roles r LEFT JOIN s_moves m ON m.from_iri = r.entity
JOIN s_parts p ON p.type = coalesce(m.to_type, r.type)
LEFT JOIN s_parts q ON q.type = p.type AND q.role = r.role
WHERE coalesce(m.iri, r.entity) <> '' AND (p.role = r.role OR (p.is_open AND q.role IS NULL));

-- One row for each place that a paper speaks of a thing.
CREATE OR REPLACE TABLE s_mentions AS
SELECT x.iri, x.paper, coalesce(m.iri, x.entity) AS entity, x.start, x."end", x.text, x.rule,
       x.confidence, x.key, x.is_marked
FROM s_mentions x LEFT JOIN s_moves m ON m.from_iri = x.entity
WHERE coalesce(m.iri, x.entity) <> ''
QUALIFY row_number() OVER (
  PARTITION BY x.paper, coalesce(m.iri, x.entity), x.start, x."end"
  ORDER BY x.confidence DESC, x.rule, x.text, x.iri) = 1;

-- What stands in no relation that the types of its ends allow, once people have changed a type, is
-- left out and counted.
CREATE OR REPLACE TABLE s_claims AS
SELECT c.iri, c.paper, CASE WHEN c.is_symmetric THEN least(h.iri, t.iri) ELSE h.iri END AS head,
       c.relation, CASE WHEN c.is_symmetric THEN greatest(h.iri, t.iri) ELSE t.iri END AS tail,
       c.start, c."end", c.rule, c.status, c.confidence, a.relation IS NOT NULL AS is_allowed
FROM s_claims c JOIN s_things h ON h.from_iri = c.head JOIN s_things t ON t.from_iri = c.tail
LEFT JOIN s_allowed a ON a.relation = c.relation AND a.head = h.type AND a.tail = t.type;

CREATE OR REPLACE TABLE s_stated AS
SELECT s.iri, s.paper, h.iri AS head, t.iri AS tail, s.start, s."end", s.rule, s.status,
       s.confidence
FROM s_stated s JOIN s_things h ON h.from_iri = s.head JOIN s_things t ON t.from_iri = s.tail;

CREATE OR REPLACE TABLE s_result_entities AS
SELECT x.result, x.slot, x.property, t.iri AS entity
FROM s_result_entities x JOIN s_things t ON t.from_iri = x.entity AND t.type = x.type;
