"""CSV files and folders as people write them, and as somebody writes them who means harm."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from eyebright.api import gallery_files
from eyebright.api.gallery_files import Listing, read_listing
from eyebright.errors import InvalidInput
from eyebright.ids import CelebrityId
from eyebright.people.biographies import KnownGender, NewCelebrity

HEADER = "name,images,urls,gender,id"


def read(folder: Path, *lines: str, encoding: str = "utf-8") -> Listing:
    for name in ("1.jpg", "2.jpg", "3.jpg", "é.jpg", "ben.jpg", "ada/1.jpg", "ada/2.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    file = folder / "people.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return read_listing(file)


def reasons(listing: Listing) -> dict[str, str]:
    return {one.where: one.reason for one in listing.failures}


def test_a_line_is_a_person(tmp_path: Path) -> None:
    listing = read(
        tmp_path,
        HEADER,
        "Ada Lovelace,ada/1.jpg; ada/2.png ;,a.org/x;b.org,female,ada1",
        '"King, Ben",ben.jpg,,,',
    )
    ada, ben = listing.people
    assert ada.new == NewCelebrity(
        "Ada Lovelace", ("a.org/x", "b.org"), KnownGender.FEMALE, CelebrityId("ada1")
    )
    assert ada.images == (tmp_path / "ada" / "1.jpg", tmp_path / "ada" / "2.png")
    assert (ben.new, ben.where) == (NewCelebrity("King, Ben"), "line 3")
    assert listing.failures == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["", "\r"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, encoding: str, end: str) -> None:
    listing = read(
        tmp_path, f"Images,Name{end}", f"é.jpg,Zoë{end}", f",{end}", f"{end}", encoding=encoding
    )
    (zoe,) = listing.people
    assert (zoe.new.name, zoe.images) == ("Zoë", (tmp_path / "é.jpg",))
    assert listing.failures == ()


def test_who_is_listed_twice_is_one_person_with_all_photos(tmp_path: Path) -> None:
    listing = read(
        tmp_path,
        HEADER,
        "Ada,1.jpg,a.org,,",
        "Ben,2.jpg,,,",
        "ADA,3.jpg;1.jpg,b.org,Female,",
    )
    ada, ben = listing.people
    assert [path.name for path in ada.images] == ["1.jpg", "3.jpg"]
    assert (ada.new.urls, ada.new.gender) == (("a.org", "b.org"), KnownGender.FEMALE)
    assert ada.where == "line 2"
    assert ben.new.name == "Ben"


def test_bad_lines_are_told_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    listing = read(
        tmp_path,
        HEADER,
        ",1.jpg,,,",
        "Ada,,,,",
        "Ben,1.jpg,,robot,",
        "Cleo,1.jpg,,,no-id",
        "Dina,1.jpg,javascript:alert(1),,",
        "Emil,1.jpg,,,,,,",
        "Fay,1.jpg,,,f1",
        "Gus,2.jpg,,,f1",
        '"broken\nname",1.jpg,,,',
        "Hal,1.jpg",
        "Ivy,missing.jpg;gone.jpg",
        "Jon,missing.jpg;1.jpg",
    )
    assert [one.new.name for one in listing.people] == ["Fay", "Hal", "Jon"]
    said = reasons(listing)
    assert list(said) == [f"line {number}" for number in (2, 3, 4, 5, 6, 7, 9, 10, 13)]
    assert "no images" in said["line 3"]
    assert "Male, Female, Nonbinary, Unlisted" in said["line 4"]
    assert "8 cells under 5 columns" in said["line 7"]
    assert "that of line 8" in said["line 9"]
    assert max(len(reason) for reason in said.values()) < 250


@pytest.mark.parametrize(
    "image", ["../secret.jpg", "/etc/passwd", "a/../../b.jpg", "link/b.jpg", "nul\0.jpg"]
)
def test_images_outside_the_files_folder_are_not_read(tmp_path: Path, image: str) -> None:
    folder = tmp_path / "gallery"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    listing = read(folder, HEADER, f"Ada,{image},,,", "Ben,1.jpg,,,")
    assert [one.new.name for one in listing.people] == ["Ben"]
    assert list(reasons(listing)) == ["line 2"]


def test_a_name_too_long_for_the_disk_is_a_bad_line(tmp_path: Path) -> None:
    listing = read(tmp_path, HEADER, f"Ada,{'x' * 100_000}.jpg,,,")
    assert list(reasons(listing)) == ["line 2"]
    assert len(reasons(listing)["line 2"]) < 250


@pytest.mark.parametrize(
    "header",
    ["", "who,picture", "name;images", "name,images,name", "name", ",".join(["x"] * 100_000), "\0"],
)
def test_a_first_line_that_names_no_columns_is_said_briefly(tmp_path: Path, header: str) -> None:
    with pytest.raises(InvalidInput, match="the first line must name") as caught:
        read(tmp_path, header, "Ada,1.jpg")
    assert len(caught.value.message) < 500 + len(str(tmp_path))


def test_hostile_lines_are_bad_lines_and_nothing_worse(tmp_path: Path) -> None:
    listing = read(
        tmp_path,
        HEADER,
        ",".join(["x"] * 100_000),
        "nul\0name,1.jpg,,,",
        f"{'n' * 200_000},1.jpg,,,",
        "Ada,1.jpg,,,",
        f"Urls,1.jpg,{';'.join(['a.org'] * 300)},,",
        "=cmd|' /C calc'!A0,1.jpg,,,",
    )
    assert [one.new.name for one in listing.people] == ["Ada", "=cmd|' /C calc'!A0"]
    said = reasons(listing)
    assert list(said) == ["line 2", "line 3", "line 4", "line 6"]
    assert max(len(reason) for reason in said.values()) < 250


def test_a_quote_that_is_never_closed_ends_the_reading_of_that_line(tmp_path: Path) -> None:
    listing = read(tmp_path, HEADER, "Ada,1.jpg,,,", '"Ben,1.jpg,,,', *["x,1.jpg,,,"] * 20_000)
    assert listing.people[0].new.name == "Ada"
    assert "line 3" in reasons(listing)


def test_a_file_that_is_no_text_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"name,images\n\xff\xd8\xff\xe0")
    with pytest.raises(InvalidInput, match="line 2: no UTF-8"):
        read_listing(file)
    monkeypatch.setattr(gallery_files, "MAX_FILE_BYTES", 10)
    with pytest.raises(InvalidInput, match="larger than"):
        read_listing(file)
    with pytest.raises(FileNotFoundError):
        read_listing(tmp_path / "missing.csv")


def test_an_empty_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Nobody is listed"):
        read(tmp_path, HEADER, "", ",,,,")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="Nobody is listed"):
        read_listing(tmp_path / "empty")


def test_reading_a_long_file_takes_memory_in_proportion(tmp_path: Path) -> None:
    lines = [f"Person {number},1.jpg,,," for number in range(500)]
    tracemalloc.start()
    listing = read(tmp_path, HEADER, *lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(listing.people) == 500
    assert peak < 4 << 20


def test_a_folder_is_a_person_and_may_hold_links(tmp_path: Path) -> None:
    for path in ("Ada Lovelace/1.jpg", "Ada Lovelace/more/2.PNG", "Ben/1.jpeg", "Empty/x.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "Ada Lovelace" / "urls.txt").write_text("a.org\n\nb.org\n")
    (tmp_path / ".hidden").mkdir()
    ada, ben = read_listing(tmp_path).people
    assert ada.new == NewCelebrity("Ada Lovelace", ("a.org", "b.org"))
    assert [path.name for path in ada.images] == ["1.jpg", "2.PNG"]
    assert ben.new == NewCelebrity("Ben")
    assert reasons(read_listing(tmp_path)) == {"folder 'Empty'": "no JPEG or PNG in it"}
