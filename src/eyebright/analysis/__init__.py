"""What a model says of pixels. One room per thing that is seen; start at `sight.py`.

`observations.py` is one picture and what was seen in it so far, so that labels, moderation and
equipment ask each model once.
"""
