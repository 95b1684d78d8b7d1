"""What is in a picture, in Rekognition's words: objects with boxes, whole-picture labels, parents.

May import packs, imaging, runtime, geometry and `analysis.faces`. Start at `vision.py` (what others
need), then `labeller.py` (evidence becomes labels) and `taxonomy.py` (names, parents, categories).
"""
