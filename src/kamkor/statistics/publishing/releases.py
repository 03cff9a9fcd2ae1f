"""Releases: prepared by one, signed by two different people, published with the second signature; a later
version leaves the earlier ones where they are."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, User
from kamkor.base.actions import action
from kamkor.base.problems import Problem
from kamkor.methods import indicators as method
from kamkor.statistics.models import Estimate, Release, ReleaseFile, ReleaseSignature
from kamkor.statistics.publishing import tables

SIGNATURES = 2
LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
ESTIMATE, HIDDEN = "estimate", "hidden-number"  # a method, and how names of its data sets begin
INSIDE = ("risk.md", "utility.md")  # of a folder: for those who sign
MOST = 20_000_000  # bytes of one file


@dataclass(frozen=True)
class Named:
    """What a release from a folder is called, for everybody."""

    data_set: str
    title: str
    period: str
    changes: str = ""


@action("release.prepare")
def prepare(actor: Actor, desk: Desk, *, name: str, year: int, changes: str = "") -> Release:
    """The next version of a public default table, up to a year that is over."""
    if year >= timezone.localdate().year:
        raise Problem(_("The year is not over."))
    held = tables.block(year)
    data_set = f"{name}-{held[0]}-{held[-1]}"
    out = Release.objects.published().filter(data_set=data_set).order_by("version")
    before = out.filter(withdrawn_at=None).last()
    if before is not None and str(year) in before.counted:
        raise Problem(_("This year is published already."))
    table = tables.made(name, year)
    for release in out.exclude(withdrawn_at=None):
        tables.check_correction(release.counted, table.exact)
    hidden = sum(value is None for value in table.cells.values())
    release = _new(
        actor.signed_in,
        Named(data_set, "", _span(table.years), changes),
        method="suppress",
        about={
            "k": settings.SMALL_CELL_PUBLIC, "indicators": method.version(), "measure": name,
            "cells": len(table.cells), "hidden": hidden,
        },
        counted=table.exact,
    )  # fmt: skip
    _keep(release, tables.files(table))
    return release


@action("release.take")
def take(actor: Actor, desk: Desk, *, folder: Path, named: Named) -> Release:
    """What `kamkor release` or an export has protected and left in a folder, for two signatures."""
    papers = _papers(folder)
    given = {name: _read(folder / name) for name in papers["sha256"]}
    for name, content in given.items():
        if hashlib.sha256(content).hexdigest() != papers["sha256"][name]:
            raise Problem(_("“%(name)s” is not as it was protected.") % {"name": name})
    if any(named.data_set.startswith(f"{name}-") for name in (HIDDEN, *tables.measures())):
        raise Problem(_("“%(name)s” is the name of a public table.") % {"name": named.data_set})
    release = _new(actor.signed_in, named, method=papers["method"], about={}, counted={})
    _keep(release, given)
    _keep(release, {name: _read(folder / name) for name in INSIDE if (folder / name).is_file()}, public=False)
    return release


def signed_elsewhere(
    row: Estimate, named: Named, *, about: Mapping[str, Any], files: Mapping[str, bytes]
) -> Release:
    """What two have signed as an estimate is out with their signatures."""
    signed = ((row.signed_by, row.signed_at), (row.seconded_by, row.seconded_at))
    both = [(by, at) for by, at in signed if by and at]
    release = _new(both[0][0], named, method=ESTIMATE, about=about, counted={})
    _keep(release, files)
    ReleaseSignature.objects.bulk_create(ReleaseSignature(release=release, by=by, at=at) for by, at in both)
    release.published_at = row.seconded_at
    release.save(update_fields=["published_at"])
    return release


@action("release.sign")
def sign(actor: Actor, release: Release) -> Release:
    """Answer for it; with the second signature it is out."""
    if release.published_at or release.withdrawn_at:
        raise Problem(_("This has been decided already."))
    if release.signatures.filter(by=actor.signed_in).exists():
        raise Problem(_("Another person signs as well."))
    if any(_digest(bytes(file.content)) != file.sha256 for file in release.files.all()):
        raise Problem(_("A file has changed since it was prepared."))
    ReleaseSignature.objects.create(release=release, by=actor.signed_in)
    if release.signatures.count() >= SIGNATURES:
        release.published_at = timezone.now()
        release.save(update_fields=["published_at"])
    return release


@action("release.withdraw")
def withdraw(actor: Actor, release: Release, *, why: str) -> Release:
    """Take it back, before or after it is out; its address stays and says why."""
    if release.withdrawn_at:
        raise Problem(_("This has been decided already."))
    release.withdrawn_at, release.why_withdrawn = timezone.now(), why.strip()
    release.save(update_fields=["withdrawn_at", "why_withdrawn"])
    return release


def content_of(release: Release, name: str) -> bytes:
    return bytes(release.files.get(name=name).content)


def description(release: Release) -> dict[str, Any]:
    """A data package, as programs read it (Frictionless)."""
    files = release.files.filter(public=True).order_by("name")
    resources = [
        {"name": file.name.replace(".", "-"), "path": file.name, "hash": f"sha256:{file.sha256}"}
        for file in files
    ]
    return {
        "name": release.data_set, "version": str(release.version), "licenses": [LICENCE],
        "created": release.published_at.isoformat() if release.published_at else "",
        "temporal": release.period, "method": release.method, "resources": resources,
    }  # fmt: skip


def _new(
    by: User, named: Named, *, method: str, about: Mapping[str, Any], counted: Mapping[str, Any]
) -> Release:
    versions = Release.objects.filter(data_set=named.data_set)
    if versions.filter(published_at=None, withdrawn_at=None).exists():
        raise Problem(_("A version waits for signatures. Sign it or withdraw it first."))
    last = versions.aggregate(last=Max("version"))["last"] or 0
    return Release.objects.create(
        data_set=named.data_set, version=last + 1, method=method, title=named.title, period=named.period,
        changes=named.changes, about=dict(about), counted=dict(counted), prepared_by=by,
    )  # fmt: skip


def _keep(release: Release, given: Mapping[str, bytes], *, public: bool = True) -> None:
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=release, name=name, content=content, sha256=_digest(content), public=public)
        for name, content in given.items()
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _span(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}/{years[-1]}"


def _papers(folder: Path) -> dict[str, Any]:
    """The sheet for signatures of a folder, if what lies there may be signed."""
    try:
        papers: dict[str, Any] = json.loads((folder / "signoff.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise Problem(_("There is no release in this folder.")) from None
    if papers.get("status") != "open" or not papers.get("sha256") or "method" not in papers:
        raise Problem(_("A draft cannot be signed off."))
    if any(Path(name).name != name for name in papers["sha256"]):
        raise Problem(_("There is no release in this folder."))
    return papers


def _read(file: Path) -> bytes:
    if not file.is_file() or file.stat().st_size > MOST:
        raise Problem(_("“%(name)s” is missing or too large.") % {"name": file.name})
    return file.read_bytes()
