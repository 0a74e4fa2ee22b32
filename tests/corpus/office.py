"""ZIP files, office documents, markup, texts and mail: all right and wrong ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from corpus import compounds, packaged, texts
from corpus.zip_maker import Member, deflated, overlapping_bomb, plain_zip, zip_of
from egovarchive.formats.aspect import Aspect

_FILES = {"许可证.txt": b"granted " * 50, "folder/a.txt": b"a" * 500}
_ONE = Member(name=b"a.txt", data=b"text " * 50)


def _by_the_library() -> bytes:
    """Return an archive as the standard library writes it, ready for ZIP64."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _FILES.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(data)
    return file.getvalue()


VALID: dict[str, Callable[[], bytes]] = {
    "zip/plain": lambda: plain_zip(_FILES),
    "zip/empty": lambda: zip_of([]),
    "zip/zip64": lambda: zip_of([_ONE], zip64=True),
    "zip/with_a_comment": lambda: zip_of([_ONE], comment=b"comment"),
    "zip/of_the_standard_library": _by_the_library,
    **packaged.VALID,
    **compounds.VALID,
    **texts.VALID,
}
INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "zip/cut_off": (lambda: plain_zip(_FILES)[:-30], Aspect.COMPLETE),
    "zip/wrong_count": (lambda: zip_of([_ONE], count=2), Aspect.COMPLETE),
    "zip/no_header": (
        lambda: zip_of([Member(name=b"a", offset=9999)]), Aspect.COMPLETE,
    ),
    "zip/overlapping_bomb": (overlapping_bomb, Aspect.COMPLETE),
    "zip/wrong_crc": (
        lambda: zip_of([Member(name=b"a", crc=1, local_crc=1)]), Aspect.READABLE,
    ),
    "zip/inflates_too_far": (
        lambda: zip_of([Member(name=b"a", method=8, packed=deflated(bytes(9999)))]),
        Aspect.READABLE,
    ),
    "zip/two_names": (
        lambda: zip_of([Member(name=b"a", local_name=b"b")]), Aspect.READABLE,
    ),
    "zip/name_twice": (lambda: zip_of([_ONE, _ONE]), Aspect.READABLE),
    "zip/climbs_out": (
        lambda: zip_of([Member(name=b"../../a")]), Aspect.READABLE,
    ),
    "zip/starts_at_the_root": (
        lambda: zip_of([Member(name=b"/etc/passwd")]), Aspect.READABLE,
    ),
    "zip/turned_name": (
        lambda: zip_of([
            Member(name="申请\u202efdp.exe".encode(), flags=1 << 11),
        ]),
        Aspect.READABLE,
    ),
    "zip/names_in_gbk": (
        lambda: zip_of([Member(name="申请表.doc".encode("gbk"))]), Aspect.READABLE,
    ),
    "zip/symbolic_link": (
        lambda: zip_of([Member(name=b"a", data=b"/etc", mode=0o120777)]),
        Aspect.READABLE,
    ),
    "zip/encrypted": (
        lambda: zip_of([Member(name=b"a", flags=1)]), Aspect.UNENCRYPTED,
    ),
    "zip/other_compression": (
        lambda: zip_of([Member(name=b"a", method=12)]), Aspect.UNENCRYPTED,
    ),
    "zip/archive_in_an_archive": (
        lambda: plain_zip({"a.zip": plain_zip(_FILES)}), Aspect.EMBEDDED,
    ),
    "zip/bytes_in_front": (lambda: b"MZ" + plain_zip(_FILES), Aspect.BOUNDED),
    "zip/bytes_behind": (lambda: plain_zip(_FILES) + b"more", Aspect.BOUNDED),
    "zip/bytes_between": (
        lambda: zip_of([Member(name=b"a", gap=b"hidden"), _ONE]), Aspect.BOUNDED,
    ),
    "zip/two_directories": (
        lambda: zip_of([_ONE], comment=zip_of([_ONE])), Aspect.BOUNDED,
    ),
    **packaged.INVALID,
    **compounds.INVALID,
    **texts.INVALID,
}  # fmt: skip
