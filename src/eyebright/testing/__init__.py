"""Published fakes: a clock that you move, ids that count, and an analyser that needs no model.

For tests of this house and of programs that use it. May import every room; no room imports it.
Start with `analyser.py`: it finds the coloured squares that `pictures.py` draws.
"""
