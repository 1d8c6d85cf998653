"""Plain text reads as people read it, and every span of it leads back to what was written."""

# ruff: noqa: RUF001  # signs that look like letters are what this is about

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.markup import Plain, addresses, plain
from kg.markup.signs import accented, sign
from kg.markup.tokens import KINDS, MARKED, TOKEN

# What is written, and what is read.
READ = [
    # Commands that change the looks.
    (r"{\em Foo} and {\it x}, {\sc y}", "Foo and x, y"),
    (r"\textbf{Foo}, \emph{a \textit{b} c}, \texttt{}\textsc{Bar}", "Foo, a b c, Bar"),
    (r"\textbf {Foo} \textcolor{red}{Bar} {\color{blue}Baz}", "Foo Bar Baz"),
    (r"\textbf{A}ctive \textbf{L}earning", "Active Learning"),
    (r"{{B}{ERT}} in {Python}", "BERT in Python"),
    (r"$\mathcal{O}(n\log n)$ and $\mathrm{Adam}$", "O(n log n) and Adam"),
    # Commands of the author.
    (r"We propose \ours{}, i.e. \ToolX\ and \gls{DRL}", "We propose ours, i.e. ToolX and DRL"),
    (r"\method~framework, \ie a net, \etal", "method framework, i.e. a net, et al."),
    # Signs.
    (r"$\alpha$-divergence, $\mathbf{\beta}$-VAE, $\Omega$", "α-divergence, β-VAE, Ω"),
    (r"$77.2\pm0.3$, $2\times$, $\geq 3$, $\sim$30, {\mu}m", "77.2±0.3, 2×, ≥ 3, ~30, μm"),
    (r"5\% of R\&D, a\_b, \#1, \$5, \{x\}", "5% of R&D, a_b, #1, $5, {x}"),
    (r"\textless 3 \textgreater{} 2 \LaTeX{}", "<3 > 2 LaTeX"),
    (r"3\b{eta}-ester, \k{appa}", "3β-ester, κ"),
    (r"surprisal$\unicode{x2013}$that", "surprisal–that"),
    # Formulas.
    (r"$L_2$ and $\ell_1$ norm, CO$_2$, F$_{1}$", "L2 and ℓ1 norm, CO2, F1"),
    (r"$R^2$, M$^3$ViT, SR$^{2}$-Net, 10$^{-3}$, 360$^\circ$", "R², M³ViT, SR²-Net, 10⁻³, 360°"),
    (r"$P_{max}$, KG$_\text{edge}$, $x^{*}$, $2^{nd}$, $e^{x}$", "P_max, KG_edge, x*, 2nd, e^x"),
    (r"$\frac{1}{n}$, $\frac12$, $\sqrt{n}$, $1{,}500$", "1/n, 1/2, √n, 1,500"),
    (r"$$x$$, \(y\), \[z_1\], a $ T $, in $ and $", "x, y, z1, a T, in $ and $"),
    (r"$\log{n}$, $\text{GNN}_{\text{small}}$", "log n, GNN_small"),
    (r"$\tilde{O}(n)$, $\hat y$, $\bar{x}$", "Õ(n), ŷ, x"),
    ("$N$ arms of $K$$M$", "N arms of KM"),
    (
        "from $5 million to $10 million, $3/h or $4/h",
        "from $5 million to $10 million, $3/h or $4/h",
    ),
    # Accents.
    (r"Schr\"{o}dinger, Erd\H{o}s, Poincar\'e, na\"{\i}ve", "Schrödinger, Erdős, Poincaré, naïve"),
    (r"{\L}ukasz, {\'E}t{\'e}, fa\c{c}ade, \v{S}, espa\~nol", "Łukasz, Été, façade, Š, español"),
    (r"the \"slow\" gate", 'the "slow" gate'),
    # Blanks, dashes and quotes.
    (r"Fig.~1 (see~\cite{x}), GPT~\cite{a,b}. At \cite{c}in", "Fig. 1 (see), GPT. At in"),
    ("~5 of a~b, 1.5~1.7, a/~b", "~5 of a b, 1.5~1.7, a/~b"),
    (r"10\,000 in 5\,ms\\ a\ b\;c\!d", "10000 in 5 ms a b cd"),
    ("Mean--Field, 5--10, a --- b, x----y", "Mean–Field, 5–10, a — b, x----y"),
    ("run it with --fast", "run it with --fast"),
    ("``quotes'' and 'one'", "“quotes” and 'one'"),
    # Broken.
    (r"{a} broken \frac", "a broken "),
    ("}{ a \\href x $ \\", " a x $ \\"),
    # Links.
    (r"\url{https://a.b/c_d~e} \href{https://x.y}{here}", "https://a.b/c_d~e here"),
    (r"code\footnote{https://a.b} is", "code (https://a.b) is"),
    # HTML.
    ("a &lt; b &amp; c &#39;d&#x27; &quot;e&quot; &plusmn;", "a < b & c 'd' \"e\" ±"),
    ("&amp;lt; and &nosuch; and AT&T; Q&A", "< and &nosuch; and AT&T; Q&A"),
    ("CO<sub>2</sub>, 10<sup>-3</sup>, 4<sup>th</sup>", "CO2, 10⁻³, 4th"),
    ("<jats:title>Aim</jats:title><jats:p>We <i>do</i></jats:p>", "Aim We do "),
    ("a<br/>b <p class='x'>c", "a b c"),
    ("&lt;i&gt;Homo&lt;/i&gt; <b>x</b>", "Homo x"),
    ("<mml:math><mml:mi>α</mml:mi> <mml:mo>=</mml:mo></mml:math>1", "α =1"),
    ("<semantics><mi>x</mi><annotation encoding='t'>$x$</annotation></semantics>", "x"),
    (
        "the <think> token, <a, b>, p<0.05, a < b > c",
        "the <think> token, <a, b>, p<0.05, a < b > c",
    ),
    # Characters.
    (
        "soft\u00adware\u200b, no\u00a0break, \u202eleft, e\ufb03cient, \U0001d400",
        "software, no break, left, efficient, A",
    ),
    # Line breaks.
    ("spiking\nneural  net\r\nworks", "spiking neural net works"),
    ("One.\n\n  Two.", "One.\nTwo."),
    ("convolu-\ntional self-\nsupervised X-\nray", "convolutional self-supervised X-ray"),
    ("state-of-the-\nart, pre-fix and pre-\nfix", "state-of-the-art, pre-fix and pre-fix"),
    ("convolu\u00ad\ntional", "convolutional"),
]
CLEAN = [
    *("", " ", "Plain text, 5% of it (see a_b^c); $5 & <10.", "x----y"),
    *("https://a.b/c?d=e&f=g#h", "C++ and C#, a*b, [1] \"quoted\" 'words' – ok…", "深さ α ²"),
]

# Pieces whose reading does not depend on what stands around them, with what is read.
PIECES = [
    *((word, word) for word in ("net", "EEG", "GPT-4", "5%", "(SNN)", "e.g.")),
    (r"{\em Foo}", "Foo"),
    (r"\textbf{deep net}", "deep net"),
    (r"\emph{a \textsc{b} c}", "a b c"),
    (r"$\alpha$-net", "α-net"),
    (r"CO$_{2}$", "CO2"),
    (r"CO<sub>2</sub>", "CO2"),
    (r"$R^2$", "R²"),
    (r"G\"{o}del", "Gödel"),
    (r"5\%", "5%"),
    (r"R&amp;D", "R&D"),
    ("``x''", "“x”"),
    (r"\ours{}", "ours"),
    ("e\ufb03cient\u200b", "efficient"),
    ("convolu-\ntional", "convolutional"),
    (r"\href{https://a.b/c}{here}", "here"),
    (r"https://a.b/c\_d", "https://a.b/c_d"),
]
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([written for written, _ in READ]),
        st.sampled_from(
            [
                "{",
                "}",
                "$",
                "\\",
                "~",
                "--",
                "''",
                "&lt;",
                "<sub>",
                "</p>",
                "_",
                "^",
                "\\cite{",
                "[",
            ]
        ),
        st.sampled_from(
            ["\n", "  ", "\u00ad", "\\frac", "\\'", "\\(", "https://", "a", "2", "-\n"]
        ),
        st.text(max_size=8),
    ),
    max_size=25,
).map("".join)


def written_of(found: Plain, text: str, start: int, end: int) -> str:
    begin, stop = found.origin(start, end)
    return text[begin:stop]


@pytest.mark.parametrize(("written", "read"), READ)
def test_reads_as_people_do(written: str, read: str) -> None:
    assert plain(written).text == read


@pytest.mark.parametrize("text", CLEAN)
def test_text_without_markup_stays(text: str) -> None:
    assert plain(text) == Plain(text)
    assert plain(text, text) == Plain(f"{text}\n{text}")
    assert plain(text).origin(0, len(text)) == (0, len(text))


@pytest.mark.parametrize(
    ("written", "name", "origin"),
    [
        (r"a {\em Foo} b", "Foo", "Foo"),
        (r"{\em spiking} neural network.", "spiking neural network", "spiking} neural network"),
        (r"a \textbf{neural} net", "neural net", "neural} net"),
        (r"the $\alpha$-divergence", "α-divergence", r"\alpha$-divergence"),
        (r"CO$_2$ is", "CO2", "CO$_2"),
        ("CO<sub>2</sub> is", "CO2", "CO<sub>2"),
        (r"R$^{2}$ of", "R²", "R$^{2}"),
        (r"by G\"{o}del", "Gödel", r"G\"{o}del"),
        (r"at $88.2\pm0.3\%$.", "88.2±0.3%", r"88.2\pm0.3\%"),
        (r"$n\log n$", "log", "log"),
        (r"propose \ours{} as", "ours", "ours"),
        ("of neural\n  nets", "neural nets", "neural\n  nets"),
        ("convolu-\ntional", "convolutional", "convolu-\ntional"),
        ("convolu-\ntional", "con", "con"),
        ("e\ufb03cient", "efficient", "e\ufb03cient"),
        ("Q&amp;A", "Q&A", "Q&amp;A"),
        (r"in Mean--Field", "Mean–Field", "Mean--Field"),
    ],
)
def test_span_leads_back_to_what_was_written(written: str, name: str, origin: str) -> None:
    found = plain(written)
    start = found.text.index(name)
    assert written_of(found, written, start, start + len(name)) == origin


def test_parts_do_not_run_into_each_other() -> None:
    title, abstract = r"A $5 {\em net", r"of $x_1$} and $y$"
    found = plain(title, abstract)
    assert found.text == "A $5 net\nof x1 and y"
    written = f"{title}\n{abstract}"
    assert written_of(found, written, 5, 11) == "net\nof"
    assert plain("", "{}").text == "\n"
    assert plain(r"{\bf}", "A net").origin(0, 6) == (5, 11)


def test_markup_only() -> None:
    for written in ("{}", "$$$$", r"\textbf{}", r"{\em }", "<p></p>", "\u200b", r"\cite{a}"):
        found = plain(written)
        assert not found.text.strip("$ "), written
        assert found.origin(0, 0)[0] <= len(written)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.data())
def test_origin_of_pieces(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    written = " ".join(w for w, _ in pieces)
    found = plain(written)
    assert found.text == " ".join(r for _, r in pieces)
    first = data.draw(st.integers(0, len(pieces) - 1))
    last = data.draw(st.integers(first, len(pieces) - 1))
    read = " ".join(r for _, r in pieces[first : last + 1])
    start = sum(len(r) + 1 for _, r in pieces[:first])
    assert found.text[start : start + len(read)] == read
    origin = written_of(found, written, start, start + len(read))
    assert origin in " ".join(w for w, _ in pieces[first : last + 1])
    if not any("$" in w for w, _ in pieces[first : last + 1]):  # half a formula is none
        assert read in plain(origin).text


@settings(max_examples=400)
@given(MARKUP, MARKUP)
def test_map_of_any_text(title: str, abstract: str) -> None:
    written = f"{title}\n{abstract}"
    found = plain(title, abstract)
    size = len(found.text)
    spans = [found.origin(i, i + 1) for i in range(size)]
    assert all(0 <= start < end <= len(written) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))
    for start in range(0, size, 7):
        for end in range(start + 1, size + 1, 11):
            whole = found.origin(start, end)
            assert whole == (spans[start][0], spans[end - 1][1])
        assert found.origin(start, start) == (spans[start][0],) * 2
    assert found.origin(size, size)[1] <= len(written)
    # Letters that were copied are the letters that stand there.
    for char, (start, end) in zip(found.text, spans, strict=True):
        alone = written[start:end]
        assert char == alone or not alone.isalnum() or not alone.isascii()


@given(MARKUP)
def test_what_has_no_mark_has_no_markup(text: str) -> None:
    found = plain(text)
    assert found.cuts or found.text in ("", text)
    if not MARKED.search(text):
        assert found == Plain(text)
    assert not any(t in found.text for t in ("  ", "\u00ad", "\u200b", "\ufb03"))


@given(st.text())
def test_any_text(text: str) -> None:
    assert plain(text).origin(0, len(plain(text).text))[1] <= len(text)
    list(addresses(text))


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "{",
            "}",
            "{}",
            "$",
            "$ ",
            "\\",
            "\\cite{",
            "\\cite[",
            "\\frac{",
            "\\frac ",
            "<a ",
            "&amp;",
        ),
        *(
            "\\[",
            "_{",
            "^{",
            "-\n",
            "a-\nb",
            "\\emph{",
            "<annotation>",
            "~",
            "``",
            "https://",
            " ",
            "\n",
        ),
        *(
            "\\unicode{x",
            "\\href{",
            "&lt;p ",
            "<sup>1",
            "\\x[",
            "a ",
            "\\' ",
            "-",
            "_\\a",
            "\u200b",
        ),
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = 9.0
        for _ in range(2):
            start = time.perf_counter()
            plain(text)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(200_000) < 16 * seconds(25_000) + 0.2


def test_addresses() -> None:
    text = (
        r"\url{https://a.b/c_d} \href{https://x.y/a\_b\%20}{here} (https://a.b/~c), "
        r"``https://q.r'' &lt;https://s.t&gt; https://u.v?a=1&amp;b=2&copy=3"
    )
    assert list(addresses(text)) == [
        *("https://a.b/c_d", "https://x.y/a_b%20", "https://a.b/~c),", "https://q.r"),
        *("https://s.t", "https://u.v?a=1&b=2&copy=3"),
    ]
    assert not list(addresses("none here: http:/a"))


def test_signs() -> None:
    assert sign("textit") == sign("it") == ""
    assert sign("quad") == " "
    assert sign("methodname") is None
    assert sign("Pr") == "Pr"
    assert accented("'", "x") == "'x"
    assert accented("hat", "x") == "x"


def test_every_kind_of_token_has_an_example() -> None:
    seen = {m.lastgroup for written, _ in READ for m in TOKEN.finditer(written)}
    assert seen == set(KINDS)
