"""Faces in a picture: where they are, what they look like, and a vector to compare them by.

The pipeline reads detect -> align -> embed, and detect -> mesh -> describe; `analyser.py` holds
both in order, `observation.py` the values they make. Imports imaging, runtime, packs, geometry.
"""
