"""Live streams: who or what is in them, told as it is seen, for as long as a processor runs.

May import people, governance, analysis, jobs, video, tracking and sources. Start at `processors.py`
(what the doors ask), then `runner.py` (one claimed stream until it is stopped); `leases.py` says
who runs what, `face_search.py` and `connected_home.py` look at the pictures.
"""
