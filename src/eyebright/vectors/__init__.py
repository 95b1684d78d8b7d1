"""Nearest vectors in memory: which faces of a collection are most like this one, and how like.

The only room that knows numkong; imports geometry, errors and numpy besides. An index is a
disposable projection of database rows. Start at `index.py` (the contract), then `exact.py` (the
oracle) and `int8.py` (the one that serves).
"""
