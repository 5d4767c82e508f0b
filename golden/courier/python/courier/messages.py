"""The messages, and whose turn it is."""

import base64
import threading
from dataclasses import dataclass
from typing import Any, Dict, Optional

from .journal import Journal, Record

WAITING = "waiting"
DELIVERED = "delivered"
DEAD = "dead"


@dataclass
class Message:
    """A message and what became of it."""

    id: int
    topic: str
    body: bytes
    content_type: str
    state: str = WAITING
    attempts: int = 0
    status: Optional[int] = None

    def told(self) -> Dict[str, Any]:
        """Return what is told of the message."""
        return {
            "id": self.id,
            "topic": self.topic,
            "state": self.state,
            "attempts": self.attempts,
            "status": self.status,
        }


class Messages:
    """All messages, shared by the threads of the daemon."""

    def __init__(self, journal: Journal, most_attempts: int) -> None:
        self._changed = threading.Condition()
        self._journal = journal
        self._running = 0
        self._is_closed = False
        self.ending = threading.Event()
        self._messages: Dict[int, Message] = {}
        for record in journal.records:
            self._follow(record)
        for message in self._messages.values():
            # The attempt that was the last one was cut off.
            if message.state == WAITING and message.attempts >= most_attempts:
                self._keep({"end": message.id, "state": DEAD, "status": message.status})

    def add(self, topic: str, body: bytes, content_type: str) -> Dict[str, Any]:
        """Take a new message and return what is told of it."""
        with self._changed:
            number = len(self._messages) + 1
            text = base64.b64encode(body).decode("ascii")
            self._keep({"add": number, "topic": topic, "type": content_type, "body": text})
            self._changed.notify_all()
            return self._messages[number].told()

    def told(self, number: int) -> Optional[Dict[str, Any]]:
        """Return what is told of a message, nothing where there is none."""
        with self._changed:
            message = self._messages.get(number)
            return None if message is None else message.told()

    def again(self, number: int) -> Optional[Dict[str, Any]]:
        """Make a dead message waiting and return what is told of it, nothing where it is not dead."""
        with self._changed:
            message = self._messages[number]
            if message.state != DEAD:
                return None
            self._keep({"again": number})
            self._changed.notify_all()
            return message.told()

    def counts(self) -> Dict[str, int]:
        """Return how many messages are in each state."""
        with self._changed:
            counts = {WAITING: 0, DELIVERED: 0, DEAD: 0}
            for message in self._messages.values():
                counts[message.state] += 1
            return counts

    def next_of(self, topic: str) -> Optional[Message]:
        """Wait for the message of a topic whose turn it is, nothing at the end."""
        with self._changed:
            while not self.ending.is_set():
                for message in self._messages.values():
                    if message.topic == topic and message.state == WAITING:
                        return message
                self._changed.wait()
            return None

    def begin(self, message: Message) -> Optional[int]:
        """Begin an attempt and return its number, nothing at the end."""
        with self._changed:
            if self.ending.is_set():
                return None
            self._running += 1
            self._keep({"begin": message.id})
            return message.attempts

    def end(self, message: Message, state: str, status: Optional[int]) -> bool:
        """End an attempt of a message, and say whether it was in time."""
        with self._changed:
            self._running -= 1
            if self._is_closed:
                return False
            self._keep({"end": message.id, "state": state, "status": status})
            self._changed.notify_all()
            return True

    def close(self, seconds: float) -> None:
        """Begin no further attempt, and wait for those that run, but no longer than so many seconds."""
        with self._changed:
            self.ending.set()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._running == 0, seconds)
            self._is_closed = True

    def _keep(self, record: Record) -> None:
        self._journal.write(record)
        self._follow(record)

    def _follow(self, record: Record) -> None:
        if "add" in record:
            body = base64.b64decode(record["body"])
            self._messages[record["add"]] = Message(record["add"], record["topic"], body, record["type"])
        elif "begin" in record:
            message = self._messages[record["begin"]]
            message.attempts += 1
            message.status = None
        elif "end" in record:
            message = self._messages[record["end"]]
            message.state, message.status = record["state"], record["status"]
        elif "again" in record:
            message = self._messages[record["again"]]
            message.state, message.attempts, message.status = WAITING, 0, None
