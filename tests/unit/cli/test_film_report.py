"""The page of who or what is seen when."""

from __future__ import annotations

from eyebright.cli.film_report import FilmSpans, Span, Words, film_page

WORDS = Words("What films show", "label", "labels", ("Label", "Sure", "Surest at"), "No labels.")


def film(*spans: Span, name: str = "a.mp4", broke_off: str = "") -> FilmSpans:
    return FilmSpans(name, 60_000, (640, 360), 60, spans, broke_off)


def span(name: str, start: int = 0, end: int = 1000) -> Span:
    return Span(name, start, end, 90.0, start)


def test_what_is_seen_longest_comes_first() -> None:
    page = film_page([film(span("Dog"), span("Cat", 0, 3000))], WORDS)
    assert page.index(">Cat<") < page.index(">Dog<")
    assert "<b>2 labels</b> in 1 film, 1 min 0 s in all" in page


def test_names_that_are_seen_rarely_unfold() -> None:
    few = film_page([film(*(span(f"n{number}") for number in range(20)))], WORDS)
    assert "more labels" not in few
    many = film_page([film(*(span(f"n{number}") for number in range(40)))], WORDS)
    assert "<summary>15 more labels</summary>" in many
    assert many.count('<div class="row known"') == 40


def test_names_and_reasons_are_never_markup() -> None:
    page = film_page([film(span("<b>&"), name="x/<i>.mp4", broke_off="<u>")], WORDS)
    for raw in ("<b>&<", "<i>", "<u>"):
        assert raw not in page
    assert "&lt;b&gt;&amp;" in page
    assert "Not read to its end: &lt;u&gt;." in page


def test_an_empty_film_says_so() -> None:
    assert "No labels." in film_page([film()], WORDS)
