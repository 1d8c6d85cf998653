-- Let names in s_parted have the keys and IRIs that it gives them, wherever their papers speak of them.

CREATE TABLE s_moved AS
SELECT DISTINCT r.paper, p.iri, p.to_iri, p.to_key
FROM s_roles r JOIN s_parted p ON p.type = r.type AND p.key = r.key AND p.name = r.name;

CREATE OR REPLACE TABLE s_roles AS
SELECT r.paper, coalesce(p.to_iri, r.entity) AS entity, r.type, coalesce(p.to_key, r.key) AS key,
       r.name, r.role, r.property, r.rank, r.rule, r.makes
FROM s_roles r LEFT JOIN s_parted p ON p.type = r.type AND p.key = r.key AND p.name = r.name;

CREATE OR REPLACE TABLE s_mentions AS
SELECT x.iri, x.paper, coalesce(m.to_iri, x.entity) AS entity, x.start, x."end", x.text, x.rule,
       x.confidence, coalesce(m.to_key, x.key) AS key, x.is_marked
FROM s_mentions x LEFT JOIN s_moved m ON m.paper = x.paper AND m.iri = x.entity;

CREATE OR REPLACE TABLE s_claims AS
SELECT c.iri, c.paper, coalesce(h.to_iri, c.head) AS head, c.relation,
       coalesce(t.to_iri, c.tail) AS tail, c.start, c."end", c.rule, c.status, c.confidence,
       c.is_symmetric
FROM s_claims c
LEFT JOIN s_moved h ON h.paper = c.paper AND h.iri = c.head
LEFT JOIN s_moved t ON t.paper = c.paper AND t.iri = c.tail;

CREATE OR REPLACE TABLE s_stated AS
SELECT s.iri, s.paper, coalesce(h.to_iri, s.head) AS head, coalesce(t.to_iri, s.tail) AS tail,
       s.type, coalesce(h.to_key, s.narrow) AS narrow, coalesce(t.to_key, s.broad) AS broad,
       s.start, s."end", s.rule, s.status, s.confidence
FROM s_stated s
LEFT JOIN s_moved h ON h.paper = s.paper AND h.iri = s.head
LEFT JOIN s_moved t ON t.paper = s.paper AND t.iri = s.tail;

CREATE OR REPLACE TABLE s_result_entities AS
SELECT x.result, x.slot, x.property, coalesce(m.to_iri, x.entity) AS entity, x.type
FROM s_result_entities x
LEFT JOIN (SELECT DISTINCT iri, paper FROM s_results) r ON r.iri = x.result
LEFT JOIN s_moved m ON m.paper = r.paper AND m.iri = x.entity;

DROP TABLE s_moved;
DROP TABLE s_parted;
