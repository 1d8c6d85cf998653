"""Where in a query a variable can be restricted, told from its words and braces.

>>> restrictions("SELECT ?m { ?m ?p ?d OPTIONAL { ?m ?q ?x } }", "d")
Restrictions(start=11, values=(11,), cuts=())
>>> restrictions("SELECT ?m { ?m ?p ?d OPTIONAL { ?m ?q ?x } }", "x")
Restrictions(start=11, values=(31,), cuts=((21, 29),))
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.graph.sparql import tokens

__all__ = ["Restrictions", "restrictions"]

_LIMITS = {"LIMIT", "OFFSET"}


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Where to restrict a variable, and what has to go for that.

    :param start: Place where the pattern begins, and the variable can be compared with values.
    :param values: Places where the values that it may have can be given: there it is bound for
        sure, so that the engine can begin with them. None if it can only be compared.
    :param cuts: Beginnings and ends of words that have to go if values are given.
    """

    start: int
    values: tuple[int, ...]
    cuts: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Group:
    """What stands between two braces.

    ``start`` lies behind the opening brace, ``intro`` is the word before it with its place,
    ``bound`` are the variables that stand in the group itself: in no braces of their own and in no
    expression. A group that is a query of its own has its pattern as the only inner group, and
    ``chosen`` are the variables that it gives on as they are.
    """

    start: int
    intro: tuple[str, int] = ("", 0)
    bound: set[str] = field(default_factory=set)
    inner: list[_Group] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    chosen: set[str] = field(default_factory=set)

    @property
    def is_query(self) -> bool:
        return "SELECT" in self.words


def restrictions(sparql: str, variable: str) -> Restrictions | None:
    """Find out how a variable can be restricted to certain values.

    Where the variable stands in the pattern itself, the values are given there; where it stands in
    one optional part, that part is no longer optional; queries inside the query that give it on are
    restricted too, so that they need not look at all that is thrown away afterwards.

    :param sparql: A SPARQL query.
    :param variable: The variable, without its mark.
    :returns: Places and words; None if the query has no pattern, as a DESCRIBE of an IRI.
    """
    pattern = _pattern(sparql)
    if pattern is None:
        return None
    values: list[int] = [pattern.start] if variable in pattern.bound else []
    cuts: list[tuple[int, int]] = []
    optional = [g for g in pattern.inner if g.intro[0] == "OPTIONAL" and variable in g.bound]
    if not values and len(optional) == 1:
        word, place = optional[0].intro
        values.append(optional[0].start)
        cuts.append((place, place + len(word)))
    if "UNION" not in pattern.words:
        values += [group.inner[0].start for group in pattern.inner if _gives(group, variable)]
    if values:  # what is taken away need not be known for other values
        taken = (g for g in pattern.inner if g.intro[0] == "MINUS" and variable in g.bound)
        values += [group.start for group in taken]
    return Restrictions(pattern.start, tuple(values), tuple(cuts))


def _gives(group: _Group, variable: str) -> bool:
    """Say whether a query inside the query gives on a variable that its pattern binds."""
    return (
        group.is_query
        and not group.intro[0]
        and not group.words & _LIMITS
        and variable in group.chosen
        and len(group.inner) == 1
        and variable in group.inner[0].bound
    )


def _pattern(sparql: str) -> _Group | None:
    """Cut a query into groups; what comes back is its outermost pattern."""
    top = _Group(0)
    open_, parentheses, intro = [top], 0, ("", 0)
    for kind, text, place in tokens(sparql):
        group = open_[-1]
        if text in {"(", ")"}:
            parentheses += 1 if text == "(" else -1
        elif parentheses:
            continue
        elif text == "{":
            open_.append(_Group(place + 1, intro))
            group.inner.append(open_[-1])
        elif text == "}":
            if len(open_) > 1:
                open_.pop()
        elif kind == "word":
            group.words.add(text.upper())
        elif kind == "variable":
            (group.chosen if group.is_query and not group.inner else group.bound).add(text[1:])
        intro = (text.upper(), place) if kind == "word" else ("", 0)
    patterns = [g for g in top.inner if g.intro[0] != "CONSTRUCT"]
    return patterns[0] if patterns else None
