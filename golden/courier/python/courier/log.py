"""What is said on standard error."""

import sys
from typing import Optional

from .messages import Message


def say_end(event: str, message: Message, attempt: int, status: Optional[int], wait: Optional[int] = None) -> None:
    """Say that an attempt is over, and which wait follows."""
    line = f"{event} id={message.id} topic={message.topic} attempt={attempt} status={status or '-'}"
    if wait is not None:
        line += f" wait_ms={wait}"
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
