"""Text in pictures: lines, their words, where they are.

May import packs, imaging, runtime, geometry. Start at `vision.py`, then `reader.py`.
"""
