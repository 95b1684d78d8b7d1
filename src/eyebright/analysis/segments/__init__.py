"""Segments of a film: shots, and stretches of technical pictures (black, colour bars).

Everything here looks at thumbnails, frame by frame and in order, and can be interrupted after any
frame: what a finder knows is its `state()`. Start at `shots.py`; `cuts.py` and `blends.py` are its
two kinds of evidence, `net.py` the model that it asks about slow changes; `cues.py` stands alone.
"""
