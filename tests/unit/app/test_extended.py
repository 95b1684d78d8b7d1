"""The extended pack from its address to labels, with real tiny models and nothing but loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eyebright.analysis.observations import Observations
from eyebright.app.extended import EXTENDED_PACK, ExtendedLabels, label_names, label_taxonomy
from eyebright.app.sight import InstalledPacks, LazyVision, installed_sight
from eyebright.cli import packs as packs_command
from eyebright.cli.main import main
from eyebright.errors import PackError, PackInvalid, PackNotInstalled
from eyebright.imaging.image import Image
from eyebright.packs.install import Installation
from eyebright.packs.recipe import bundled_recipe, read_recipe
from eyebright.runtime.session import Runtime
from eyebright.settings import Settings
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.extended_pack import tiny_files, write_recipe


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A recipe whose files a server on this machine serves."""
    folder = tmp_path_factory.mktemp("publisher")
    files = tiny_files()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield write_recipe(folder / "recipe", f"http://127.0.0.1:{server.server_port}", files)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(slots=1)


@pytest.fixture(scope="module")
def packs(publisher: Path, runtime: Runtime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installed")
    installation = Installation(
        home / "packs", home / "downloads", run=lambda model, feed: runtime.load(model).run(feed)
    )
    installation.install(read_recipe(publisher))
    return home / "packs"


@pytest.fixture
def settings(packs: Path, tmp_path: Path) -> Settings:
    """A home of its own with the installed pack, and a person's own names."""
    (tmp_path / "packs").symlink_to(packs)
    names = tmp_path / "names.txt"
    names.write_text("Scarlet Door\nblue door\n")
    return Settings(home=tmp_path, label_pack="labels-extended", label_names=names)


def prepared(settings: Settings, runtime: Runtime) -> int:
    pack = InstalledPacks(settings, runtime).pack(EXTENDED_PACK)
    return ExtendedLabels(pack, settings, runtime).prepare(lambda what, done, of: None)


def picture(colour: tuple[int, int, int]) -> Image:
    return Image(np.full((40, 60, 3), colour, np.uint8), "PNG", b"", (60, 40))


def look(settings: Settings, runtime: Runtime) -> Callable[[Image], Observations]:
    sight = installed_sight(settings, runtime, faces=LazyVision(FakeAnalyser))
    return sight.observe


def test_a_picture_gets_a_persons_own_names(settings: Settings, runtime: Runtime) -> None:
    prepared(settings, runtime)
    seen = look(settings, runtime)(picture((255, 0, 0)))
    scores = seen.classes.scores
    assert scores["Scarlet Door"] > 0.9
    assert "blue door" not in scores
    sure = {name for name in scores if scores[name] > 0.9}
    assert all({"Red", "Scarlet"} & set(name.split()) for name in sure)
    assert {"Scarlet Door", "Red Fox"} <= sure
    assert np.linalg.norm(seen.classes.features) == pytest.approx(1.0)


def test_a_persons_own_name_is_a_label_without_parents(
    settings: Settings, runtime: Runtime
) -> None:
    prepared(settings, runtime)
    sight = installed_sight(settings, runtime, faces=LazyVision(FakeAnalyser))
    found = sight.labels().label(sight.observe(picture((255, 0, 0))))
    labels = {one.name: one for one in found}
    assert labels["Scarlet Door"].score > 0.9
    assert labels["Scarlet Door"].parents == ()
    assert labels["Dog"].parents != ()
    assert set(labels["Dog"].parents) <= set(labels)
    assert [one.score > 0.9 for one in labels["Dog"].instances] == [True, True]
    assert "blue door" not in labels


def test_the_bundled_packs_call_boxes_the_same() -> None:
    both = [bundled_recipe(name).parameters["objects"] for name in ("labels", "labels-extended")]
    assert both[0] == both[1]
    assert len(both[0]["names"]) == 80


def test_boxes_come_from_the_transformer(settings: Settings, runtime: Runtime) -> None:
    seen = look(settings, runtime)(picture((255, 0, 0)))
    assert set(seen.objects.names) == {"Dog"}
    assert len(seen.objects) == 2


def test_the_names_are_the_taxonomys_and_a_persons_own(settings: Settings) -> None:
    names = label_names(settings)
    assert {"Dog", "Scarlet Door", "blue door"} <= set(names)
    assert len(names) > 1000
    assert set(label_names(replace(settings, label_names=None))) == set(names) - {
        "Scarlet Door", "blue door"
    }  # fmt: skip


def test_own_names_are_words_of_the_taxonomy_without_parents(settings: Settings) -> None:
    taxonomy = label_taxonomy(settings)
    assert taxonomy.ancestors("Scarlet Door") == ()
    assert taxonomy.ancestors("Dog") != ()
    assert "Scarlet Door" not in label_taxonomy(replace(settings, label_pack="labels"))


def test_a_first_look_without_vectors_says_the_command(
    settings: Settings, runtime: Runtime
) -> None:
    with pytest.raises(PackError, match="eyebright packs prepare"):
        _ = look(settings, runtime)(picture((255, 0, 0))).classes


def test_a_few_new_names_need_no_command(settings: Settings, runtime: Runtime) -> None:
    prepared(settings, runtime)
    assert settings.label_names is not None
    settings.label_names.write_text("Green Door\n")
    scores = look(settings, runtime)(picture((0, 255, 0))).classes.scores
    assert scores["Green Door"] > 0.9
    assert "Scarlet Door" not in scores


def test_preparing_counts_what_is_there_and_says_how_far_it_is(
    settings: Settings, runtime: Runtime
) -> None:
    heard: list[tuple[str, int, int]] = []
    pack = InstalledPacks(settings, runtime).pack(EXTENDED_PACK)
    extended = ExtendedLabels(pack, settings, runtime)
    assert extended.missing() == len(label_names(settings)) + 3
    total = extended.prepare(lambda *step: heard.append(step))
    names = len(label_names(settings))
    assert heard[names - 1] == ("names of labels", names, names)
    assert heard[-1] == ("moderation", 3, 3)
    assert total == names + 3
    assert extended.missing() == 0
    heard.clear()
    assert extended.prepare(lambda *step: heard.append(step)) == total
    assert heard == []


def test_a_named_pack_that_is_missing_is_an_error_not_another_pack(
    tmp_path: Path, runtime: Runtime
) -> None:
    settings = Settings(home=tmp_path, label_pack="labels-extended")
    packs = InstalledPacks(settings, runtime)
    for capability in (packs.objects, packs.classes):
        with pytest.raises(PackNotInstalled, match="eyebright packs install labels-extended"):
            capability()


def test_every_class_of_the_pack_is_scored_for_moderation(
    settings: Settings, runtime: Runtime
) -> None:
    prepared(settings, runtime)
    observe = look(settings, runtime)
    moderation = InstalledPacks(settings, runtime).extended().moderation()
    red, blue = (moderation(observe(picture(c))) for c in ((255, 0, 0), (0, 0, 255)))
    assert set(red) == {"Weapons", "Alcohol"}
    assert red["Weapons"] > 0.9 > 0.1 > red["Alcohol"]
    assert blue["Alcohol"] > 0.9 > 0.1 > blue["Weapons"]


def test_the_commands_make_the_vectors_and_say_what_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EYEBRIGHT_LABEL_PACK", "labels-extended")
    monkeypatch.setenv("EYEBRIGHT_LABEL_NAMES", str(settings.label_names))
    monkeypatch.setenv("EYEBRIGHT_SLOTS", "1")
    # the command's module is loaded already, so that it keeps the real function for other tests
    assert packs_command.command.name == "packs"
    monkeypatch.setattr("eyebright.packs.recipe.default_recipes", lambda: ())
    runner, home = CliRunner(), ["--home", str(settings.home)]
    before = runner.invoke(main, [*home, "doctor"]).stdout
    assert "Packs: Run `eyebright packs prepare`." in before
    made = runner.invoke(main, [*home, "packs", "prepare"])
    assert made.exit_code == 0
    assert f"{len(label_names(settings)) + 3} sentences have their vectors" in made.stderr
    after = json.loads(runner.invoke(main, [*home, "doctor", "--json"]).stdout)
    assert {one["what"]: one["verdict"] for one in after}["Packs"] == "ok"


def test_the_command_installs_a_recipe_of_ones_own_and_verifies_it(
    publisher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    runner, home = CliRunner(), ["--home", str(tmp_path / "home"), "packs"]
    installed = runner.invoke(main, [*home, "install", "--recipe", str(publisher)])
    assert installed.exit_code == 0, installed.stderr
    assert "download tiny_vision.onnx" in installed.stderr
    verified = runner.invoke(main, [*home, "verify", EXTENDED_PACK])
    assert verified.exit_code == 0, verified.stderr
    assert "are as they should be" in verified.stdout
    shown = runner.invoke(main, [*home, "show", EXTENDED_PACK, "--json"])
    assert {one["name"] for one in json.loads(shown.stdout)["files"]} >= {
        "numbers.json",
        "text.onnx",
    }


def test_preparing_without_the_pack_says_how_to_install_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path), "packs", "prepare"])
    assert result.exit_code == 1
    assert "eyebright packs install labels-extended" in " ".join(result.stderr.split())


def test_a_picture_tower_that_answers_nothing_is_a_pack_error(
    settings: Settings, runtime: Runtime
) -> None:
    prepared(settings, runtime)
    with pytest.raises(PackInvalid, match="without a direction"):
        _ = look(settings, runtime)(picture((0, 0, 0))).classes
