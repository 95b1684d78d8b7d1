from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from eyebright.analysis.labels.values import Label
from eyebright.analysis.moderation.values import Moderation, ModerationLabel
from eyebright.analysis.text.values import TextLine
from eyebright.ids import FaceId, UserId
from eyebright.library.publishing import document_of
from eyebright.library.values import (
    Asset,
    AssetDetail,
    AssetId,
    AssetState,
    Labels,
    Lane,
    LaneKind,
    Lanes,
    Media,
    Moderated,
    Person,
    Place,
    SourceId,
    SourceKind,
    Stretch,
    TextFound,
)
from eyebright.search.values import Term

CAME = datetime(2026, 1, 2, tzinfo=UTC)
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def a_detail(**found: object) -> AssetDetail:
    asset = Asset(
        7, AssetId("a-7"), "00", Media.IMAGE, 1, (4, 3), None, None, CAME, AssetState.READY, 3
    )
    places = (
        Place(SourceId("s"), SourceKind.FOLDER, "/pictures", "in/one.jpg"),
        Place(SourceId("t"), SourceKind.FOLDER, "/copies", "in/one.jpg"),
    )
    return AssetDetail(asset, places, (), found, {})


def test_an_asset_of_which_nothing_is_known_is_found_by_its_names() -> None:
    document = document_of(a_detail())
    assert (document.number, document.key, document.media) == (7, "a-7", "image")
    assert document.names == ("in/one.jpg",)
    assert document.sources == ("/pictures", "/copies")
    assert document.date == document.added == int(CAME.timestamp() * 1000)


def test_the_date_is_when_a_picture_was_taken_if_it_says_so() -> None:
    detail = a_detail()
    taken = datetime(2001, 2, 3, tzinfo=UTC)
    dated = replace(detail, asset=replace(detail.asset, taken_at=taken))
    assert document_of(dated).date == int(taken.timestamp() * 1000)


def test_labels_bring_other_words_and_the_surest_of_each_category() -> None:
    labels = (
        Label("Dog", 0.9, ("Canine", "Animal"), ("Puppy",), ("Animals and Pets",)),
        Label("Animal", 0.95, (), (), ("Animals and Pets",)),
    )
    document = document_of(a_detail(labels=Labels(labels)))
    assert document.labels == (
        Term("Animal", 0.95),
        Term("Dog", 0.9, ("Puppy", "Canine", "Animal")),
    )
    assert document.categories == (Term("Animals and Pets", 0.95),)


def test_text_moderation_and_people_are_there() -> None:
    detail = a_detail(
        text=TextFound(
            (TextLine("FOR SALE", 0.8, CORNERS, ()), TextLine("FOR SALE", 0.6, CORNERS, ()))
        ),
        moderation=Moderated(Moderation((ModerationLabel("Smoking", "", 1, 0.7),), ())),
    )
    ada = Person(UserId("u"), "Ada Lovelace", "engineer")
    document = document_of(replace(detail, people={FaceId("f"): ada}))
    assert document.text == (Term("FOR SALE", 0.8),)
    assert document.moderation == (Term("Smoking", 0.7),)
    assert document.people == (Term("Ada Lovelace"),)
    assert document.roles == (Term("engineer"),)


def test_films_are_found_by_what_their_lanes_say() -> None:
    stretches = (Stretch(0, 900, 0.6, 100), Stretch(2000, 2900, 0.8, 2100))
    lanes = Lanes(
        (
            Lane(LaneKind.LABEL, "Dog", stretches),
            Lane(LaneKind.TEXT, "EXIT", stretches),
            Lane(LaneKind.MODERATION, "Smoking", stretches),
            Lane(LaneKind.PERSON, "unknown 1", stretches),
            Lane(LaneKind.SHOT, "1", stretches),
        )
    )
    document = document_of(a_detail(**{"film-sights": lanes}))
    assert [(term.name, term.score) for term in document.labels] == [("Dog", 0.8)]
    assert "Animal" in document.labels[0].also
    assert (document.text, document.moderation) == ((Term("EXIT", 0.8),), (Term("Smoking", 0.8),))
    assert document.people == ()
