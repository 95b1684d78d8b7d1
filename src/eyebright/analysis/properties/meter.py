"""Everything that is measured of a picture: quality, dominant colours, foreground, background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

import numpy as np

from eyebright.analysis.properties.foreground import ForegroundFinder, SalientForeground
from eyebright.analysis.properties.palette import PaletteRules, dominant_colours, histogram
from eyebright.analysis.properties.quality import Grain, QualityRules
from eyebright.analysis.properties.values import (
    DominantColour,
    ImageProperties,
    RegionProperties,
)
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.detail import fitted, luma, thinned
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

MODEL_FILE = "foreground.onnx"


@dataclass(frozen=True, slots=True)
class MeterRules:
    """quality_px, colours_px, instance_px: the longest side of what quality, the colours of a
    picture and those of a box in it are measured on; nothing is enlarged. least_part: a smaller
    share of the picture is no foreground or no background."""

    quality_px: int
    colours_px: int
    instance_px: int
    least_part: float
    palette: PaletteRules
    quality: QualityRules

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """From the pack's parameters. Raises PackInvalid when one is missing."""

        def number(name: str) -> float:
            return pack.number(f"properties.{name}")

        return cls(
            quality_px=int(number("quality_px")),
            colours_px=int(number("colours_px")),
            instance_px=int(number("instance_px")),
            least_part=number("least_part"),
            palette=PaletteRules(
                clusters=int(number("clusters")),
                rounds=int(number("rounds")),
                merge_distance=number("merge_distance"),
                least_share=number("least_share"),
            ),
            quality=QualityRules(
                half_sharp=number("half_sharp"),
                steepness=number("steepness"),
                least_gradient=number("least_gradient"),
                tails=number("tails"),
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PictureMeter:
    """The pack "foreground" at work; what `vision.PropertyMeter` asks for. Safe from any thread.

    slot: room for one picture, as `Runtime.slot`.
    """

    foreground: ForegroundFinder
    rules: MeterRules
    slot: Callable[[], AbstractContextManager[None]]

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Raises PackInvalid when the model or a parameter is missing."""
        model = runtime.load(pack.model_path(MODEL_FILE))
        return cls(SalientForeground(model), MeterRules.of(pack), runtime.slot)

    def measure(self, image: Image, *, max_colours: int = 10) -> ImageProperties:
        """Of the whole picture and of its two parts."""
        with self.slot():
            return self._measured(image.pixels, max_colours)

    def colours_of(
        self, image: Image, box_xyxy: Sequence[float], *, max_colours: int = 10
    ) -> tuple[DominantColour, ...]:
        """The dominant colours inside a box in pixels; () for a box without area. No model runs
        and no slot is taken."""
        inside = _inside(image.pixels, box_xyxy)
        if not inside.size:
            return ()
        small = thinned(inside, self.rules.instance_px)
        return dominant_colours(histogram(small), self.rules.palette, max_colours=max_colours)

    def _measured(self, pixels: ByteArray, max_colours: int) -> ImageProperties:
        view = fitted(pixels, self.rules.quality_px)
        small = thinned(view, self.rules.colours_px)
        grain = Grain(luma(view), self.rules.quality)
        mask = self.foreground.find(view)
        here = resize(mask, (view.shape[1], view.shape[0]))
        few = thinned(here, self.rules.colours_px)
        foreground = self._part(grain, small, here, few, max_colours)
        background = self._part(grain, small, 255 - here, 255 - few, max_colours)
        return ImageProperties(
            quality=grain.whole,
            colours=dominant_colours(histogram(small), self.rules.palette, max_colours=max_colours),
            foreground=foreground,
            background=background,
        )

    def _part(
        self, grain: Grain, small: ByteArray, weights: ByteArray, few: ByteArray, max_colours: int
    ) -> RegionProperties | None:
        """What of the picture the mask lets through; None when that is next to nothing.

        weights, few: the mask at the size of the grain and at that of the small picture.
        """
        if float(few.mean()) / 255.0 < self.rules.least_part:
            return None
        return RegionProperties(
            quality=grain.part(weights),
            colours=dominant_colours(
                histogram(small, few), self.rules.palette, max_colours=max_colours
            ),
        )


def _inside(pixels: ByteArray, box_xyxy: Sequence[float]) -> ByteArray:
    """The pixels of a box, cut off at the picture's edges; at least one for a box with area."""
    left, top, right, bottom = (float(edge) for edge in box_xyxy)
    if not (right > left and bottom > top):
        return pixels[:0]
    height, width = pixels.shape[:2]
    columns = slice(max(0, int(np.floor(left))), min(width, int(np.ceil(right))))
    rows = slice(max(0, int(np.floor(top))), min(height, int(np.ceil(bottom))))
    return pixels[rows, columns]
