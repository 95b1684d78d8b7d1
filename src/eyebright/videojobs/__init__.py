"""Stored videos: what a job does with each frame, and how it is asked for and read.

May import people, governance, analysis, jobs, video, tracking and sources. Start at `desk.py`
(asking and reading, for the doors), then `runner.py` (one claimed job from open to end) and
`works.py` (the table of what can be done); one module for each kind of work.
"""
