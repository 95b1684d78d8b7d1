"""One process of the `face_recognition` package for `bench.throughput`, at its default setting.

Runs in a virtual environment of its own and imports nothing of Eyebright. Speaks the same lines as
`throughput_ours.py`; argument 1 is how often its detector enlarges the picture (its default is 1).
"""

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")  # its models package warns of setuptools

import face_recognition  # noqa: E402


def main() -> None:
    enlargements, photos = int(sys.argv[1]), sys.argv[2:]

    def work(photo: str) -> list[list[float]]:
        image = face_recognition.load_image_file(photo)
        places = face_recognition.face_locations(image, number_of_times_to_upsample=enlargements)
        face_recognition.face_encodings(image, known_face_locations=places, model="small")
        return [[left, top, right, bottom] for top, right, bottom, left in places]

    found = [work(photo) for photo in photos]
    print("ready", flush=True)
    for _ in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        for photo in photos:
            work(photo)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        answer = {"seconds": seconds, "processor_seconds": processor, "found": found}
        print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
