"""Who is the same over time: observations of one frame after another become tracks.

Pure arithmetic on boxes and vectors; imports geometry only. Start at `tracker.py`.
"""
