"""The `eyebright` command: the same objects as the server and the Python API, for a terminal.

Tables for people, `--json` for programs (then standard output holds JSON and nothing else).
May import `api` and `app` and every room below. Start with `main.py`: it names all commands.
"""
