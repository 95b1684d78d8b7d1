"""Content that some audiences should not see, in the words of moderation taxonomy 7.

May import packs, imaging, runtime, geometry, `analysis.labels`, `analysis.faces`. Start at
`taxonomy.py`, then `moderator.py`.
"""
