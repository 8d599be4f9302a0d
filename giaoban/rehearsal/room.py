"""One simulated room: signs in with its join code, checks in and says that it is ready, as its page does."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from giaoban.rehearsal.api import Api, Refused, Unanswered

TRIES: Final = 3  # a page sends a check-in again, with the same id, until it is answered
AGAIN_AFTER_S: Final = 0.5
HEADCOUNTS: Final = (3, 12)  # people in the smallest and in the largest room


@dataclass(slots=True)
class Room:
    """`join_code` as printed on the room's access sheet; `sent` is the check-in that it has made."""

    code: str
    name: str
    join_code: str
    token: str = ""
    sent: dict[str, Any] = field(default_factory=dict)

    async def sign_in(self, api: Api) -> None:
        """Raises Refused, Unanswered."""
        answer = await api.call("POST", "/sessions", {"code": self.join_code})
        self.token = answer.body["token"]

    async def check_in(self, api: Api, slug: str) -> bool:
        """Whether the server has taken it; tried again as long as there is no answer."""
        least, most = HEADCOUNTS
        self.sent = {
            "check_in_id": str(uuid.uuid4()),
            "status": "present",
            "headcount": least + sum(self.code.encode()) % (most - least + 1),
            "happened_at_ms": time.time_ns() // 1_000_000,
        }
        return await self._send(api, f"/conferences/{slug}/endpoints/{self.code}/check-in", self.sent)

    async def say_ready(self, api: Api, slug: str, item_id: str) -> bool:
        """Answer that it is ready for its part, likewise."""
        said = {"item_id": item_id, "status": "ready", "happened_at_ms": time.time_ns() // 1_000_000}
        return await self._send(api, f"/conferences/{slug}/endpoints/{self.code}/readiness/{uuid.uuid4()}", said)

    async def _send(self, api: Api, path: str, body: dict[str, Any]) -> bool:
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(AGAIN_AFTER_S)
            try:
                await api.call("PUT", path, body, self.token)
            except Unanswered:
                continue
            except Refused as refused:
                if refused.status < 500:
                    return False
                continue
            return True
        return False
