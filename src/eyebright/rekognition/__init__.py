"""The AWS door: Amazon Rekognition's wire API over Eyebright's rooms. Translates, never decides.

May import `people`, `governance`, `analysis` and the floors below; the only room that knows
starlette. Start at `server.py`, where a request is a list of steps, then `coverage.py`, the table
of all operations, and the operation's module in `operations/`.
"""
