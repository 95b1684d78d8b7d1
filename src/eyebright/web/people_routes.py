"""The table of routes by which the people of a library are read."""

from __future__ import annotations

from eyebright.library.people_reading import SORTS
from eyebright.library.unknown_reading import FaceListed
from eyebright.people.facts import Classification
from eyebright.people.name_table import PeopleOrder
from eyebright.web.handlers import choices, people, review
from eyebright.web.parameters import AFTER, LIBRARY, Parameter, limit_of
from eyebright.web.routing import MEGABYTE, Route
from eyebright.web.shapes.people import (
    ChoicesJson,
    PeopleJson,
    PersonDetailJson,
    PersonPhotosJson,
)
from eyebright.web.shapes.workspace import (
    BandsJson,
    DoubtsJson,
    ExplainedJson,
    FaceExplainedJson,
    GroupsJson,
    PersonFacesJson,
    ReviewAsked,
    ReviewJson,
    SeenFacesJson,
    StandingJson,
)

PEOPLE_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/library/standing",
        review.standing,
        "How far the faces of the library are named",
        StandingJson,
        "people",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/people",
        people.people,
        "Who is in the library, most faces first",
        PeopleJson,
        "people",
        query=(
            Parameter("q", "Part of a name, an alias or a role"),
            Parameter(
                "classification", "Only these", choices=tuple(one.value for one in Classification)
            ),
            Parameter("sort", "faces if absent", choices=tuple(one.value for one in PeopleOrder)),
            limit_of(1000, people.MOST_PEOPLE),
            AFTER,
            LIBRARY,
        ),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}",
        people.person,
        "All that is known of somebody",
        PersonDetailJson,
        "people",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}/faces",
        people.faces,
        "The faces of somebody",
        PersonFacesJson,
        "people",
        query=(
            Parameter("sort", "Most alike, newest or best first", choices=SORTS),
            limit_of(200, people.MOST_LISTED),
            AFTER,
            LIBRARY,
        ),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}/photos",
        people.photos,
        "Assets that show somebody",
        PersonPhotosJson,
        "people",
        query=(limit_of(100, people.MOST_PHOTOS), AFTER, LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}/best",
        choices.best_of_person,
        "The photos of somebody, best first",
        ChoicesJson,
        "choices",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}/doubts",
        people.doubts,
        "Faces that may be wrong: least like the person's others, least first",
        DoubtsJson,
        "people",
        query=(limit_of(people.MOST_DOUBTS, people.MOST_FACES), LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/people/{user_id}/suggestions",
        people.suggestions,
        "Unknown faces that may be somebody",
        BandsJson,
        "people",
        query=(limit_of(100, people.MOST_FACES), LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/review",
        review.review,
        "People with suggestions, those with most first",
        ReviewJson,
        "people",
        query=(
            limit_of(10, review.MOST_ROWS),
            Parameter(
                "faces", f"Most faces of each person, 1 to {review.MOST_IN_ROW}; 60", "whole"
            ),
            Parameter("without", "Ids of people to leave out", many=True),
            LIBRARY,
        ),
    ),
    Route(
        "POST",
        "/api/library/review",
        review.review_without,
        "The same, of which very many people may be left out",
        ReviewJson,
        "people",
        query=(LIBRARY,),
        takes=ReviewAsked,
        limit=MEGABYTE,
    ),
    Route(
        "GET",
        "/api/library/groups",
        review.groups,
        "Faces that are one person whom nobody named, the largest groups first",
        GroupsJson,
        "people",
        query=(
            Parameter("min_faces", "Least faces of a group; 2 if absent", "whole"),
            limit_of(100, review.MOST_GROUPS),
            AFTER,
            LIBRARY,
        ),
    ),
    Route(
        "GET",
        "/api/library/groups/{group}/faces",
        review.group_faces,
        "The faces of a group, the best first",
        SeenFacesJson,
        "people",
        query=(limit_of(200, review.MOST_FACES), AFTER, LIBRARY),
    ),
    Route(
        "GET",
        "/api/library/faces",
        review.faces,
        "Faces that are nobody's, by what was said of them",
        SeenFacesJson,
        "people",
        query=(
            Parameter(
                "state",
                "single if absent: open ones in no group or alone in one",
                choices=tuple(one.value for one in FaceListed),
            ),
            limit_of(200, review.MOST_FACES),
            AFTER,
            LIBRARY,
        ),
    ),
    Route(
        "GET",
        "/api/library/faces/{face_id}",
        review.face,
        "One face, and what is said of it",
        FaceExplainedJson,
        "people",
        query=(LIBRARY,),
    ),
    Route(
        "GET",
        "/api/library/faces/{face_id}/explain",
        review.explain,
        "Why a face is, or may be, somebody",
        ExplainedJson,
        "people",
        query=(Parameter("person", "Whose face it may be: a user's id"), LIBRARY),
    ),
)
