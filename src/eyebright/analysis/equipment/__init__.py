"""Protective equipment on persons: face covers, head covers, hand covers.

May import packs, imaging, runtime, geometry, `analysis.labels`, `analysis.faces`. Start at
`vision.py`, then `inspector.py`.
"""
