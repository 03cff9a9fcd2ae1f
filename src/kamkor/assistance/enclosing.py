"""Documents that travel inside the sealed file of a referral: so many as fit, and looked at like any upload
before they are handed out at the other end."""

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.assistance import sharing
from kamkor.assistance.models import Referral
from kamkor.base.uploads import ENDINGS, CheckedFileField
from kamkor.vault.models import Item
from kamkor.vault.spool import spooled

MOST_BYTES = 5 * 2**20  # together; sealed and written as text it is less than an upload may have
MOST = 50


@dataclass(frozen=True)
class Enclosed:
    """One document out of a sealed file; what is not well has no content but a problem."""

    name: str
    content: bytes = b""
    problem: str = ""


def documents_of(referral: Referral) -> list[Item]:
    items = sharing.items_of(referral.consent.items)
    return [item for item in items if not sharing.is_text(item)]


def size_of(documents: Iterable[Item]) -> int:
    return sum(item.size for item in documents)


def fit(documents: Sequence[Item]) -> bool:
    return len(documents) <= MOST and size_of(documents) <= MOST_BYTES


def packed(actor: Actor, documents: Iterable[Item]) -> list[dict[str, str]]:
    """As they stand in the file before it is sealed."""
    return [
        {"type": item.media_type, "content": base64.b64encode(_content(actor, item)).decode()}
        for item in documents
    ]


def _content(actor: Actor, item: Item) -> bytes:
    with spooled(actor.keyring, item) as opened:
        return opened.read()


def unpacked(content: dict[str, Any]) -> list[Enclosed]:
    """What somebody else has put in, each looked at by itself."""
    told = content.get("documents")
    return [_checked(at, one) for at, one in enumerate(told[:MOST] if isinstance(told, list) else [], 1)]


def _checked(number: int, told: Any) -> Enclosed:
    ending = ENDINGS.get(str(told.get("type")) if isinstance(told, dict) else "", "bin")
    name = f"{number}.{ending}"
    try:
        raw = base64.b64decode(told["content"], validate=True)
        checked = CheckedFileField().clean(SimpleUploadedFile(name, raw))
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Enclosed(name, problem=_("It was damaged on the way."))
    except ValidationError as error:
        return Enclosed(name, problem=" ".join(error.messages))
    checked.file.seek(0)
    return Enclosed(f"{number}.{ENDINGS[checked.media_type]}", checked.file.read())


def as_zip(enclosed: Iterable[Enclosed]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one in enclosed:
            if not one.problem:
                archive.writestr(one.name, one.content)
    return out.getvalue()


def safe_name(code: object) -> str:
    """A code of another installation, as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "", str(code))[:16] or "referral"
