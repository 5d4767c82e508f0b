"""Errors that a user can cause."""


class CourierError(Exception):
    """Arguments or settings that are wrong."""
