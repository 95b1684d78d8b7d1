"""The Python API: what `eyebright.open()` returns. The same rooms as the server, without HTTP.

May import `app` and every room below. Start with `local.py`; enrolling a folder of photos is in
`enrolment.py`, the account that acts in `profile.py`.
"""
