"""Carries the messages of a topic, one after the other."""

from typing import Any, Dict, Optional

from .log import say_end
from .messages import DEAD, DELIVERED, WAITING, Message, Messages
from .sender import send
from .wait_ms import wait_ms


class Carrier:
    """What carries the messages of one topic."""

    def __init__(self, messages: Messages, topic: str, settings: Dict[str, Any]) -> None:
        self._messages = messages
        self._topic = topic
        self._url = settings["topics"][topic]
        self._settings = settings

    def run(self) -> None:
        """Carry messages until the daemon ends."""
        while True:
            message = self._messages.next_of(self._topic)
            if message is None:
                return
            self._carry(message)

    def _carry(self, message: Message) -> None:
        while True:
            attempt = self._messages.begin(message)
            if attempt is None:
                return
            status = send(self._url, message, attempt, self._settings["timeout_ms"] / 1000)
            state = self._state_after(attempt, status)
            wait = self._wait_ms(attempt) if state == WAITING else None
            say_end("failed" if state == WAITING else state, message, attempt, status, wait)
            if not self._messages.end(message, state, status) or wait is None:
                return
            self._messages.ending.wait(wait / 1000)

    def _state_after(self, attempt: int, status: Optional[int]) -> str:
        if status is not None and 200 <= status <= 299:
            return DELIVERED
        return DEAD if status == 410 or attempt >= self._settings["attempts"] else WAITING

    def _wait_ms(self, attempt: int) -> int:
        return wait_ms(attempt, self._settings["first_ms"], self._settings["cap_ms"])
