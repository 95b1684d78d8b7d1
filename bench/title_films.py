"""Films with credits, slates and other writing, made so that it is known what they show.

Between their titles they show clips of the data set. Fonts are those of this machine, which differ
from one to the next; everything else is drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.title_logos import bare, framed, logo
from eyebright.analysis.segments.values import CueKind
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.testing.videos import write_video
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import EveryFrame

SIZE_WH = (640, 360)
RATE = 25
_FIRST = "Ada Ben Chloe David Elena Farid Grace Hugo Ines Jonas Keiko Liam Mara Nils Olga".split()  # noqa: SIM905
_LAST = "Abbott Brandt Castro Dubois Eriksen Fischer Garcia Hughes Ivanov Jensen Kowalski".split()  # noqa: SIM905
_WORK = (
    "Directed by", "Written by", "Produced by", "Executive Producer", "Director of Photography",
    "Edited by", "Music by", "Casting", "Costume Designer", "Sound", "Camera Assistant",
    "Production Manager", "Gaffer", "Key Grip", "Colourist", "Best Boy", "Runner", "Catering",
)  # fmt: skip
_COLOURS = ((255, 255, 255), (230, 225, 160), (190, 190, 190), (160, 220, 230))
_GROUNDS = ((0, 0, 0), (0, 0, 0), (12, 14, 40), (28, 28, 28))

Pictures = list[ByteArray]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class TitleFilm:
    """cues: kind, first and last frame of slates and credits."""

    name: str
    path: Path
    cues: tuple[tuple[CueKind, int, int], ...]


@dataclass(slots=True)
class _Artist:
    """Draws in one font, size and colour."""

    rng: np.random.Generator
    font: Font
    size: int
    colour: tuple[int, int, int]
    ground: tuple[int, int, int]

    @classmethod
    def of(cls, rng: np.random.Generator, fonts: Sequence[Path]) -> _Artist:
        size = int(rng.integers(14, 34))
        path = fonts[int(rng.integers(len(fonts)))] if fonts else None
        font = ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)
        colour = _COLOURS[int(rng.integers(len(_COLOURS)))]
        return cls(rng, font, size, colour, _GROUNDS[int(rng.integers(len(_GROUNDS)))])

    def name(self) -> str:
        return f"{self.rng.choice(_FIRST)} {self.rng.choice(_LAST)}"

    def credits(self, count: int) -> list[str]:
        works = self.rng.permutation(_WORK)
        return [line for work in works[:count] for line in (str(work), self.name(), "")]

    def page(self, lines: Sequence[str], *, high: int | None = None) -> ByteArray:
        """Lines in the middle of a picture, or of one of this height."""
        height = high or SIZE_WH[1]
        image = Image.new("RGB", (SIZE_WH[0], height), self.ground)
        draw = ImageDraw.Draw(image)
        step = round(1.4 * self.size)
        top = (height - step * len(lines)) // 2 if high is None else 0
        for number, line in enumerate(lines):
            at = (SIZE_WH[0] // 2, top + number * step)
            draw.text(at, line, fill=self.colour, font=self.font, anchor="ma")
        return np.asarray(image)

    def roll(self) -> Pictures:
        """From the first line that comes in at the bottom to the last that leaves at the top."""
        lines = self.credits(int(self.rng.integers(7, 14)))
        step, width, height = round(1.4 * self.size), *SIZE_WH
        sheet = self.page(lines, high=step * len(lines))
        plain = np.full((height, width, 3), self.ground, np.uint8)
        tall = np.concatenate([plain, sheet, plain])
        speed = float(self.rng.uniform(1.6, 3.2))  # pixels a frame
        count = int((len(tall) - height) / speed)
        return [tall[round(number * speed) :][:height] for number in range(count)]

    def cards(self, count: int) -> Pictures:
        """With cuts, fades or darkness between them."""
        shown: Pictures = []
        dark = np.full((SIZE_WH[1], SIZE_WH[0], 3), self.ground, np.uint8)
        pause = int(self.rng.choice([0, 6, 15]))
        for number in range(count):
            lines = [str(_WORK[number]), *(self.name() for _ in range(self.rng.integers(1, 4)))]
            card, still = self.page(lines), int(self.rng.integers(35, 65))
            faded = [(card * share).astype(np.uint8) for share in (0.25, 0.5, 0.75)]
            shown += [*faded, *[card] * still, *faded[::-1], *[dark] * pause]
        return shown

    def logo(self) -> Pictures:
        return logo(self.rng, SIZE_WH, self.font, str(self.rng.choice(_LAST)))

    def slate(self) -> Pictures:
        fields = [
            f"TITLE: {self.rng.choice(_LAST)}", f"CLIENT: {self.rng.choice(_FIRST)} Ltd",
            "DURATION: 00:30", "DATE: 12/03/2024", "AUDIO: STEREO", "VERSION: 2", "TAKE 4",
            f"DIRECTOR: {self.name()}", "ASPECT RATIO 16:9", "PROD No: AB/1234/30",
        ]  # fmt: skip
        chosen = sorted(self.rng.choice(len(fields), self.rng.integers(4, 8), replace=False))
        size_of = len(chosen) * 1.4 * self.size
        assert size_of < SIZE_WH[1]
        return [self.page([fields[one] for one in chosen])] * int(self.rng.integers(50, 125))

    def over(self, clip: Pictures, lines: Sequence[str], rise: float = 0.0) -> Pictures:
        """A clip with writing over it, which stands still (fading in and out) or rises: that many
        pixels a frame, from the bottom until it has left."""
        step, (width, height) = round(1.4 * self.size), SIZE_WH
        tall = step * len(lines)
        count = int((height + tall) / rise) if rise else len(clip)
        shown: Pictures = []
        for number in range(count):
            image = Image.fromarray(clip[number % len(clip)])
            draw = ImageDraw.Draw(image)
            top = height - rise * number if rise else (height - tall) / 2
            for place, line in enumerate(lines):
                at = (width // 2, round(top) + place * step)
                ink = {
                    "font": self.font,
                    "anchor": "ma",
                    "stroke_width": 1,
                    "stroke_fill": (0, 0, 0),
                }
                draw.text(at, line, fill=self.colour, **ink)  # type: ignore[arg-type]
            share = 1.0 if rise else min(1.0, number / 8, (count - 1 - number) / 8)
            shown.append(_between(clip[number % len(clip)], np.asarray(image), share))
        return shown

    def cards_over(self, clip: Pictures, count: int) -> Pictures:
        """Cards one after another over a clip that goes on."""
        shown: Pictures = []
        for number in range(count):
            still, at = int(self.rng.integers(50, 80)), len(shown)
            lines = [str(_WORK[number]), *(self.name() for _ in range(self.rng.integers(1, 3)))]
            shown += self.over([clip[(at + one) % len(clip)] for one in range(still)], lines)
            shown += [clip[(len(shown) + one) % len(clip)] for one in range(6)]
        return shown

    def captioned(self, pictures: Pictures) -> Pictures:
        """With a subtitle that changes every two seconds."""
        shown: Pictures = []
        for number, pixels in enumerate(pictures):
            image = Image.fromarray(pixels)
            line = f"{_FIRST[number // 50 % len(_FIRST)]}, produced it by then"
            at = (SIZE_WH[0] // 2, SIZE_WH[1] - 2 * self.size)
            ImageDraw.Draw(image).text(at, line, fill=self.colour, font=self.font, anchor="ma")
            shown.append(np.asarray(image))
        return shown


def title_films(data: Path, folder: Path, *, count: int = 40, seed: int = 1) -> list[TitleFilm]:
    """Half of the films have titles, half have other writing or none."""
    rng = np.random.default_rng(seed)
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"))
    clips = sorted((data / "video").glob("*.mp4"))
    clips = [clip for clip in clips if not clip.stem.startswith("composite")]
    makers = (*_WITH, *_WITHOUT)
    films = []
    for number in range(count):
        artist = _Artist.of(rng, fonts)
        clip = _clip(clips[number % len(clips)], int(rng.integers(0, 30)))
        name, make = makers[number % len(makers)]
        parts = make(artist, clip)
        cues, at = [], 0
        for kind, pictures in parts:
            if kind is not None and pictures:
                cues.append((kind, at, at + len(pictures) - 1))
            at += len(pictures)
        path = folder / f"{number:02}-{name}.mp4"
        write_video(path, (one for _, pictures in parts for one in pictures), frame_rate=RATE)
        films.append(TitleFilm(name, path, tuple(cues)))
    return films


def _clip(path: Path, skip: int) -> Pictures:
    """Eight seconds of a clip, again from the start where it is shorter."""
    with VideoReader.open(path) as video:
        frames = video.frames(EveryFrame(), longest_side=SIZE_WH[0])
        shown = [resize(one.pixels, SIZE_WH) for one in islice(frames, skip, skip + 200)]
    return (shown * (200 // len(shown) + 1))[:200]


Parts = list[tuple[CueKind | None, Pictures]]
Maker = tuple[str, Callable[[_Artist, Pictures], Parts]]


def _between(one: ByteArray, other: ByteArray, share: float) -> ByteArray:
    return (one * (1 - share) + other * share).round().astype(np.uint8)


def _black(count: int) -> Pictures:
    return [np.zeros((SIZE_WH[1], SIZE_WH[0], 3), np.uint8)] * count


def _page(artist: _Artist, *lines: str, frames: int = 75) -> Pictures:
    return [artist.page(lines)] * frames


def _faded(pictures: Pictures) -> Pictures:
    """In and out."""
    last = len(pictures) - 1
    shares = [min(1.0, number / 12, (last - number) / 12) for number in range(len(pictures))]
    return [(one * share).astype(np.uint8) for one, share in zip(pictures, shares, strict=True)]


END, OPENING, SLATE = CueKind.END_CREDITS, CueKind.OPENING_CREDITS, CueKind.SLATE
LOGO = CueKind.STUDIO_LOGO


def _set_off(pictures: Pictures, *, edge: bool) -> Parts:
    """A logo between frames of its ground, or at the film's edge with them behind it."""
    ground = bare(pictures, 12)
    return [*([] if edge else [(None, ground)]), (LOGO, pictures), (None, ground)]


_WITH: tuple[Maker, ...] = (
    ("roll", lambda a, c: [(None, c), (None, _black(10)), (END, a.roll()), (None, _black(30))]),
    ("cards", lambda a, c: [(None, c), (END, a.cards(4))]),
    ("opening", lambda a, c: [(None, _black(20)), (OPENING, a.cards(3)), (None, c)]),
    ("slate", lambda a, c: [(SLATE, a.slate()), (None, _black(50)), (None, c)]),
    (
        "all",
        lambda a, c: [
            (SLATE, a.slate()), (None, _black(50)), (OPENING, a.cards(3)), (None, c),
            (END, a.roll()), (None, _black(20)),
        ],
    ),
    (
        "opening over pictures",
        lambda a, c: [(None, c[:50]), (OPENING, a.cards_over(c[50:], 3)), (None, c)],
    ),
    (
        "roll over pictures",
        lambda a, c: [
            (None, c), (END, a.over(c, a.credits(9), a.rng.uniform(1.6, 3))), (None, _black(20)),
        ],
    ),
    (
        "cards over a still",
        lambda a, c: [(None, c), (END, a.cards_over(c[-1:] * 100, 4)), (None, _black(20))],
    ),
    ("logo", lambda a, c: [*_set_off(a.logo(), edge=False), (None, c)]),
    (
        "logos",
        lambda a, c: [
            *_set_off(a.logo(), edge=True), *_set_off(a.logo(), edge=False), (None, c),
        ],
    ),
    ("logo last", lambda a, c: [(None, c), *_set_off(a.logo(), edge=False)]),
    (
        "logo and credits",
        lambda a, c: [
            *_set_off(a.logo(), edge=False), (OPENING, a.cards(3)), (None, c), (END, a.roll()),
            (None, _black(30)), *_set_off(a.logo(), edge=False),
        ],
    ),
)  # fmt: skip
_WITHOUT: tuple[Maker, ...] = (
    ("subtitles", lambda a, c: [(None, a.captioned(c)), (None, _black(40))]),
    (
        "title card",
        lambda a, c: [(None, _page(a, "THE LONG ROAD")), (None, c), (None, _page(a, "FIN"))],
    ),
    (
        "card between",
        lambda a, c: [
            (None, c[:120]), (None, _page(a, "Three years later", "in a small town")),
            (None, c[120:]), (None, c[:60]),
        ],
    ),
    ("plain", lambda _, c: [(None, _black(30)), (None, c), (None, _black(60))]),
    (
        "note at the end",
        lambda a, c: [(None, c), (None, _page(a, "For more about this story", "visit our site"))],
    ),
    ("photograph", lambda _, c: [(None, framed(c[0], 60)), (None, _black(12)), (None, c)]),
    (
        "title between black",
        lambda a, c: [
            (None, _black(20)), (None, _page(a, "HOME")), (None, _black(20)), (None, c),
            (None, _black(20)),
        ],
    ),
    (
        "faded clip",
        lambda _, c: [(None, _black(12)), (None, _faded(c[:60])), (None, _black(12)), (None, c)],
    ),
    (
        "names of speakers",
        lambda a, c: [(None, c[:60]), (None, a.over(c[60:140], [a.name(), "Director"])), (None, c)],
    ),
    (
        "quotation over pictures",
        lambda a, c: [(None, c), (None, a.over(c[:100], ["This film is for", a.name()]))],
    ),
    ("emblem between", lambda a, c: [(None, c[:100]), (None, a.logo()), (None, c[100:])]),
)  # fmt: skip
