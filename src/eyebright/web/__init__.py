"""The private door: sign-in, a JSON API for library, jobs, usage and console, and the pages.

May import: library, videojobs, streams and below, and starlette. No decisions, only translation.
Start at `routes.py`, then `server.py`.
"""
