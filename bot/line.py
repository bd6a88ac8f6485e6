"""The line to Telegram: every call ends in time, however slowly the other side speaks."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

CONNECTIONS = 64
# Between two bytes; and for a whole call beyond that.
SILENCE_SECONDS = 15.0
SLACK_SECONDS = 10.0
# For a file of the largest size over a poor line.
FILE_SECONDS = 60.0


class Line(HTTPXRequest):
    """The library waits so long between two bytes, and for ever for one byte after another."""

    def __init__(self, silence: float = SILENCE_SECONDS, slack: float = SLACK_SECONDS) -> None:
        super().__init__(connection_pool_size=CONNECTIONS, read_timeout=silence, pool_timeout=silence)
        self._silence, self._slack = silence, slack

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        waits = read_timeout if isinstance(read_timeout, int | float) else self._silence
        files = "/file/" in url or (request_data is not None and request_data.contains_files)
        try:
            async with asyncio.timeout(waits + self._slack + (FILE_SECONDS if files else 0)):
                return await super().do_request(
                    url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
                )
        except TimeoutError as error:
            raise TimedOut("too slow") from error
