"""Pure geometry on arrays: boxes, similarity transforms, suppression. Imports numpy only.

Start at `boxes.py`. Arrays are float32 unless said otherwise; boxes are xyxy in pixels.
"""
