"""One function per operation: read the request, ask the rooms below, say the answer in AWS's words.

No decisions are made here. A module per subject; `rekognition/coverage.py` is the table of all.
"""
