"""Somebody names fifty people in two thousand photos: minutes, keystrokes, and what is wrong then.

    python -m bench.naming_trial --data ../shared/data/dev --home HOME [--pace 0.2]

The photos are of the development part of LFW, by the rule of `bench.naming_trial_photos`: everybody
with five photos and more, strangers with one, people with two to four. They are copied into a
folder and indexed by the real command, with the faces pack only; then the real server answers a
real browser, headless. A simulated user, who knows fifty of the people by sight, first names
stacks of unknown faces from the largest down until all fifty have a name, then reviews who is
likely one of them, then who may be, then goes through all stacks that are left. Keys are real; the
time is what the keystroke-level model says (`bench.naming_trial_model`) and the waiting that was
measured. Whom faces beside the person of a photo show is not known; those of them that got a name
are counted by themselves.

What is compared: tagging each of the faces that got a name by itself, with the whole name typed,
and with a list that needs only its beginning; finding them among all the others is not counted.

HOME is made and kept: installed and indexed once, copied for each trial. Build the pages first
(`make ui`). Writes bench/results/naming_trial-DATE.json.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bench import naming_trial_photos as photos
from bench.evidence import table, write
from bench.naming_trial_model import Tally, one_by_one, shortest_beginnings, whole_names
from bench.naming_trial_photos import Chosen
from bench.naming_trial_user import StuckError, User
from eyebright.api.local import open_local
from eyebright.settings import Settings

EYEBRIGHT = Path(sys.executable).with_name("eyebright")


@dataclass(frozen=True, slots=True)
class Truth:
    """shows: face -> whom it shows, one of all people with a photo of their own; faces beside them
    are left out. missed: photos in which nobody was seen where the person is."""

    shows: Mapping[str, str]
    faces: int
    missed: int


@dataclass(frozen=True, slots=True)
class Judged:
    """faces: of the people to name. right: the name of each that has it. wrong: face -> name of
    others that have one; beside: the same of faces of which nobody knows whom they show.
    recall_of_people: of their faces the share that is right, 0-1."""

    faces: int
    right: tuple[str, ...]
    wrong: Mapping[str, str]
    beside: Mapping[str, str]
    recall_of_people: Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    parser.add_argument("--home", type=Path, required=True, help="made, and kept between runs")
    parser.add_argument("--eyebright", default=str(EYEBRIGHT), help="the command")
    parser.add_argument("--chromium", help="as for the browser tests, if absent")
    parser.add_argument("--pace", type=float, default=0.2, help="share of thinking that passes")
    chosen = parser.parse_args()
    people = photos.choose(chosen.data)
    prepare(chosen.home, people, data=chosen.data, command=chosen.eyebright)
    with tempfile.TemporaryDirectory(dir=chosen.home.parent) as folder:
        home = Path(folder) / "home"
        shutil.copytree(chosen.home, home, symlinks=True)
        truth = truth_of(home, people)
        mine = {face: name for face, name in truth.shows.items() if name in people.to_name}
        with served(home, chosen.eyebright) as address, browser(chosen.chromium) as running:
            user = User(sign_in(running, address, home), mine, pace=chosen.pace)
            try:
                steps = work(user, lambda: judge(home, truth.shows, mine))
            except StuckError:
                user.picture(chosen.home.parent / "stuck.png")
                raise
    findings: dict[str, object] = {
        "photos": len(people.paths),
        "faces": truth.faces,
        "photos_without_their_face": truth.missed,
        "people": len(people.to_name),
        "faces_of_people": len(mine),
        "pace": chosen.pace,
        "notes": user.notes,
    }
    tell(findings, steps)
    write("naming_trial", {**findings, "steps": steps})


def prepare(home: Path, people: Chosen, *, data: Path, command: str) -> None:
    """The pack, the photos and the index, unless they are there."""
    if (home / "indexed").is_file():
        return
    home.mkdir(parents=True, exist_ok=True)
    folder = home.parent / f"{home.name}-photos"
    photos.copy(people, data, folder)
    subprocess.run([command, "--home", home, "packs", "install", "faces"], check=True)
    # the other packs are not installed, which is told of every photo
    subprocess.run([command, "--home", home, "library", "index", folder], check=False)
    (home / "indexed").touch()


def truth_of(home: Path, people: Chosen) -> Truth:
    """In each photo the face that holds its middle is the person's whose photo it is."""
    shows: dict[str, str] = {}
    with open_local(Settings(home=home)) as eyebright:
        library = eyebright.library()
        assets = library.assets(len(people.paths))
        paths = library.places(assets)
        names = {one.asset_id: people.name_of(Path(paths[one.number]).name) for one in assets}
        faces = eyebright.faces(library.library.collection_id)
    away: dict[str, float] = {}
    main: dict[str, str] = {}
    for face in faces:
        left, top, right, bottom = face.box_xyxy
        middle = np.array(face.image_size_wh) / 2
        if not (left <= middle[0] <= right and top <= middle[1] <= bottom):
            continue
        distance = float(np.hypot(*(np.array([left + right, top + bottom]) / 2 - middle)))
        photo = str(face.external_image_id)
        if distance < away.get(photo, np.inf):
            away[photo], main[photo] = distance, face.face_id
    for photo, face_id in main.items():
        shows[face_id] = names[photo]  # type: ignore[index]
    return Truth(shows, len(faces), len(assets) - len(main))


def work(user: User, judge: Callable[[], Judged]) -> dict[str, dict[str, object]]:
    """All that the user does, and how far it was after each step."""
    steps: dict[str, dict[str, object]] = {}

    def step(name: str) -> None:
        result = judge()
        steps[name] = {"asked": dict(user.asked), **told_of(result, user.tally)}
        print(f"{name}: {len(result.right)} faces, {user.tally.seconds / 60:.1f} min", flush=True)

    user.go_to_groups()
    user.name_groups(until_all=True)
    step("stacks, until all have a name")
    user.go_to_review()
    user.review(["likely"])
    step("then who is likely")
    user.go_to_top()
    user.review(["likely", "maybe"])
    step("then who may be")
    user.go_to_groups()
    user.name_groups(until_all=False)
    step("then all stacks that are left")
    return steps


def judge(home: Path, shows: Mapping[str, str], mine: Mapping[str, str]) -> Judged:
    """What the library says now, against the truth. mine: the faces of the people to name."""
    said: dict[str, str] = {}
    with open_local(Settings(home=home)) as eyebright:
        library = eyebright.library()
        collection_id = library.library.collection_id
        for one in library.people.everybody():
            faces = eyebright.faces(collection_id, user=one.user_id)
            said |= {face.face_id: one.name for face in faces}
    right = tuple(name for face, name in said.items() if mine.get(face) == name)
    others = {face: name for face, name in said.items() if shows.get(face) != name}
    wrong = {face: name for face, name in others.items() if face in shows}
    beside = {face: name for face, name in others.items() if face not in shows}
    of, found = Counter(mine.values()), Counter(right)
    recalls = {name: found[name] / of[name] for name in sorted(of)}
    return Judged(len(mine), right, wrong, beside, recalls)


def told_of(result: Judged, tally: Tally) -> dict[str, object]:
    """Beside the same faces one by one."""
    recalls = result.recall_of_people
    return {
        "right": len(result.right),
        "of": result.faces,
        "wrong": len(result.wrong),
        "beside": len(result.beside),
        "people_found": sum(one > 0 for one in recalls.values()),
        "least_recall_of_a_person": min(recalls.values()),
        "people_with_all": sum(one == 1 for one in recalls.values()),
        **tally.told(),
        "one_by_one": one_by_one(result.right, keys=whole_names(recalls)).told(),
        "one_by_one_with_a_list": one_by_one(
            result.right, keys=shortest_beginnings(recalls)
        ).told(),
    }


def tell(findings: Mapping[str, object], steps: Mapping[str, Mapping[str, Any]]) -> None:
    rows = []
    for name, step in steps.items():
        typed, listed = step["one_by_one"], step["one_by_one_with_a_list"]
        rows.append(
            (
                name,
                f"{step['right']}",
                f"{step['wrong']}",
                f"{step['beside']}",
                f"{step['minutes']:.1f}",
                f"{step['keystrokes']:,}",
                f"{step['clicks']}",
                f"{typed['minutes']:.1f}, {typed['keystrokes']:,}",
                f"{listed['minutes']:.1f}, {listed['keystrokes']:,}",
            )
        )
    table(
        f"{findings['people']} people, of whom {findings['faces_of_people']} of "
        f"{findings['faces']} faces are",
        (
            "step",
            "right",
            "wrong",
            "beside",
            "min",
            "keys",
            "clicks",
            "one by one: min, keys",
            "by list",
        ),
        rows,
    )


@contextmanager
def served(home: Path, command: str) -> Iterator[str]:
    """The address of the real server over this home."""
    (home / "endpoint").unlink(missing_ok=True)
    log = home.parent / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [command, "--home", home, "serve", "--port", "0"], stdout=output, stderr=output
        )
    try:
        while not (home / "endpoint").exists():
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.1)
        yield (home / "endpoint").read_text().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def browser(chromium: str | None) -> Iterator[Browser]:
    binary = chromium or os.environ.get("EYEBRIGHT_TEST_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield running
        running.close()


def sign_in(running: Browser, address: str, home: Path) -> Page:
    """Not counted: it is done once for all that is done here."""
    lines = (home / "credentials").read_text().splitlines()
    keys = dict(line.split(" = ", 1) for line in lines if " = " in line)
    page = running.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/people")
    page.get_by_label("Access key ID").fill(keys["aws_access_key_id"])
    page.get_by_label("Secret access key").fill(keys["aws_secret_access_key"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Pages").wait_for()
    return page


if __name__ == "__main__":
    main()
