"""The HTTP interface."""

import json
import re
import socketserver
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, Optional, Tuple

from .messages import Messages

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_JSON = "application/json"

Answer = Tuple[int, Any]


class Refused(Exception):
    """A request that is not followed, with the status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Server(ThreadingHTTPServer):
    """Answers requests from the messages."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, messages: Messages, topics: Dict[str, str], max_bytes: int) -> None:
        self.messages = messages
        self.topics = topics
        self.max_bytes = max_bytes
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking for the name of the machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def send_error(self, code: int, message: Optional[str] = None, explain: Optional[str] = None) -> None:
        """Answer what is no proper request."""
        self.close_connection = True
        self._answer(int(code), {"error": message or "this is no proper request"})

    def _handle(self) -> None:
        try:
            status, value = self._followed()
        except Refused as refused:
            # What is left of the body is not read.
            self.close_connection = True
            status, value = refused.status, {"error": str(refused)}
        self._answer(status, value)

    def _followed(self) -> Answer:
        parts = self.path.split("?")[0].split("/")[1:]
        if len(parts) == 2 and parts[0] == "topics":
            return self._post_message(parts[1])
        if len(parts) == 2 and parts[0] == "messages":
            return self._get_message(parts[1])
        if len(parts) == 3 and parts[0] == "messages" and parts[2] == "again":
            return self._post_again(parts[1])
        if parts == ["status"]:
            self._only("GET")
            return 200, self.server.messages.counts()
        raise Refused(404, "there is nothing at this path")

    def _post_message(self, topic: str) -> Answer:
        if topic not in self.server.topics:
            raise Refused(404, "there is no such topic")
        self._only("POST")
        body = self._body()
        content_type = self.headers.get("Content-Type", "application/octet-stream")
        return 202, self.server.messages.add(topic, body, content_type)

    def _get_message(self, number: str) -> Answer:
        told = self._told(number)
        self._only("GET")
        return 200, told

    def _post_again(self, number: str) -> Answer:
        told = self._told(number)
        self._only("POST")
        self._body()
        told = self.server.messages.again(told["id"])
        if told is None:
            raise Refused(409, "the message is not dead")
        return 202, told

    def _told(self, number: str) -> Dict[str, Any]:
        told = self.server.messages.told(int(number)) if _NUMBER.fullmatch(number) else None
        if told is None:
            raise Refused(404, "there is no such message")
        return told

    def _only(self, method: str) -> None:
        if self.command != method:
            raise Refused(405, f"only {method} is answered here")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            raise Refused(411, "a Content-Length is needed")
        if not re.fullmatch(r"[0-9]{1,18}", length):
            raise Refused(400, "the Content-Length is not a number")
        if int(length) > self.server.max_bytes:
            raise Refused(413, f"a body has at most {self.server.max_bytes} bytes")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise Refused(400, "the body is cut off")
        return body

    def _answer(self, status: int, value: Any) -> None:
        data = json.dumps(value).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", _JSON)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
