"""What a control request says: path, query and JSON or multipart body, read as one."""

import base64
import binascii
import json
import math
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request

from simulator.refusals import RefusalError, WorldError
from simulator.requests import BodyTooLargeError, Upload, read_body, read_call

MAX_CONTROL_BODY = 72 * 1024 * 1024
_T = TypeVar("_T")


@dataclass
class Body:
    """Named values with typed access; a missing or wrong one is refused by name with 400."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)

    def maybe_text(self, name: str) -> str | None:
        """A string, when there is one."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise WorldError(f"{name} must be a string", 400)
        return value

    def text(self, name: str) -> str:
        """A string that must be there."""
        return _required(name, self.maybe_text(name))

    def texts(self, name: str) -> list[str]:
        """A list of strings."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise WorldError(f"{name} must be a list of strings", 400)
        return value

    def maybe_integer(self, name: str) -> int | None:
        """A whole number, when there is one; digits in a path or form count."""
        value = self.values.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        try:
            return int(value) if isinstance(value, str) else _wrong(name)
        except ValueError:
            return _wrong(name)

    def integer(self, name: str) -> int:
        """A whole number that must be there."""
        return _required(name, self.maybe_integer(name))

    def maybe_number(self, name: str) -> float | None:
        """A finite number, when there is one."""
        value = self.values.get(name)
        try:
            number = None if value is None else float(value)
        except (TypeError, ValueError):
            raise WorldError(f"{name} must be a number", 400) from None
        if number is not None and not math.isfinite(number):
            raise WorldError(f"{name} must be finite", 400)
        return number

    def number(self, name: str) -> float:
        """A number that must be there."""
        return _required(name, self.maybe_number(name))

    def flag(self, name: str) -> bool:
        """True when said so."""
        return self.values.get(name) in (True, "true", "1")

    def content(self) -> bytes:
        """The file: a multipart part named `file`, or `content_base64`."""
        if "file" in self.uploads:
            return self.uploads["file"].content
        try:
            return base64.b64decode(self.text("content_base64"), validate=True)
        except binascii.Error:
            raise WorldError("content_base64 is not base64", 400) from None

    def file_name(self) -> str:
        """`file_name`, or the upload's own."""
        upload = self.uploads.get("file")
        return self.maybe_text("file_name") or (upload.name if upload else "file.bin")

    def file_mime(self) -> str:
        """`mime_type`, or the upload's own."""
        upload = self.uploads.get("file")
        return self.maybe_text("mime_type") or (upload.mime if upload else "application/octet-stream")

    def json_fields(self) -> dict[str, Any]:
        """Only what the body itself held."""
        return self.sent


async def read_control_body(request: Request) -> Body:
    """The body, then query and path over it; a body must be a JSON object or multipart."""
    around: dict[str, Any] = {**request.query_params, **request.path_params}
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return await _multipart(request, around)
    try:
        raw = await read_body(request, MAX_CONTROL_BODY)
        sent = json.loads(raw) if raw else {}
    except BodyTooLargeError:
        raise WorldError("the body is too large", 413) from None
    except (ValueError, RecursionError):
        raise WorldError("the body is not JSON", 400) from None
    if not isinstance(sent, dict):
        raise WorldError("the body must be a JSON object", 400)
    return Body({**sent, **around}, sent=sent)


async def _multipart(request: Request, around: dict[str, Any]) -> Body:
    try:
        form = await read_call(request, "control")
    except RefusalError as no:
        raise WorldError(no.description, no.code) from None
    return Body({**form.params, **around}, form.uploads, form.params)


def _required(name: str, value: _T | None) -> _T:
    if value is None:
        raise WorldError(f"{name} is missing", 400)
    return value


def _wrong(name: str) -> int:
    raise WorldError(f"{name} must be a whole number", 400)
