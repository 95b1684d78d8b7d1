"""What is known of a celebrity beyond the face: name, links, gender; checked and sealed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from eyebright.errors import InvalidInput
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.ids import CelebrityId, CollectionId

MAX_NAME_CHARACTERS = 256
MAX_URLS = 255
"""The service model's."""
MAX_URL_CHARACTERS = 2048
MAX_ID_CHARACTERS = 64
DERIVED_ID_CHARACTERS = 10
"""60 bits: of 100,000 names two get the same id with a chance of 5e-9."""

_ID = re.compile(rf"[0-9A-Za-z]{{1,{MAX_ID_CHARACTERS}}}")
_ID_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_URL = re.compile(
    r"(?:https?://)?[^\s/?#:@\\<>\"]+\.[^\s/?#:@\\<>\"]+(?::\d+)?(?:[/?#][^\s<>\"]*)?"
)
"""With or without a scheme, as AWS has them: www.wikidata.org/wiki/Q42."""


class KnownGender(StrEnum):
    """The gender that a celebrity is known by; the service model's words."""

    MALE = "Male"
    FEMALE = "Female"
    NONBINARY = "Nonbinary"
    UNLISTED = "Unlisted"


@dataclass(frozen=True, slots=True)
class Biography:
    """urls: as they were given, with or without http:// or https://."""

    name: str
    urls: tuple[str, ...] = ()
    gender: KnownGender = KnownGender.UNLISTED


@dataclass(frozen=True, slots=True)
class NewCelebrity:
    """Someone who is to be registered. None: not said, so what was known before stays.

    celebrity_id: letters and digits; None for the one that belongs to the name.
    """

    name: str
    urls: tuple[str, ...] | None = None
    gender: KnownGender | None = None
    celebrity_id: CelebrityId | None = None


@dataclass(frozen=True, slots=True)
class Celebrity:
    """gallery: the collection whose user of the same id this is. face_count: that user's."""

    celebrity_id: CelebrityId
    gallery: CollectionId
    biography: Biography
    face_count: int


@dataclass(frozen=True, slots=True)
class Recognition:
    """percent: 0-100, the similarity of a face and the celebrity's faces."""

    celebrity: Celebrity
    percent: float


def require_celebrity(new: NewCelebrity) -> None:
    """Raise InvalidInput for what cannot be a name, an id or a URL."""
    if not new.name.strip() or len(new.name) > MAX_NAME_CHARACTERS or not new.name.isprintable():
        raise InvalidInput(
            f"A name is 1-{MAX_NAME_CHARACTERS} printable characters; {_short(new.name)} is not."
        )
    if new.celebrity_id is not None and not _ID.fullmatch(new.celebrity_id):
        raise InvalidInput(
            f"An id is 1-{MAX_ID_CHARACTERS} of 0-9 A-Z a-z; {_short(new.celebrity_id)} is not."
        )
    urls = new.urls or ()
    if len(urls) > MAX_URLS:
        raise InvalidInput(f"{len(urls)} URLs; a celebrity has at most {MAX_URLS}.")
    for url in urls:
        if len(url) > MAX_URL_CHARACTERS or not url.isprintable() or not _URL.fullmatch(url):
            raise InvalidInput(
                f"A URL is a web address of at most {MAX_URL_CHARACTERS} characters, with or "
                f"without http:// or https://; {_short(url)} is not."
            )


def gender_of(text: str) -> KnownGender:
    """The gender of this name, in any case of letters. Raises InvalidInput."""
    try:
        return KnownGender(text.strip().capitalize())
    except ValueError as error:
        names = ", ".join(KnownGender)
        raise InvalidInput(f"A gender is one of {names}; {_short(text)} is not.") from error


def plain_name(name: str) -> str:
    """Equal for names that differ only in case, in how accents are written, or in blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def derived_id(scope: Scope, name: str) -> CelebrityId:
    """The id that belongs to a name in an account and region: always the same one."""
    place = f"{scope.account_id}\n{scope.region}\n{plain_name(name)}"
    number = int.from_bytes(hashlib.sha256(place.encode()).digest()[:16], "big")
    digits = []
    for _ in range(DERIVED_ID_CHARACTERS):
        number, digit = divmod(number, len(_ID_DIGITS))
        digits.append(_ID_DIGITS[digit])
    return CelebrityId("".join(digits))


def updated(known: Biography | None, new: NewCelebrity) -> Biography:
    """What is known after someone was registered (again)."""
    before = known or Biography(new.name)
    return Biography(
        new.name,
        before.urls if new.urls is None else new.urls,
        before.gender if new.gender is None else new.gender,
    )


def sealed_biography(sealer: Sealer, biography: Biography, *, celebrity_id: CelebrityId) -> bytes:
    """A box that opens only as this celebrity's."""
    content = {
        "name": biography.name,
        "urls": list(biography.urls),
        "gender": biography.gender.value,
    }
    return sealer.seal(json.dumps(content).encode(), bound_to=_place(celebrity_id))


def open_biography(sealer: Sealer, sealed: bytes, *, celebrity_id: CelebrityId) -> Biography:
    """What was sealed. Raises StorageError for a box that was changed or moved."""
    content = json.loads(sealer.open(sealed, bound_to=_place(celebrity_id)))
    return Biography(content["name"], tuple(content["urls"]), KnownGender(content["gender"]))


def _place(celebrity_id: CelebrityId) -> bytes:
    return f"celebrity {celebrity_id}".encode()


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
