"""Video files and streams become timed pictures. The only room that knows PyAV.

May import imaging, geometry and below. Start at `reader.py`; `sampling.py` says which frames are
wanted, `change.py` which of them show nothing new.
"""
