"""Mutations of the package itself: its bytes, its manifests, its signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from attrs import evolve

from acceptance.mutation import Mutation, Victim, opened
from archive.office import signer as office_signer
from checks.subjects import CODE, data_of, fresh
from corpus.forge import Entry, listed, manifest_of, zipped
from corpus.resealed import BASIC, signature_of
from egovarchive.checks import Stage
from egovarchive.packages.manifest import encode
from egovarchive.records.digest import hexdigest

MEMBERS = "integrity.members"
PACKAGE = "integrity.package"  # not one at all
SIGNATURE = "authenticity.signature"
REGISTERED = "authenticity.package"
# What a document says in itself, once one of its bytes is another.
INSIDE: Final = frozenset(
    {
        "authenticity.content_attributes",
        "integrity.content",
        "usability.readable",
        "usability.self_contained",
        "usability.conformance",
        "usability.scan_quality",
        "security.active_content",
        "security.embedded_files",
        "security.hidden_data",
    }
)
Change = Callable[[Victim], "bytes | None"]


def _rows(
    name: str, damage: Change, by: Iterable[str], also: Iterable[str] = ()
) -> tuple[Mutation, Mutation]:
    """Return what is done before a transfer, and to what is kept for long."""
    return (
        Mutation(name=name, damage=damage, by=by, also=also),
        Mutation(
            name=f"{name}, in storage",
            damage=damage,
            by=by,
            also={*also, REGISTERED},
            stage=Stage.PRESERVATION,
        ),
    )


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _byte_of(path: Callable[[Victim], str | None]) -> Callable[[Victim], bytes | None]:
    """Return what flips a bit in the middle of the member at *path*, in place."""

    def damage(victim: Victim) -> bytes | None:
        found = path(victim)
        if found is None:
            return None
        member = victim.parts.members[found]
        start = victim.data.index(member)
        return _flipped(victim.data, start + len(member) // 2)

    return damage


def _ending(end: str) -> Callable[[Victim], str | None]:
    return lambda victim: victim.parts.ending(end)


def _manifest(victim: Victim, path: bytes, at: int) -> bytes:
    """Flip a bit of a digest in the manifest at *path*."""
    package = opened(victim.data)
    manifest = (
        package.manifest
        if path.endswith(b"sm3.txt")
        else package.read(package.member(path.decode()))
    )
    return _flipped(victim.data, victim.data.index(manifest) + at)


def _signature(victim: Victim) -> bytes:
    signature = opened(victim.data).signature
    assert signature is not None
    return _flipped(victim.data, victim.data.index(signature) + len(signature) - 9)


def _unsigned(victim: Victim) -> bytes:
    return zipped(listed(victim.parts.entries(), signature=None))


def _signature_of_another(victim: Victim) -> bytes:
    return zipped(
        listed(victim.parts.entries(), signature=opened(data_of(fresh())).signature)
    )


def _lying_manifest(victim: Victim) -> bytes:
    """The second manifest lies; the first, which is signed, vouches for its bytes."""
    *members, _ = listed(victim.parts.entries(), signature=None)
    second = members[-1]
    digest = hexdigest("sha256", members[0].data).encode()
    members[-1] = evolve(second, data=second.data.replace(digest, b"0" * 64))
    lines = [(hexdigest("sm3", each.data), each.path.decode()) for each in members]
    primary = manifest_of("sm3", encode(lines))
    return zipped([*members, primary, signature_of(primary, office_signer())])


def _entry(victim: Victim, **changes: object) -> bytes:
    """Return the package whose first member's header says something else."""
    first, *others = _entries(victim)
    return zipped([evolve(first, **changes), *others])  # type: ignore[arg-type]


def _entries(victim: Victim) -> list[Entry]:
    *_, manifest = both = listed(victim.parts.entries(), signature=None)
    return [*both, signature_of(manifest, office_signer())]


def _with_sums(victim: Victim, path: bytes) -> bytes:
    """Flip a bit of the manifest or signature at *path*, and let the container know."""
    at = -9 if path.endswith(b".p7s") else 5
    return zipped(
        evolve(each, data=_flipped(each.data, at % len(each.data)))
        if each.path == path
        else each
        for each in _entries(victim)
    )


def _name_in_the_directory(victim: Victim) -> bytes:
    at = victim.data.rindex(b"001-", 0, victim.data.rindex(b"PK\5\6"))
    return victim.data[:at] + b"9" + victim.data[at + 1 :]


def _registered_otherwise(victim: Victim) -> Mapping[str, Any]:
    return {"expected": evolve(victim.expected, package="0" * 64)}


def _registered_with_another_size(victim: Victim) -> Mapping[str, Any]:
    return {"expected": evolve(victim.expected, size=1)}


def _other_title(victim: Victim) -> bytes:
    return victim.parts.tagged("title", "另一件事").sealed()


def _same_sealed_again(victim: Victim) -> bytes:
    return victim.parts.sealed(office_signer())


PACKAGES = (
    *(row for end in ("pdf", "docx", "ofd", "jpg", "tif", "mp4")
      for row in _rows(f"one byte of a {end}", _byte_of(_ending(f".{end}")),
                       {MEMBERS}, INSIDE)),
    *_rows(
        "one byte of the metadata",
        _byte_of(lambda _: BASIC),
        {MEMBERS},
        {
            "usability.metadata",
            "authenticity.metadata_types",
            "authenticity.metadata_values",
            "authenticity.characters",
            "integrity.required",
            "authenticity.links",
        },
    ),
    *_rows("one digit of the signed manifest",
           lambda v: _manifest(v, b"manifest-sm3.txt", 5), {PACKAGE}),
    *_rows("one digit of the other manifest",
           lambda v: _manifest(v, b"manifest-sha256.txt", 5), {PACKAGE}),
    *_rows("one byte of the signature", _signature, {PACKAGE}),
    *_rows("one digit of the signed manifest, the container's sum right",
           lambda v: _with_sums(v, b"manifest-sm3.txt"), {SIGNATURE, MEMBERS}),
    *_rows("one byte of the signature, the container's sum right",
           lambda v: _with_sums(v, b"manifest-sm3.txt.p7s"), {SIGNATURE}),
    *_rows("signature removed", _unsigned, {SIGNATURE}),
    *_rows("signature of another package", _signature_of_another, {SIGNATURE}),
    *_rows("sealed by a stranger",
           lambda v: v.parts.sealed(office_signer("陌生人")), {SIGNATURE}),
    *_rows("a manifest that lies, sealed", _lying_manifest, {MEMBERS}),
    *_rows("cut short by a byte", lambda v: v.data[:-1], {PACKAGE}),
    *_rows("cut in half", lambda v: v.data[: len(v.data) // 2], {PACKAGE}),
    *_rows("a byte appended", lambda v: v.data + b"\0", {PACKAGE}),
    *_rows("a byte before it", lambda v: b"\0" + v.data, {PACKAGE}),
    *_rows("one name in the directory", _name_in_the_directory, {PACKAGE}),
    *_rows("another checksum in the container", lambda v: _entry(v, crc=7), {MEMBERS}),
    *_rows("another name before the member", lambda v: _entry(
        v, local={"path": b"x" * len(v.parts.files[0].encode())}), {MEMBERS}),
    *_rows("a member that is a link", lambda v: _entry(v, mode=0o120777 << 16),
           {PACKAGE}),
    *_rows("a member that is encrypted", lambda v: _entry(v, flags=1 | 1 << 11),
           {PACKAGE}),
    *_rows("a path that leads out", lambda v: v.parts.put("../出.txt", b"x").sealed(),
           {PACKAGE}),
    Mutation(name="another package in its place", damage=_other_title,
             by={REGISTERED}, stage=Stage.PRESERVATION),
    Mutation(name="the same, sealed again", damage=_same_sealed_again,
             by={REGISTERED}, stage=Stage.PRESERVATION),
    Mutation(name="registered under another id", damage=lambda v: v.data,
             by={REGISTERED}, stage=Stage.PRESERVATION, changes=_registered_otherwise),
    Mutation(name="registered with another size", damage=lambda v: v.data,
             by={REGISTERED}, stage=Stage.PRESERVATION,
             changes=_registered_with_another_size),
    Mutation(name="case number of another record", damage=lambda v: v.data,
             by={"authenticity.duplicates"},
             changes=lambda _: {"taken": lambda _: CODE}),
)  # fmt: skip
