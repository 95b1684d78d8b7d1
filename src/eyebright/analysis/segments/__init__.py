"""Segments of a film: shots, technical stretches, credits, and the programme between them.

Everything here looks at thumbnails, frame by frame and in order, and can be interrupted after any
frame: what a finder knows is its `state()`. Start at `shots.py`: `cuts.py` and `blends.py` are its
first evidence, `spans.py` collects slow changes, `fits.py` judges them and `net.py` what is left in
doubt. `cues.py` stands alone; `titles.py` has cards read (`cards.py`), and `programme.py` is what
lies between all of them.
"""
