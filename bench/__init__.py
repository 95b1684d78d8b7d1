"""Measurements: accuracy on labelled data, speed side by side with others, dated results.

Not part of the package. Each benchmark is a module with `main`, run from the repository with
`python -m bench.NAME`, and writes its findings to `results/` (see `evidence.py`).
"""
