"""The composition root: settings become wired objects, here and nowhere else.

May import every room below the CLI. Start at `rooms.py` (all rooms over one home), then `sight.py`
(models, loaded when they are first used) and `door.py` (what the AWS door is handed).
"""
