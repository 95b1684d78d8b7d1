"""What can be said of a face that is nobody's."""

from __future__ import annotations

from eyebright.people.grouping import OPEN

IGNORED = "ignored"
NOT_A_FACE = "not a face"
UNDECIDED = "undecided"
PUT_ASIDE = (IGNORED, NOT_A_FACE, UNDECIDED)
"""Faces that nobody is asked about."""
VERDICTS = (OPEN, *PUT_ASIDE)
