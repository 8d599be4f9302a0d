"""HTTP as the simulated rooms and the MC speak it: the same JSON calls that any other program makes."""

import asyncio
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError

from giaoban.domain.errors import GiaobanError

TIMEOUT_S: Final = 30


class CannotRehearse(GiaobanError):
    """The rehearsal cannot begin or go on: nobody answers, or somebody who does not know the copy."""

    code = "cannot_rehearse"


class Refused(Exception):
    """The server answered with a status of 400 or more."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Unanswered(Exception):
    """No answer came: refused, cut off, or too late."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent_at_s` is when the request went out, on `time.monotonic`'s clock."""

    sent_at_s: float
    body: Any


class Api:
    """`/api/v1` of the server at `url`, for at most `most_at_once` callers at a time."""

    def __init__(self, url: str, most_at_once: int) -> None:
        self._prefix = url.rstrip("/") + "/api/v1"
        self._pool = ThreadPoolExecutor(most_at_once, "rehearsal")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        """The answer to one request. Raises Refused, Unanswered."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._call, method, path, body, token)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _call(self, method: str, path: str, body: Any, token: str) -> Answer:
        request = urllib.request.Request(self._prefix + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        sent_at_s = time.monotonic()
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return Answer(sent_at_s, json.load(response))
        except HTTPError as error:
            with error:
                raise Refused(error.code, _message(error)) from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered(str(error)) from None


def _message(error: HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (OSError, ValueError, LookupError, TypeError):
        return f"HTTP {error.code}"
