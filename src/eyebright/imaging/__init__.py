"""From bytes to pixels, safely: JPEG and PNG decoding, EXIF orientation, crops, drawing.

The only room that knows Pillow and OpenCV. Start at `decode.py`; the value is `image.py`.
"""
