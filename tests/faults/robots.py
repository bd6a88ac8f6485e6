"""A stand-in for the robots of three messengers: HTTP 200 whatever happens, the truth in the answer's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC-示例"
KEY = "key-1"


class Messenger:
    """Takes what the makers' documents say is right, and refuses the rest in the way each of them does.

    ``next_answers`` are (status, body) given instead, once each.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.next_answers: list[tuple[int, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, said = outer.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def url(self, maker: str, key: str = KEY) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{maker}?key={key}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        if self.next_answers:
            return self.next_answers.pop(0)
        maker = urlsplit(path).path[1:]
        query = {name: found[0] for name, found in parse_qs(urlsplit(path).query).items()}
        said = getattr(self, maker)(query, body)
        return 200, json.dumps(said).encode()

    def dingtalk(self, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        moment = query.get("timestamp", "")
        if query.get("sign") != _signed(SECRET, f"{moment}\n{SECRET}") or len(moment) != 13:
            return {"errcode": 310000, "errmsg": "sign not match"}
        return self._takes("dingtalk", body, "msgtype", body.get("text", {}).get("content"))

    def wecom(self, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        if query["key"] != KEY:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        text = body.get("text", {}).get("content", "")
        if len(text.encode()) > 2048:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        return self._takes("wecom", body, "msgtype", text)

    def feishu(self, _query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        moment = body.get("timestamp", "")
        if body.get("sign") != _signed(f"{moment}\n{SECRET}", ""):
            return {
                "code": 19021,
                "msg": "sign match fail or timestamp is not within one hour from current time",
            }
        self._takes("feishu", body, "msg_type", body.get("content", {}).get("text"))
        return {"code": 0, "data": {}, "msg": "success"}

    def _takes(self, maker: str, body: Mapping[str, Any], kind: str, text: str | None) -> dict[str, Any]:
        if body.get(kind) != "text" or not text:
            return {"errcode": 40008, "errmsg": "invalid message type"}
        self.heard.append((maker, text))
        return {"errcode": 0, "errmsg": "ok"}


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
