"""Eyebright's values in AWS's words and units: ratios, percents, names, ARNs.

The only place where pixels become ratios and scores become percents. Boxes and landmarks are
never clipped: a face that reaches over the edge has a negative Left, as in AWS's own answers.
Start at `units.py`; then one module for each kind of answer.
"""
