"""A real browser before a server as a user starts it: the command, the packs, the built pages."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import boto3
import pytest
from _pytest.runner import runtestprotocol
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from tests.browser.waiting import EXPECTED_SECONDS, Traffic

from eyebright.packs.pack import load_pack
from eyebright.settings import read_settings

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STATIC = ROOT / "src/eyebright/web/static"
UNPACKED = HERE / "chromium/node_modules/.chromium"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EYEBRIGHT = Path(sys.executable).with_name("eyebright")
READY_SECONDS = 120
expect.set_options(timeout=1000 * EXPECTED_SECONDS)
JOURNEY_SECONDS = 180
"""The first one waits for a server that loads its models."""
# Asked once by every page that nobody is signed in on yet.
FINE = "the server responded with a status of 401"


def missing(reason: str) -> NoReturn:
    """Skip and say why; in continuous integration, where all of it is set up, fail: nobody reads
    what was skipped there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def find_chromium() -> tuple[Path, dict[str, str]] | None:
    """The browser and the environment it needs: the one that is named, the one of the registry
    (`make test` fetches it), or one that is installed."""
    named = os.environ.get("EYEBRIGHT_TEST_CHROMIUM")
    if named:
        return Path(named), {}
    unpacked = UNPACKED / "chromium"
    if unpacked.is_file() and (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        return unpacked, _library_path(unpacked)
    found = next((path for name in INSTALLED if (path := shutil.which(name))), None)
    return (Path(found), {}) if found else None


def _library_path(binary: Path) -> dict[str, str]:
    """Machines without NSS (small containers) get the libraries that came with the browser."""
    linked = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False)
    if "not found" not in linked.stdout:
        return {}
    return {"LD_LIBRARY_PATH": str(UNPACKED / "libraries/lib")}


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A journey that fails is walked once more, and it is said that it was: beside other tests on
    two processors a browser is sometimes late. What is wrong fails twice."""
    if HERE not in item.path.parents:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    failed = [report for report in reports if report.failed]
    if failed and isinstance(item, pytest.Function):
        print(f"WALKED AGAIN: {item.nodeid}\n{failed[0].longreprtext[-2000:]}", file=sys.__stderr__)
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    """A page that spins for ever fails its journey by name, and does not hold up all others."""

    def give_up(_number: int, _frame: object) -> NoReturn:
        raise TimeoutError(f"The journey took longer than {JOURNEY_SECONDS} seconds.")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(JOURNEY_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find_chromium()
    if found is None:
        missing(
            "NO BROWSER: the pages are NOT tested. Run `make test`, which fetches one, install "
            "Chromium, or name one in EYEBRIGHT_TEST_CHROMIUM."
        )
    binary, environment = found
    # Chromium's own sandbox cannot start as root, where containers often are.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=binary, args=sandbox, env={**os.environ, **environment}
        )
        yield running
        running.close()


@dataclass
class Site:
    """A running server, the key of its account, and the folder behind its bucket "films"."""

    address: str
    home: Path
    films: Path

    @property
    def key(self) -> tuple[str, str]:
        lines = (self.home / "credentials").read_text().splitlines()
        pairs = dict(line.split(" = ", 1) for line in lines if " = " in line)
        return pairs["aws_access_key_id"], pairs["aws_secret_access_key"]

    def client(self) -> RekognitionClient:
        """boto3, to hear from the service itself what the page should show."""
        key, secret = self.key
        return boto3.client(
            "rekognition",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )


@pytest.fixture(scope="session")
def packs() -> Path:
    directory = read_settings().packs_directory
    if not (directory / "faces").is_dir() or not (directory / "samples").is_dir():
        missing("the packs are not installed: run `make test`, or `eyebright packs install`")
    return directory


@pytest.fixture(scope="session")
def photos(packs: Path) -> tuple[Path, ...]:
    """Real photos of three to five people each."""
    return load_pack(packs, "samples").photos()


@pytest.fixture(scope="session")
def site(packs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not (STATIC / "index.html").is_file():
        missing("THE PAGES ARE NOT BUILT and not tested: run `make ui`, or `make test`.")
    home = tmp_path_factory.mktemp("browser-home")
    (home / "packs").symlink_to(packs)
    films = tmp_path_factory.mktemp("films")
    log = home / "serve.log"
    command = [str(EYEBRIGHT), "--home", str(home)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--bucket", f"films={films}"],
            stdout=output,
            stderr=output,
        )
    try:
        yield Site(_address(process, home, log), home, films)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _address(process: subprocess.Popen[bytes], home: Path, log: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while not (home / "endpoint").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(log.read_text())
        time.sleep(0.05)
    return (home / "endpoint").read_text().strip()


@dataclass
class Visitor:
    """A person before the pages: a window of their own, nothing remembered."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._traffic = Traffic(self.page)

    def settle(self) -> None:
        """The page has come to rest."""
        self._traffic.settle()

    def go(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def enter(self, path: str = "/console") -> Page:
        """Sign in, then stand on the page of this path."""
        self.go(path)
        key, secret = self.site.key
        self.page.get_by_label("Access key ID").fill(key)
        self.page.get_by_label("Secret access key").fill(secret)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("navigation", name="Pages").wait_for()
        return self.page

    def picture(self, name: str) -> None:
        """Keep a picture of the page, when somebody wants to look."""
        folder = os.environ.get("EYEBRIGHT_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and FINE not in message.text:
            self.complaints.append(message.text)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens windows. What a page complains about (a fault in it, something that the content
    security policy forbids, an address that leads nowhere) fails the test."""
    visitors: list[Visitor] = []

    def open_window(
        *,
        size: tuple[int, int] = (1440, 900),
        scheme: str = "light",
        quietly: bool = False,
        touch: bool = False,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=touch,
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        visitor = Visitor(page, site)
        if not quietly:
            page.on("console", visitor.hear)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """One window of an ordinary size."""
    return visit()
