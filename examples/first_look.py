"""What `make run` shows: a server of your own answers an unmodified boto3 about real photos.

Starts `eyebright serve`, asks it over HTTP for the faces of a group photo and the words for it,
prints what came back, writes the picture with boxes, and keeps the server running.
The photos come from the `samples` pack; use --photo for your own.
"""

from __future__ import annotations

import argparse
import configparser
import json
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

EYEBRIGHT = [str(Path(sys.executable).with_name("eyebright"))]
READY_SECONDS = 120
SAID = {
    "Smile": "smile",
    "MouthOpen": "mouth open",
    "Eyeglasses": "glasses",
    "Sunglasses": "sunglasses",
    "Beard": "beard",
    "Mustache": "mustache",
}


def main() -> int:
    asked = arguments()
    print("Starting the server ...", flush=True)
    server = subprocess.Popen(
        [*EYEBRIGHT, "serve", "--quiet", "--port", str(asked.port)],
        start_new_session=True,  # Ctrl-C reaches it once, through us
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda sent, _frame: server.send_signal(sent))
    try:
        if wait_until_ready(server, asked.port):
            show(asked.photo, drawing=asked.out)
        return server.wait()
    finally:
        server.terminate()


def show(chosen: list[Path] | None, *, drawing: Path | None) -> None:
    """A real result, and how to get more of them."""
    environment = client_environment()
    print(f"It answers on {environment['AWS_ENDPOINT_URL_REKOGNITION']}.")
    photos = chosen or sample_photos()
    if photos:
        home = Path(environment["AWS_SHARED_CREDENTIALS_FILE"]).parent
        client = rekognition(environment)
        show_faces(client, photos[0], drawing=drawing or home / "first-look.jpg")
        show_labels(client, photos[0])
    else:
        print("No photos: `eyebright packs install samples` brings some, or say --photo FILE.")
    show_how_to_connect(environment, photos)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8600)
    parser.add_argument("--photo", type=Path, action="append", help="a JPEG or PNG of people")
    parser.add_argument("--out", type=Path, help="default: first-look.jpg in the home")
    return parser.parse_args()


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return True
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    return False


def client_environment() -> dict[str, str]:
    """What `eval "$(eyebright env)"` would set."""
    answer = subprocess.run([*EYEBRIGHT, "env", "--json"], check=True, capture_output=True)
    environment: dict[str, str] = json.loads(answer.stdout)
    return environment


def sample_photos() -> list[Path]:
    """The photos of the samples pack, none if it is not installed."""
    answer = subprocess.run(
        [*EYEBRIGHT, "packs", "show", "samples", "--json"], check=False, capture_output=True
    )
    if answer.returncode:
        return []
    directory = Path(json.loads(answer.stdout)["directory"])
    return sorted(path for path in directory.rglob("*") if path.suffix in (".jpg", ".jpeg"))


def rekognition(environment: dict[str, str]) -> Any:
    """An ordinary boto3 client; only the endpoint and the keys are ours."""
    profiles = configparser.ConfigParser(interpolation=None)
    profiles.read(environment["AWS_SHARED_CREDENTIALS_FILE"])
    profile = profiles[environment["AWS_PROFILE"]]
    return boto3.client(
        "rekognition",
        endpoint_url=environment["AWS_ENDPOINT_URL_REKOGNITION"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=profile["aws_access_key_id"],
        aws_secret_access_key=profile["aws_secret_access_key"],
        config=Config(retries={"max_attempts": 1}),
    )


def show_faces(client: Any, photo: Path, *, drawing: Path) -> None:
    """DetectFaces on a photo, as a table and as a picture."""
    began = time.perf_counter()
    answer = client.detect_faces(Image={"Bytes": photo.read_bytes()}, Attributes=["ALL"])
    milliseconds = 1000 * (time.perf_counter() - began)
    faces = answer["FaceDetails"]
    print(f"\n{photo.name}: DetectFaces with all attributes, {milliseconds:.0f} ms\n")
    print(f"{'face':>4}  {'sure':>6}  {'age':>7}  {'gender':<10}  {'mood':<14}  details")
    for number, face in enumerate(faces, start=1):
        print(f"{number:>4}  {face['Confidence']:>5.1f}%  {row(face)}")
    draw(photo, faces, drawing)
    print(f"\nThe picture with boxes: {drawing.absolute()}")


def show_labels(client: Any, photo: Path) -> None:
    """DetectLabels on a photo, as one line."""
    answer = client.detect_labels(Image={"Bytes": photo.read_bytes()}, MaxLabels=12)
    words = [f"{label['Name']} {label['Confidence']:.0f}" for label in answer["Labels"]]
    print(f"DetectLabels: {', '.join(words)}")


def row(face: dict[str, Any]) -> str:
    age = f"{face['AgeRange']['Low']}-{face['AgeRange']['High']}"
    gender = f"{face['Gender']['Value']} {face['Gender']['Confidence']:.0f}"
    mood = f"{face['Emotions'][0]['Type'].lower()} {face['Emotions'][0]['Confidence']:.0f}"
    details = ", ".join(word for name, word in SAID.items() if face[name]["Value"])
    return f"{age:>7}  {gender:<10}  {mood:<14}  {details}"


def draw(photo: Path, faces: list[dict[str, Any]], drawing: Path) -> None:
    """Boxes in AWS's ratios, back to pixels."""
    from PIL import Image, ImageDraw, ImageOps

    picture = ImageOps.exif_transpose(Image.open(photo)).convert("RGB")
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    for number, face in enumerate(faces, start=1):
        box = face["BoundingBox"]
        left, top = box["Left"] * width, box["Top"] * height
        right, bottom = left + box["Width"] * width, top + box["Height"] * height
        pen.rectangle((left, top, right, bottom), outline=(255, 196, 0), width=max(2, width // 400))
        pen.text((left, top), f" {number}", fill=(255, 196, 0), anchor="ls", font_size=width // 50)
    picture.save(drawing, quality=90)


def show_how_to_connect(environment: dict[str, str], photos: list[Path]) -> None:
    photo = photos[0] if photos else Path("photo.jpg")
    endpoint = environment["AWS_ENDPOINT_URL_REKOGNITION"]
    print(
        f"""
Open its pages in a browser:  {endpoint}/
  and sign in with the key in {environment["AWS_SHARED_CREDENTIALS_FILE"]}

Use it from another terminal, with any AWS client:

  eval "$({shlex.join(EYEBRIGHT)} env)"
  aws rekognition detect-faces --attributes ALL \\
      --image-bytes fileb://{photo}

  import boto3                                  # in Python, after the eval
  client = boto3.client("rekognition")
  client.create_collection(CollectionId="people")

The server runs on {endpoint} until Ctrl-C.""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
