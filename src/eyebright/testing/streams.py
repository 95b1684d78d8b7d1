"""Live streams on loopback that a test can break: MPEG-TS as fast as time goes, and cameras."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.encode import encode_jpeg
from eyebright.testing.videos import numbered_picture, write_video

FRAME_RATE = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture, and for how many frames at 10 a second."""

    pixels: ByteArray
    frames: int


def film_of(directory: Path, scenes: Sequence[Scene]) -> bytes:
    """A transport stream of the scenes, keyframes a second apart."""
    pictures = [scene.pixels for scene in scenes for _ in range(scene.frames)]
    film = write_video(
        directory / f"station-{id(scenes)}.ts",
        pictures,
        frame_rate=FRAME_RATE,
        keyframe_every=FRAME_RATE,
    )
    return film.read_bytes()


class LiveStation:
    """Plays a film to everyone who tunes in, each from its beginning; then it hangs up.

    Use as a `with` block. `silence` stops sending without a word, `hang_up` ends all connections
    and refuses new ones, `back` undoes both.
    """

    def __init__(
        self, directory: Path, scenes: Sequence[Scene], *, speed: float = 1.0, port: int = 0
    ) -> None:
        """speed: times as fast as time goes. Keyframes are a second apart."""
        seconds = sum(scene.frames for scene in scenes) / FRAME_RATE
        self._begin(film_of(directory, scenes), seconds / speed, port)

    @classmethod
    def of_film(cls, film: bytes, *, seconds: float) -> Self:
        """Plays a transport stream that lasts so long."""
        station = cls.__new__(cls)
        station._begin(film, seconds, port=0)
        return station

    def _begin(self, film: bytes, seconds: float, port: int) -> None:
        self._film = film
        self._seconds = seconds
        self._on_air = threading.Event()
        self._on_air.set()
        self._open = threading.Event()
        self._open.set()
        self._closing = False
        self.listeners = 0
        """Connections that were accepted, ever."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/live.ts"

    def silence(self) -> None:
        self._on_air.clear()

    def hang_up(self) -> None:
        self._open.clear()

    def back(self) -> None:
        self._on_air.set()
        self._open.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._closing = True
        self.back()
        self._open.clear()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        station = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not station._open.is_set():
                    self.send_error(503)
                    return
                station.listeners += 1
                self.send_response(200)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                try:
                    station._play(self)
                except OSError:
                    return  # the listener went

            def log_message(self, *_args: object) -> None:
                """Nothing is said."""

        return Handler

    def _play(self, listener: BaseHTTPRequestHandler) -> None:
        packets = [self._film[start : start + 188] for start in range(0, len(self._film), 188)]
        began = time.monotonic()
        for number, packet in enumerate(packets):
            due = began + self._seconds * number / len(packets)
            while (early := due - time.monotonic()) > 0 or not self._on_air.is_set():
                if not self._open.is_set() or self._closing:
                    return
                time.sleep(min(max(early, 0.01), 0.05))
            if not self._open.is_set():
                return
            listener.wfile.write(packet)


class JpegCamera:
    """Sends numbered pictures as cheap cameras do, JPEGs one after another over HTTP, to everyone
    who asks: `pictures` of them for each connection, then it hangs up. Use as a `with` block."""

    def __init__(self, *, pictures: int, boundary: str = "frame", with_length: bool = True) -> None:
        """boundary: as the header of the answer has it. with_length: whether each picture says how
        long it is."""
        self._pictures = pictures
        self._boundary = boundary
        self._with_length = with_length
        self.listeners = 0
        """Connections that were accepted, ever."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/video.mjpg"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.listeners += 1
                self.send_response(200)
                kind = f"multipart/x-mixed-replace; boundary={camera._boundary}"
                self.send_header("Content-Type", kind)
                self.end_headers()
                try:
                    for number in range(camera._pictures):
                        self.wfile.write(camera._part(number))
                except OSError:
                    return  # the listener went

            def log_message(self, *_args: object) -> None:
                """Nothing is said."""

        return Handler

    def _part(self, number: int) -> bytes:
        jpeg = encode_jpeg(numbered_picture(number))
        length = f"Content-Length: {len(jpeg)}\r\n" if self._with_length else ""
        head = f"--{self._boundary.strip('-')}\r\nContent-Type: image/jpeg\r\n{length}\r\n"
        return head.encode() + jpeg + b"\r\n"
