"""One attempt to deliver a message."""

import http.client
import socket
import threading
import time
from typing import Optional
from urllib.parse import urlsplit

from .messages import Message


def send(url: str, message: Message, attempt: int, seconds: float) -> Optional[int]:
    """Return the status that an attempt is answered with, nothing where there is none in time."""
    deadline = time.monotonic() + seconds
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=seconds)
    timer = None
    try:
        connection.connect()
        # A server that answers byte by byte would never be late for a time limit of the socket.
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [connection.sock])
        timer.daemon = True
        timer.start()
        connection.request("POST", _target(parts), body=message.body, headers=_headers(message, attempt))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        if timer is not None:
            timer.cancel()
        connection.close()


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _target(parts) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _headers(message: Message, attempt: int) -> dict:
    return {
        "Content-Type": message.content_type,
        "Courier-Id": str(message.id),
        "Courier-Attempt": str(attempt),
    }
