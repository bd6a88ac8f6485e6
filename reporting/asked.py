"""Who is asked to do something, read from what a unit wrote: 请县交通局协调安装 → 县交通局."""

from __future__ import annotations

import re

_DO = (
    "协调|协助|帮助|解决|支持|牵头|落实|研究|督促|安排|给予|予以|抓紧|尽快|加快|配合|整治|清理|出面|组织|审批|批准"
    "|划拨|拨付|调度|办理|明确|交付|迁改|做好|提供|办结|完成|提前|尽早|及时|限期|于|在"
)
_ASKS = re.compile(
    rf"(?:提请|恳请|敬请|希望|建议|请求|请|需要?)(?P<who>[^\s，。；：,;:请需]{{2,20}}?)(?:{_DO})"
)
# A name ends like one: 请尽快协调 asks nobody by name.
_BODY = re.compile(
    r"(?:政府|县委|政协|人大|办公室|府办|[局委办会院处队站所司厅部社校县镇乡村街道]|公司|中心|指挥部|领导|县长|书记|主任)$"
)


def asked_of(text: str) -> str:
    """The first body that is asked by name, "" where none is."""
    for found in _ASKS.finditer(text):
        if _BODY.search(found["who"]):
            return found["who"]
    return ""
