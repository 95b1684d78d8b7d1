"""Finding things by words: an index of media on disk that can be thrown away and made anew.

May import: geometry and below. Knows documents with numbers, not libraries or accounts. Start at
`values.py`, then `index.py`, then `segment.py`.
"""
