"""What the page asks the tables for; ``$1`` are IRIs of entities, ``$2`` those of papers."""

from __future__ import annotations

__all__ = [
    "ALIASES",
    "CLAIMS",
    "KINDS",
    "LINKS",
    "MENTIONS",
    "RECORDS",
    "RESULTS",
    "ROLES",
    "YEARS",
]

ALIASES = """
SELECT entity, list(text ORDER BY papers DESC, text)[1:12] AS texts FROM aliases
WHERE entity IN (SELECT unnest($1)) GROUP BY entity ORDER BY entity
"""

RECORDS = """
SELECT p.*, coalesce(l.listings, []) AS listings FROM papers p LEFT JOIN (
  SELECT paper, list([page, position::VARCHAR, day] ORDER BY page, position) AS listings
  FROM listings GROUP BY paper
) l ON l.paper = p.iri
WHERE p.iri IN (SELECT unnest($1)) ORDER BY p.iri
"""

ROLES = """
SELECT paper, entity, property, rule FROM roles
WHERE entity IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2)) ORDER BY entity, paper
"""

MENTIONS = """
SELECT paper, entity, text, rule, start, "end" FROM mentions
WHERE entity IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2))
ORDER BY entity, paper, start, "end"
"""

CLAIMS = """
SELECT head, relation, tail, paper, status, rule, confidence, start, "end" FROM claims
WHERE head IN (SELECT unnest($1)) AND tail IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2))
ORDER BY head, relation, tail, paper, status
"""

RESULTS = """
SELECT r.paper, r.value, r.unit, r.kind, r.status, r.rule, r.start, r."end",
       coalesce(l.links, []) AS links
FROM results r LEFT JOIN (
  SELECT x.result, list([x.slot, x.entity, e.name] ORDER BY x.slot, x.entity) AS links
  FROM result_entities x JOIN entities e ON e.iri = x.entity GROUP BY x.result
) l ON l.result = r.iri
WHERE r.paper IN (SELECT unnest($1)) ORDER BY r.paper, r.start, r."end", r.iri
"""

KINDS = """
SELECT narrow, broad, min(rule) AS rule FROM kinds
WHERE narrow IN (SELECT unnest($1)) AND broad IN (SELECT unnest($1))
GROUP BY ALL ORDER BY narrow, broad
"""

LINKS = """
SELECT DISTINCT entity, target FROM links
WHERE entity IN (SELECT unnest($1)) ORDER BY entity, target
"""

YEARS = """
WITH dated AS (
  SELECT r.entity, p.date[:4]::INTEGER AS year, r.paper
  FROM roles r JOIN papers p ON p.iri = r.paper
  WHERE p.date SIMILAR TO '[0-9]{4}.*' AND r.entity IN (SELECT unnest($1))
), counted AS (
  SELECT entity, year, count(*) AS papers FROM dated GROUP BY entity, year
  UNION ALL SELECT NULL, date[:4]::INTEGER, count(*) FROM papers
  WHERE date SIMILAR TO '[0-9]{4}.*' GROUP BY ALL
)
SELECT entity, list([year, papers] ORDER BY year) AS counts FROM counted
GROUP BY entity ORDER BY entity NULLS FIRST
"""
