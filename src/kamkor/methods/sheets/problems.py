"""Why a file, or a cell of it, is refused, and how much of a file is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a foreign file is read at most; `cell` is the longest text of one field."""

    bytes: int = 20_000_000
    rows: int = 50_000
    columns: int = 400
    cell: int = 32_000


class FileError(ValueError):
    """Why a file cannot be read at all; `code` is a key of the messages."""

    def __init__(self, file: str, code: str, **params: str) -> None:
        super().__init__(code)
        self.file, self.code, self.params = file, code, params


class CellError(ValueError):
    """Why a cell is refused: a key of the messages, and what fills it in."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params
