"""Reading the people of libraries, wired over the rooms."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.app.rooms import Eyebright
from eyebright.library.assets import Assets
from eyebright.library.people_reading import PeopleReading
from eyebright.library.reviewing import Reviewing
from eyebright.library.seeing import Seeing
from eyebright.library.unknown_reading import UnknownReading
from eyebright.library.view import Views
from eyebright.people.persons import Persons
from eyebright.people.similarity import SimilarityScale
from eyebright.people.standing import Standings
from eyebright.people.suggestions import Suggestions


@dataclass(frozen=True, slots=True)
class Reading:
    people: PeopleReading
    unknown: UnknownReading
    reviewing: Reviewing


def read_people(
    rooms: Eyebright, *, assets: Assets, persons: Persons, scale: SimilarityScale
) -> Reading:
    """Everything that reads who is in a library."""
    database = rooms.database
    views = Views(database, rooms.vault, names=rooms.names, search=rooms.search)
    seeing = Seeing(database, assets=assets)
    people = PeopleReading(database, views=views, seeing=seeing, persons=persons, scale=scale)
    return Reading(
        people,
        UnknownReading(views=views, seeing=seeing, scale=scale),
        Reviewing(
            views=views,
            seeing=seeing,
            people=people,
            suggestions=Suggestions(database, search=rooms.search, scale=scale),
            standings=Standings(database, search=rooms.search, scale=scale),
            scale=scale,
        ),
    )
