from __future__ import annotations

import pytest

from eyebright.errors import InvalidInput, LibraryNotFound, SourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, Region
from eyebright.library.values import Library, SourceId, SourceKind
from eyebright.testing.library import Shelf


def test_a_library_is_made_when_it_is_first_asked_for(shelf: Shelf) -> None:
    libraries = shelf.media.libraries
    again, other = libraries.open(shelf.scope), libraries.open(shelf.scope, "holidays")
    assert again.number == shelf.mine.number
    assert other.collection_id == "library.holidays"
    assert other.key_id != again.key_id
    assert [one.name for one in libraries.list(shelf.scope)] == ["library", "holidays"]


def test_two_who_ask_at_once_get_the_same_library(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries, vault = shelf.media.libraries, shelf.rooms.vault
    new_key = vault.new_collection_key
    with monkeypatch.context() as patch:

        def while_another_makes_it(account_id: AccountId) -> str:
            patch.undo()
            quicker.append(libraries.open(shelf.scope, "holidays"))
            in_vain.append(new_key(account_id))
            return in_vain[0]

        quicker: list[Library] = []
        in_vain: list[str] = []
        patch.setattr(vault, "new_collection_key", while_another_makes_it)
        slower = libraries.open(shelf.scope, "holidays")
    assert [slower] == quicker
    assert vault.wrapped_key(shelf.scope.account_id, slower.key_id) is not None
    assert vault.wrapped_key(shelf.scope.account_id, in_vain[0]) is None
    assert [one.name for one in libraries.list(shelf.scope)] == ["library", "holidays"]


def test_nobody_sees_the_libraries_of_another_account_or_region(shelf: Shelf) -> None:
    libraries = shelf.media.libraries
    stranger = Scope(shelf.rooms.accounts.create("stranger").account_id, shelf.scope.region)
    for scope in (stranger, Scope(shelf.scope.account_id, Region("eu-west-1"))):
        assert libraries.list(scope) == ()
        with pytest.raises(LibraryNotFound):
            libraries.get(scope)


@pytest.mark.parametrize("name", ["", "a b", "../up", "!", "ü", "x" * 101])
def test_names_that_cannot_be_a_library(shelf: Shelf, name: str) -> None:
    with pytest.raises(InvalidInput):
        shelf.media.libraries.open(shelf.scope, name)


def test_a_source_is_added_once_and_may_be_watched_later(shelf: Shelf) -> None:
    libraries, location = shelf.media.libraries, shelf.source.location
    again = libraries.add_source(shelf.mine, SourceKind.FOLDER, location, watched=True)
    assert again.source_id == shelf.source.source_id
    assert again.is_watched
    assert not shelf.source.is_watched
    assert libraries.source(shelf.mine, again.source_id) == again
    with pytest.raises(SourceNotFound):
        libraries.source(shelf.mine, SourceId("none"))


def test_a_folder_is_named_from_the_root(shelf: Shelf) -> None:
    with pytest.raises(InvalidInput):
        shelf.media.libraries.add_source(shelf.mine, SourceKind.FOLDER, "here", watched=False)


def test_the_source_of_uploads_is_made_once(shelf: Shelf) -> None:
    first = shelf.media.libraries.uploads(shelf.mine)
    assert first.kind is SourceKind.UPLOAD
    assert shelf.media.libraries.uploads(shelf.mine) == first


def test_what_went_wrong_with_a_source_is_kept(shelf: Shelf) -> None:
    libraries = shelf.media.libraries
    libraries.scanned(shelf.mine, shelf.source.source_id, message="The disk is away.")
    source = libraries.source(shelf.mine, shelf.source.source_id)
    assert (source.message, source.scanned_at) == ("The disk is away.", shelf.clock.now())


def test_a_name_is_free_again_after_its_library_was_deleted(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada")
    libraries = shelf.media.libraries
    libraries.delete(shelf.mine)
    with pytest.raises(LibraryNotFound):
        libraries.add_source(shelf.mine, SourceKind.FOLDER, "/elsewhere", watched=False)
    fresh = libraries.open(shelf.scope)
    assert fresh.number != shelf.mine.number
    assert libraries.progress(fresh).total == 0
