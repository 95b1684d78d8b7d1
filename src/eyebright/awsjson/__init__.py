"""The AWS JSON 1.1 protocol and Signature Version 4, driven by a service model that is data.

Knows no Rekognition: the caller names the service. May import the ground floor only; the only
room that knows botocore, and of it only the files of service models. Start at `model.py`, then
follow a request: `sigv4.py`, `parse.py`, `validate.py`, `serialise.py`; what can go wrong is in
`errors.py`.
"""
