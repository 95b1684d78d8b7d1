"""Measured properties of pictures. Shares and scores are 0-1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DominantColour:
    """rgb: 0-255 each. css_name: nearest named colour of CSS. simplified: one of the twelve plain
    colour words of the service. share: of the pixels looked at, 0-1."""

    rgb: tuple[int, int, int]
    css_name: str
    simplified: str
    share: float

    @property
    def hex_code(self) -> str:
        """#rrggbb, lower case."""
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


@dataclass(frozen=True, slots=True)
class PictureQuality:
    """brightness and sharpness 0-1; contrast 0-1, or None where it is not said (regions)."""

    brightness: float
    sharpness: float
    contrast: float | None = None


@dataclass(frozen=True, slots=True)
class RegionProperties:
    """Foreground or background. colours: largest share first."""

    quality: PictureQuality
    colours: tuple[DominantColour, ...]


@dataclass(frozen=True, slots=True)
class ImageProperties:
    """A whole picture. foreground or background is None when the picture has no such part."""

    quality: PictureQuality
    colours: tuple[DominantColour, ...]
    foreground: RegionProperties | None
    background: RegionProperties | None
