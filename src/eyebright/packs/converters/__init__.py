"""From the formats that weights are published in to ONNX with one interface.

A converter turns archive members into a float NCHW graph (`dlib.py`, `faceapi.py`, `tfjs.py`,
`tflite.py`, `onnx_file.py`); `simplify.py` folds what needs no computing; `interface.py` puts the
uint8 picture in front and the agreed outputs behind. numpy and onnx only; nothing that is read is
ever executed. Start at `convert.py`.
"""
