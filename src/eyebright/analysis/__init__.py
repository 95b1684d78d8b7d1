"""What a model says of pixels. One room per thing that is seen; start at `faces/analyser.py`."""
