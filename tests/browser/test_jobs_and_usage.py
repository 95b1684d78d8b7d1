"""Jobs as they run, end well and end badly; what was asked, and what it would have cost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from eyebright.testing.videos import numbered_picture, write_video

pytestmark = pytest.mark.pack


def start(page: Page, name: str) -> None:
    """Ask for the shots of a film in the bucket, in the console."""
    page.get_by_label("Bucket", exact=True).fill("films")
    page.get_by_label("Name in the bucket", exact=True).fill(name)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Job id")).to_be_visible()


def test_a_job_is_followed_to_its_end(visitor) -> None:
    write_video(visitor.site.films / "short.mp4", [numbered_picture(n // 12) for n in range(48)])
    page = visitor.enter("/console?op=StartSegmentDetection")
    start(page, "short.mp4")
    page.get_by_role("link", name="Jobs").click()
    row = page.get_by_role("row", name="Segment detection")
    expect(row.first).to_contain_text("Done", timeout=60_000)
    visitor.picture("jobs-done")
    row.first.get_by_role("link", name="Show results").click()
    expect(page.get_by_text("SUCCEEDED")).to_be_visible()
    visitor.picture("job-results")


def test_a_job_that_failed_says_why_and_can_be_tried_again(visitor) -> None:
    (visitor.site.films / "notes.mp4").write_text("These are notes and no film.")
    page = visitor.enter("/console?op=StartFaceDetection")
    start(page, "notes.mp4")
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("tab", name="Failed").click()
    row = page.get_by_role("row", name="Face detection").first
    expect(row).to_contain_text("Failed", timeout=60_000)
    expect(row.locator(".reason")).not_to_be_empty()
    visitor.picture("jobs-failed")
    row.get_by_role("button", name="Try again").click()
    expect(page.locator(".toasts")).to_contain_text("The job begins again.")


def test_calls_are_counted_with_what_the_service_would_charge(visitor, photos) -> None:
    page = visitor.enter("/console?op=faces")
    page.locator("input[type=file]").set_input_files(photos[1])
    expect(page.locator(".rows li").first).to_be_visible()
    page.get_by_role("link", name="Usage").click()
    expect(page.get_by_role("row", name="DetectFaces")).to_contain_text("$0.0")
    page.get_by_text("7 days").click()
    expect(page.get_by_role("row", name="DetectFaces")).to_be_visible()
    visitor.picture("usage")
