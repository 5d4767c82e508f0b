"""The daemon: what it is made of, and how it runs."""

import signal
import threading
from typing import Any, Dict

from .carrier import Carrier
from .errors import CourierError
from .journal import Journal
from .messages import Messages
from .web import Server


def run(settings: Dict[str, Any], folder: str) -> int:
    """Run the daemon with a folder for its store, and return its exit status."""
    messages = Messages(Journal(folder, settings["store"]), settings["attempts"])
    server = _server(settings, messages)
    for topic in settings["topics"]:
        threading.Thread(target=Carrier(messages, topic, settings).run, daemon=True).start()
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    told_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_end.set())
    print(f"courier on http://127.0.0.1:{server.server_port}", flush=True)
    told_to_end.wait()
    server.shutdown()
    server.server_close()
    messages.close(settings["grace_ms"] / 1000)
    return 0


def _server(settings: Dict[str, Any], messages: Messages) -> Server:
    try:
        return Server(settings["port"], messages, settings["topics"], settings["max_bytes"])
    except OSError as error:
        raise CourierError(f"port {settings['port']}: {error.strerror}") from None
