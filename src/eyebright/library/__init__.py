"""The media library: assets from folders, buckets and uploads, what stages find in them, search.

May import: people and below; the video jobs only through `films.FilmWatcher`, which `app` wires.
No HTTP, no printing. Start at `values.py`, then `stages.py`: the list of what happens to a photo.
"""
