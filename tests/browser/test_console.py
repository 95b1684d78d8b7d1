"""The console: what a picture shows, found by a person and repeated in code."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import missing

pytestmark = pytest.mark.pack

JAVASCRIPT = Path(__file__).parents[1] / "protocol/js/node_modules"


def bring(page: Page, photo: Path, *, place: int = 0) -> None:
    page.locator("input[type=file]").nth(place).set_input_files(photo)


def rows(page: Page):
    return page.locator(".rows li")


def slide(page: Page, label: str, value: int) -> None:
    page.get_by_label(label, exact=True).fill(str(value))


def test_faces_are_boxed_on_the_picture_and_told_in_rows(visitor, photos) -> None:
    page = visitor.enter("/console?op=faces")
    bring(page, photos[0])
    expect(rows(page)).to_have_count(3)
    expect(page.locator("svg .mark rect.line")).to_have_count(3)
    rows(page).first.get_by_role("button").click()
    expect(rows(page).first).to_contain_text("Gender")
    visitor.picture("console-faces")


def test_a_sample_shows_at_once_what_it_is_about(visitor) -> None:
    page = visitor.enter("/console?op=faces")
    samples = page.locator(".samples button")
    expect(samples.first).to_be_visible()
    visitor.picture("console-samples")
    samples.first.click()
    expect(rows(page).first).to_be_visible()


def test_pointing_at_a_row_lights_its_box_and_the_other_way_round(visitor, photos) -> None:
    page = visitor.enter("/console?op=faces")
    bring(page, photos[0])
    rows(page).nth(1).hover()
    expect(page.locator("svg .mark.active")).to_have_count(1)
    expect(page.locator(".slot .label")).to_have_count(1)
    page.mouse.move(5, 5)
    expect(page.locator("svg .mark.active")).to_have_count(0)
    page.locator("svg .mark").first.hover()
    expect(page.locator(".rows li.active")).to_have_count(1)


def test_the_picture_zooms_and_its_boxes_with_it(visitor, photos) -> None:
    page = visitor.enter("/console?op=faces")
    bring(page, photos[0])
    line = page.locator("svg .mark rect.line").first
    expect(line).to_be_visible()
    visitor.settle()
    before = line.bounding_box()
    page.locator(".frame").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    grown = line.bounding_box()
    assert before is not None
    assert grown is not None
    assert grown["width"] == pytest.approx(before["width"] * 1.96, rel=0.05)
    visitor.picture("console-zoomed")
    page.keyboard.press("0")
    assert line.bounding_box() == before


def test_sliders_filter_the_answer_without_asking_again(visitor, photos) -> None:
    page = visitor.enter("/console?op=labels")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/console/" in one.url else None)
    bring(page, photos[0])
    expect(rows(page).first).to_be_visible()
    before = rows(page).count()
    slide(page, "Least confidence", 10)
    expect(rows(page).nth(before)).to_be_visible()
    slide(page, "Most labels", 2)
    expect(rows(page)).to_have_count(2)
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("region", name="Request")).to_contain_text('"MinConfidence": 10')
    page.get_by_role("tab", name="Response").click()
    shown = page.get_by_role("region", name="Response").inner_text()
    assert len(json.loads(shown)["Labels"]) == 2
    assert len([url for url in asked if url.endswith("/DetectLabels")]) == 1


@pytest.mark.parametrize("percent", [30, 80, 95])
def test_the_page_narrows_an_answer_as_the_service_does(visitor, photos, percent) -> None:
    page = visitor.enter("/console?op=labels")
    bring(page, photos[2])
    expect(rows(page).first).to_be_visible()
    slide(page, "Least confidence", percent)
    slide(page, "Most labels", 6)
    page.get_by_role("tab", name="Response").click()
    shown = json.loads(page.get_by_role("region", name="Response").inner_text())
    answer = visitor.site.client().detect_labels(
        Image={"Bytes": photos[2].read_bytes()},
        MinConfidence=percent,
        MaxLabels=6,
        Features=["GENERAL_LABELS"],
    )
    assert shown["Labels"]
    assert shown["Labels"] == json.loads(json.dumps(answer["Labels"]))


def test_two_faces_below_the_threshold_do_not_match_as_the_service_says(visitor, photos) -> None:
    page = visitor.enter("/console?op=compare")
    bring(page, photos[0])
    bring(page, photos[3], place=1)
    expect(rows(page)).to_have_count(4)
    slide(page, "Least similarity", 5)
    page.get_by_role("tab", name="Response").click()
    shown = json.loads(page.get_by_role("region", name="Response").inner_text())
    answer = visitor.site.client().compare_faces(
        SourceImage={"Bytes": photos[0].read_bytes()},
        TargetImage={"Bytes": photos[3].read_bytes()},
        SimilarityThreshold=5,
    )
    assert shown["FaceMatches"] == answer["FaceMatches"]
    assert len(shown["UnmatchedFaces"]) == len(answer["UnmatchedFaces"])
    assert all(face in answer["UnmatchedFaces"] for face in shown["UnmatchedFaces"])


def test_two_pictures_are_compared_side_by_side(visitor, photos) -> None:
    page = visitor.enter("/console?op=compare")
    bring(page, photos[0])
    # The first choice has become a picture: the field of the second place is the second still.
    bring(page, photos[0], place=1)
    expect(page.get_by_text("1 match among 3 faces")).to_have_count(2)
    expect(page.locator(".slot img")).to_have_count(2)
    slide(page, "Least similarity", 0)
    expect(page.locator(".rows h3", has_text="Not matching")).to_have_count(0)
    visitor.picture("console-compare")


def test_a_picture_can_be_dropped_and_pasted(visitor, photos) -> None:
    page = visitor.enter("/console?op=faces")
    put = """([kind, bytes, name]) => {
      const transfer = new DataTransfer();
      const data = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
      transfer.items.add(new File([data], name, { type: 'image/jpeg' }));
      const place = document.querySelector('.slot');
      place.dispatchEvent(kind === 'drop'
        ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
    }"""
    for kind, photo, faces in (("drop", photos[0], 3), ("paste", photos[3], 4)):
        page.locator(".slot").wait_for()
        bytes_ = base64.b64encode(photo.read_bytes()).decode()
        page.evaluate(put, [kind, bytes_, f"{kind}ped.jpg"])
        expect(page.get_by_text(f"{kind}ped.jpg")).to_be_visible()
        expect(rows(page)).to_have_count(faces)


def test_a_picture_is_taken_from_a_bucket(visitor, photos) -> None:
    shutil.copy(photos[0], visitor.site.films / "team.jpg")
    page = visitor.enter("/console?op=faces")
    page.get_by_role("button", name="From a bucket").click()
    page.get_by_label("Bucket", exact=True).fill("films")
    page.get_by_label("Name in the bucket", exact=True).fill("team.jpg")
    page.get_by_role("button", name="Use it").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_role("region", name="Request")).to_contain_text('"Bucket": "films"')


def test_a_file_that_is_no_picture_is_refused_in_words(visitor, tmp_path) -> None:
    page = visitor.enter("/console?op=faces")
    broken = tmp_path / "broken.gif"
    broken.write_bytes(b"GIF89a, or so it says")
    bring(page, broken)
    expect(page.locator(".toasts")).to_contain_text("cannot read that file as a picture")


def test_an_error_of_the_service_is_shown_by_its_name(visit, tmp_path) -> None:
    visitor = visit(quietly=True)
    page = visitor.enter("/console?op=DescribeCollection")
    page.get_by_label("Collection", exact=True).fill("no-such-collection")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("ResourceNotFoundException")
    visitor.picture("console-error")


def test_a_collection_is_made_filled_searched_and_deleted(visitor, photos) -> None:
    page = visitor.enter("/console?op=CreateCollection")
    page.get_by_label("Collection", exact=True).fill("browser-team")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("collection/browser-team")).to_be_visible()
    page.get_by_role("button", name="Index faces").click()
    bring(page, photos[0])
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".summary")).to_have_text("3 faces kept, 0 not")
    page.get_by_role("button", name="Search a face").click()
    expect(page.locator(".summary")).to_have_text("1 match in the collection")
    page.get_by_role("button", name="Delete a collection").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Status code")).to_be_visible()


def test_a_link_brings_the_settings_back_without_the_picture(visit, photos) -> None:
    first = visit()
    page = first.enter("/console?op=search-image")
    page.get_by_label("Collection", exact=True).fill("team")
    slide(page, "Least similarity", 93)
    page.get_by_role("button", name="Copy a link to these settings").click()
    expect(page.locator(".toast", has_text="copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(first.site.address)
    second = visit()
    page = second.enter(link.removeprefix(first.site.address))
    expect(page.get_by_label("Collection", exact=True)).to_have_value("team")
    expect(page.get_by_label("Least similarity", exact=True)).to_have_value("93")
    expect(page.get_by_text("Choose a file")).to_be_visible()


@pytest.fixture
def faces_code(visitor, photos, tmp_path):
    """The code that the console shows for the faces of a photo, by the name of its client."""
    page = visitor.enter("/console?op=faces")
    bring(page, photos[0])
    expect(rows(page)).to_have_count(3)
    page.get_by_role("tab", name="Code").click()
    shutil.copy(photos[0], tmp_path)

    def shown(client: str) -> str:
        page.get_by_text(client, exact=True).click()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        visitor.picture(f"console-code-{client.replace(' ', '-').lower()}")
        return str(page.evaluate("navigator.clipboard.readText()"))

    return shown


def run_as_told(site, command: list[str], *, folder: Path) -> str:
    """Run with the environment that `eyebright env` sets, which is what the code says."""
    binaries = Path(sys.executable).parent
    told = subprocess.run(
        [str(binaries / "eyebright"), "--home", str(site.home), "env", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**clean, **json.loads(told.stdout)}
    environment["PATH"] = f"{binaries}:{clean['PATH']}"
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_boto3_code_runs(visitor, faces_code, tmp_path) -> None:
    code = faces_code("boto3").replace("print(answer)", "print(len(answer['FaceDetails']))")
    (tmp_path / "call.py").write_text(code)
    command = [sys.executable, "call.py"]
    assert run_as_told(visitor.site, command, folder=tmp_path).strip() == "3"


def test_the_command_line_code_runs(visitor, faces_code, tmp_path) -> None:
    code = faces_code("AWS CLI")
    answer = run_as_told(visitor.site, ["bash", "-c", code], folder=tmp_path)
    assert len(json.loads(answer)["FaceDetails"]) == 3


def test_the_javascript_code_runs(visitor, faces_code, tmp_path) -> None:
    if not JAVASCRIPT.is_dir():
        missing("the JavaScript client is not installed: run `make test`")
    (tmp_path / "node_modules").symlink_to(JAVASCRIPT)
    (tmp_path / "call.mjs").write_text(faces_code("JavaScript"))
    answer = run_as_told(visitor.site, ["node", "call.mjs"], folder=tmp_path)
    assert len(json.loads(answer)["FaceDetails"]) == 3


def test_the_curl_code_runs(visitor, faces_code, tmp_path) -> None:
    if shutil.which("curl") is None:
        missing("curl is not installed on this machine")
    code = faces_code("curl")
    answer = run_as_told(visitor.site, ["bash", "-c", code], folder=tmp_path)
    assert len(json.loads(answer)["FaceDetails"]) == 3
