"""getUpdates with true long polling, and the webhook methods."""

import re
from typing import Any
from urllib.parse import urlsplit

from simulator.bot_common import AsyncMethod, record
from simulator.hosts import is_loopback
from simulator.model import Json
from simulator.refusals import bad_request, conflict
from simulator.requests import Call
from simulator.webhook import Pusher, Webhook
from simulator.world import World

MAX_POLL = 50
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_updates(world: World, call: Call) -> list[Json]:
    """getUpdates: answers as soon as there is something, after `timeout` seconds at the latest."""
    if world.webhook is not None:
        raise conflict(_WEBHOOK_ACTIVE)
    queue = world.updates
    queue.interrupt()
    _set_allowed(world, call)
    limit = call.integer("limit", 100)
    limit = limit if 1 <= limit <= 100 else 100
    batch = queue.take(call.integer("offset"), limit)
    timeout = min(max(call.integer("timeout"), 0), MAX_POLL)
    if not batch and timeout:
        await queue.wait(timeout)
        batch = queue.take(0, limit)
    copies = ([item.body] * (2 if world.faults.doubles() else 1) for item in batch)
    return [body for pair in copies for body in pair]


def set_webhook(world: World, pusher: Pusher, call: Call) -> bool:
    """setWebhook; an empty url deletes. Plain http is allowed because only loopback is pushed to."""
    url = call.text("url")
    if not url:
        return delete_webhook(world, pusher, call)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not is_loopback(parts.hostname or ""):
        raise bad_request("bad webhook: the simulator pushes to loopback addresses only")
    secret = call.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _set_allowed(world, call)
    _drop_pending(world, call)
    connections = call.integer("max_connections", 40)
    world.webhook = Webhook(url, secret, connections if 1 <= connections <= 100 else 40)
    world.updates.interrupt("terminated by setWebhook request")
    pusher.start(world.webhook)
    record(world, call, None, url=url)
    return True


def delete_webhook(world: World, pusher: Pusher, call: Call) -> bool:
    """deleteWebhook."""
    _drop_pending(world, call)
    pusher.stop()
    world.webhook = None
    record(world, call, None)
    return True


def get_webhook_info(world: World) -> Json:
    """getWebhookInfo."""
    hook = world.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": world.updates.count(),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error_date:
            info["last_error_date"] = hook.last_error_date
            info["last_error_message"] = hook.last_error_message
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


def update_methods(pusher: Pusher) -> dict[str, AsyncMethod]:
    """These methods bound to the one who pushes."""

    async def setting(world: World, call: Call) -> Any:
        return set_webhook(world, pusher, call)

    async def deleting(world: World, call: Call) -> Any:
        return delete_webhook(world, pusher, call)

    async def informing(world: World, _call: Call) -> Any:
        return get_webhook_info(world)

    return {
        "getupdates": get_updates,
        "setwebhook": setting,
        "deletewebhook": deleting,
        "getwebhookinfo": informing,
    }


def _set_allowed(world: World, call: Call) -> None:
    kinds = call.parsed("allowed_updates", "allowed_updates")
    if isinstance(kinds, list):
        world.updates.allow([str(kind) for kind in kinds])


def _drop_pending(world: World, call: Call) -> None:
    if call.flag("drop_pending_updates"):
        world.updates.drop_all()
