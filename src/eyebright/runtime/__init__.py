"""Runs ONNX models. The only room that knows onnxruntime, and the one that limits how many
pictures are worked on at once. Imports geometry, settings, errors. Start at `session.py`.
"""
