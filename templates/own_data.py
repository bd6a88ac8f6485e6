"""A person's own data as a file that they can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

WORDS = {
    "name": "姓名",
    "phone": "手机",
    "address": "Telegram编号",
    "joined": "加入时间",
    "posts": "任职",
    "leaves": "外出报备",
    "answers": "填报条数",
    "events": "办理条数",
    "unit": "单位",
    "role": "岗位",
    "since": "自",
    "until": "至",
    "reason": "事由",
}
NAME = "我的数据.json"


def own_data_file(kept: Mapping[str, Any]) -> bytes:
    return json.dumps(_worded(kept), ensure_ascii=False, indent=2).encode()


def _worded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {WORDS.get(key, key): _worded(one) for key, one in value.items()}
    return [_worded(one) for one in value] if isinstance(value, list) else value
