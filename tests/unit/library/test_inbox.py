from __future__ import annotations

import pytest

from eyebright.errors import AssetNotFound
from eyebright.library.inbox import Arrival, Came, PlaceState
from eyebright.library.values import AssetState
from eyebright.testing.library import Shelf


def _paths(shelf: Shelf, arrival: Arrival) -> list[str]:
    assert arrival.asset_id is not None
    detail = shelf.media.assets.detail(shelf.mine, arrival.asset_id)
    return [place.path for place in detail.places]


def _total(shelf: Shelf) -> int:
    return shelf.media.libraries.progress(shelf.mine).total


def test_new_content_is_an_asset_that_waits(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada")
    arrival = shelf.arrive("a.jpg")
    assert arrival.came is Came.NEW
    assert arrival.asset_id is not None
    asset = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    assert asset.state is AssetState.WAITING
    assert asset.size_wh == (0, 0)


def test_telling_twice_changes_nothing(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada")
    first, second = shelf.arrive("a.jpg"), shelf.arrive("a.jpg")
    assert (first.came, second.came) == (Came.NEW, Came.KNOWN)
    assert first.asset_id == second.asset_id
    assert _total(shelf) == 1


def test_the_same_content_at_two_places_is_one_asset(shelf: Shelf) -> None:
    content = shelf.photo("a.jpg", "Ada").read_bytes()
    shelf.write("copies/b.jpg", content)
    first, second = shelf.arrive("a.jpg"), shelf.arrive("copies/b.jpg")
    assert first.asset_id == second.asset_id
    assert second.came is Came.KNOWN
    assert _paths(shelf, first) == ["a.jpg", "copies/b.jpg"]


def test_other_content_at_a_known_path_is_another_asset_and_the_old_one_goes(shelf: Shelf) -> None:
    old = shelf.add("a.jpg", "Ada")
    shelf.write("a.jpg", shelf.photo("other.jpg", "Ben").read_bytes())
    arrival = shelf.arrive("a.jpg")
    assert arrival.came is Came.CHANGED
    assert arrival.asset_id != old.asset_id
    with pytest.raises(AssetNotFound):
        shelf.media.assets.get(shelf.mine, old.asset_id)
    assert shelf.media.libraries.progress(shelf.mine).faces == 0


def test_content_that_lies_elsewhere_too_stays_when_a_path_changes(shelf: Shelf) -> None:
    content = shelf.photo("a.jpg", "Ada").read_bytes()
    shelf.write("b.jpg", content)
    old = shelf.arrive("a.jpg")
    shelf.arrive("b.jpg")
    shelf.write("a.jpg", shelf.photo("other.jpg", "Ben").read_bytes())
    shelf.arrive("a.jpg")
    assert _paths(shelf, old) == ["b.jpg"]


def test_a_renamed_file_keeps_its_asset(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    inbox = shelf.media.inbox
    assert inbox.move(shelf.mine, shelf.source, b"a.jpg", b"trips/b.jpg")
    moved = shelf.detail(asset)
    assert [place.path for place in moved.places] == ["trips/b.jpg"]
    assert moved.asset.revision > asset.revision  # published anew, for its name changed
    assert not inbox.move(shelf.mine, shelf.source, b"a.jpg", b"c.jpg")


def test_a_file_renamed_over_another_takes_its_place(shelf: Shelf) -> None:
    ada, ben = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ben")
    assert shelf.media.inbox.move(shelf.mine, shelf.source, b"a.jpg", b"b.jpg")
    assert [place.path for place in shelf.detail(ada).places] == ["b.jpg"]
    with pytest.raises(AssetNotFound):
        shelf.detail(ben)


def test_what_departs_is_removed_with_its_last_place(shelf: Shelf) -> None:
    content = shelf.photo("a.jpg", "Ada").read_bytes()
    shelf.write("b.jpg", content)
    arrival = shelf.arrive("a.jpg")
    shelf.arrive("b.jpg")
    assert shelf.media.inbox.depart(shelf.mine, shelf.source, b"a.jpg")
    assert _paths(shelf, arrival) == ["b.jpg"]
    assert shelf.media.inbox.depart(shelf.mine, shelf.source, b"b.jpg")
    assert _total(shelf) == 0
    assert not shelf.media.inbox.depart(shelf.mine, shelf.source, b"b.jpg")


def test_a_path_that_becomes_unusable_loses_its_asset_and_says_why(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada")
    for _ in range(2):
        shelf.media.inbox.unusable(
            shelf.mine,
            shelf.source,
            b"a.jpg",
            shown_path="a.jpg",
            size=3,
            version="2",
            state=PlaceState.UNREADABLE,
            message="Permission denied",
        )
    progress = shelf.media.libraries.progress(shelf.mine)
    assert (progress.total, progress.unreadable) == (0, 1)
    assert shelf.arrive("a.jpg").came is Came.NEW
    assert shelf.media.libraries.progress(shelf.mine).unreadable == 0


def test_a_sweep_forgets_what_was_not_seen_since(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada")
    kept = shelf.add("b.jpg", "Ben")
    later = shelf.clock.advance(10)  # type: ignore[attr-defined]
    shelf.media.inbox.seen(shelf.mine, shelf.source, [b"b.jpg"], later)
    assert shelf.media.inbox.sweep(shelf.mine, shelf.source, later) == 1
    assert [one.asset_id for one in shelf.media.assets.list(shelf.mine, limit=9).items] == [
        kept.asset_id
    ]


def test_what_a_person_removed_stays_out_until_it_changes_or_is_asked_for(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    assert shelf.arrive("a.jpg") == Arrival(Came.REMOVED, None)
    assert shelf.arrive("a.jpg") == Arrival(Came.REMOVED, None)  # however often it is seen
    assert shelf.arrive("a.jpg", again=True).came is Came.NEW
    assert shelf.arrive("a.jpg").came is Came.KNOWN


def test_a_removed_file_with_other_content_comes_back(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    shelf.write("a.jpg", shelf.photo("other.jpg", "Ben").read_bytes())
    assert shelf.arrive("a.jpg").came is Came.NEW
