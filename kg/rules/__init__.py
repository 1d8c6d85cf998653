"""Rules that one can see, try and measure."""

from kg.rules.catalogue import Rule, grouped, rules
from kg.rules.check import Fault, check
from kg.rules.layout import listing, table
from kg.rules.measure import Measurement, measure, policy_of
from kg.rules.papers import annotated, papers

__all__ = [
    "Fault",
    "Measurement",
    "Rule",
    "annotated",
    "check",
    "grouped",
    "listing",
    "measure",
    "papers",
    "policy_of",
    "rules",
    "table",
]
