"""Image properties: brightness, sharpness, contrast, dominant colours, foreground and background.

May import packs, imaging, runtime, geometry. Start at `vision.py`, then `meter.py`.
"""
