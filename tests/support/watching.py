"""Catches what leaves a process: every byte to and from the broker, and every span."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Capture:
    """Bytes as they pass."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self.port = 0


@contextmanager
def wire_tap(to_port: int) -> Iterator[Capture]:
    """A port that passes everything on to another of this machine, and keeps a copy."""
    capture = Capture()
    server = socket.create_server(("127.0.0.1", 0))
    capture.port = server.getsockname()[1]

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                try:
                    broker = socket.create_connection(("127.0.0.1", to_port))
                except OSError:
                    client.close()
                    continue
                for source, sink in ((client, broker), (broker, client)):
                    threading.Thread(
                        target=_pass_on, args=(source, sink, capture), daemon=True
                    ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield capture
    finally:
        server.close()


def _pass_on(source: socket.socket, sink: socket.socket, capture: Capture) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            capture.seen += data
            sink.sendall(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def span_collector() -> Iterator[Capture]:
    """An OTLP endpoint that keeps what it is sent."""
    capture = Capture()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            capture.seen += self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    capture.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield capture
    finally:
        server.shutdown()
        server.server_close()
