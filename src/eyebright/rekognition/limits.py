"""Rekognition's documented limits that the service model does not state, or states elsewhere.

The service model itself carries lengths, ranges, patterns and enums; `awsjson` enforces those.
"""

from __future__ import annotations

MEGABYTE = 1_048_576

MAX_BODY_BYTES = 16 * MEGABYTE
"""Two inline images of 5 MiB are 13.4 MiB of base64; a little more, so that an oversize image is
still told which member is too large."""

LARGE_BODY_BYTES = MEGABYTE // 4
MAX_LARGE_BODIES = 32
"""Bodies of at least LARGE_BODY_BYTES that are in memory at once: 32 x 16 MiB at worst."""

MAX_DISCARDED_BYTES = 64 * MEGABYTE
"""How much of a refused body is read and thrown away before its sender is cut off."""

MAX_INLINE_IMAGE_BYTES = 5 * MEGABYTE
MAX_STORED_IMAGE_BYTES = 15 * MEGABYTE
MIN_IMAGE_SIDE_PX = 80
MAX_LABELLED_SIDE_PX = 10_000
"""DetectLabels and DetectModerationLabels."""
MAX_EQUIPMENT_IMAGE_BYTES = 4 * MEGABYTE
MIN_EQUIPMENT_SIDE_PX = 64
MAX_EQUIPMENT_SIDE_PX = 4096
MAX_EQUIPPED_PERSONS = 15

MAX_WORDS_PER_IMAGE = 100
"""DetectText."""
MAX_VIDEO_BYTES = 10 * 1024 * MEGABYTE
MAX_RESULTS_PER_PAGE = 1000
"""Of a video job; a larger MaxResults is capped without a word."""

MAX_FACES_PER_IMAGE = 100
"""DetectFaces, IndexFaces, and the target of CompareFaces look at the 100 largest faces."""

DEFAULT_SIMILARITY_PERCENT = 80.0
DEFAULT_ASSOCIATION_PERCENT = 75.0
"""AssociateFaces only; every other threshold of similarity is DEFAULT_SIMILARITY_PERCENT."""

DEFAULT_COLLECTIONS_PER_PAGE = 1000
DEFAULT_FACES_PER_PAGE = 1000
DEFAULT_USERS_PER_PAGE = 500
MAX_COLLECTIONS_PER_PAGE = 4096
MAX_FACES_PER_PAGE = 4096
MAX_USERS_PER_PAGE = 500
DEFAULT_SEARCH_RESULTS = 100
"""MaxFaces and MaxUsers of a search when absent. AWS documents no default; this one is ours."""


def collections_per_page(asked: int | None) -> int:
    return _page_size(asked, default=DEFAULT_COLLECTIONS_PER_PAGE, most=MAX_COLLECTIONS_PER_PAGE)


def faces_per_page(asked: int | None) -> int:
    return _page_size(asked, default=DEFAULT_FACES_PER_PAGE, most=MAX_FACES_PER_PAGE)


def results_per_page(asked: int | None) -> int:
    return _page_size(asked, default=MAX_RESULTS_PER_PAGE, most=MAX_RESULTS_PER_PAGE)


def users_per_page(asked: int | None) -> int:
    return _page_size(asked, default=DEFAULT_USERS_PER_PAGE, most=MAX_USERS_PER_PAGE)


def _page_size(asked: int | None, *, default: int, most: int) -> int:
    """How many items a page may hold: MaxResults 0 and absent mean the default, more is capped."""
    return min(asked or default, most)
