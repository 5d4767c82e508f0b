"""What can go wrong, with the exit status of each."""


class LarderError(Exception):
    """An error that a user can cause."""

    status = 1


class UsageError(LarderError):
    """Arguments that do not fit or cannot be read."""

    status = 2


class Refused(LarderError):
    """What the larder does not do."""

    status = 1


class FileError(LarderError):
    """What is wrong with the file."""

    status = 3
