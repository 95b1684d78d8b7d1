"""Reading the people of libraries, wired."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.db.engine import Database
from eyebright.library.assets import Assets
from eyebright.library.explaining import Explaining
from eyebright.library.people_reading import PeopleReading
from eyebright.library.reviewing import Reviewing
from eyebright.library.seeing import Seeing
from eyebright.library.unknown_reading import UnknownReading
from eyebright.library.view import Views
from eyebright.people.name_table import NameTables
from eyebright.people.persons import Persons
from eyebright.people.review import Reviews
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.standing import Standings
from eyebright.people.suggestions import Suggestions


@dataclass(frozen=True, slots=True)
class Reading:
    people: PeopleReading
    unknown: UnknownReading
    reviewing: Reviewing
    explaining: Explaining


def read_people(
    database: Database,
    *,
    names: NameTables,
    search: FaceSearch,
    assets: Assets,
    persons: Persons,
    scale: SimilarityScale,
    model: str,
) -> Reading:
    """Everything that reads who is in a library. model: of the faces, pack@version."""
    views = Views(database, names=names, search=search)
    seeing = Seeing(assets=assets)
    reviews = Reviews(scale)
    standings = Standings(database, search=search, scale=scale, reviews=reviews)
    people = PeopleReading(database, views=views, seeing=seeing, persons=persons, scale=scale)
    return Reading(
        people,
        UnknownReading(views=views, seeing=seeing, reviews=reviews, scale=scale),
        Reviewing(
            views=views,
            seeing=seeing,
            people=people,
            suggestions=Suggestions(database, search=search, scale=scale, reviews=reviews),
            standings=standings,
            reviews=reviews,
            scale=scale,
        ),
        Explaining(
            views=views,
            seeing=seeing,
            standings=standings,
            reviews=reviews,
            scale=scale,
            model=model,
        ),
    )
