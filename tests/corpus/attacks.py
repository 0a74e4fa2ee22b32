"""Attacks: packages that must be refused, each wrong in one way only."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Callable
from functools import cache

from attrs import evolve

from corpus.forge import Entry, entries_of, listed, manifest_of, zipped
from egovarchive.packages import build
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from packages.filings import bytes_of, filing_of

Attack = Callable[[], bytes]
ATTACKS: dict[str, tuple[Attack, str]] = {}
"""Each attack by its name, with what the error must say."""


@cache
def honest() -> tuple[Entry, ...]:
    """Return the members of an honest package, without manifests."""
    return tuple(entries_of(build(filing_of(), GBT42727_2023)))


def _attack(error: str) -> Callable[[Attack], Attack]:
    def remembered(attack: Attack) -> Attack:
        ATTACKS[attack.__name__] = attack, error
        return attack

    return remembered


def _file(path: str | bytes, data: bytes = b"evil", **fields: object) -> Entry:
    name = path.encode("utf-8", "surrogatepass") if isinstance(path, str) else path
    return Entry(path=name, data=data, **fields)  # type: ignore[arg-type]


def _with(entry: Entry) -> bytes:
    """Return a package with *entry* before the others, listed as they are."""
    return zipped(listed([entry, *honest()]))


def _changed(**fields: object) -> bytes:
    """Return a package the first member of which has other *fields*."""
    first, *others = honest()
    return zipped(listed([evolve(first, **fields), *others]))  # type: ignore[arg-type]


# Names


@_attack("is empty")
def path_absolute() -> bytes:
    return _with(_file("/etc/cron.d/evil"))


@_attack("ends with a dot")
def path_leaves_its_folder() -> bytes:
    return _with(_file("申报文件/../../evil.txt"))


@_attack("U\\+005C")
def path_with_backslashes() -> bytes:
    return _with(_file("..\\..\\evil.txt"))


@_attack("U\\+003A")
def path_with_a_drive() -> bytes:
    return _with(_file("C:/evil.txt"))


@_attack("name of a device")
def path_of_a_device() -> bytes:
    return _with(_file("申报文件/aux.txt"))


@_attack("U\\+202E")
def path_that_reads_backwards() -> bytes:
    return _with(_file("申报文件/\u202etxt.exe"))


@_attack("U\\+0000")
def path_with_a_control_character() -> bytes:
    return _with(_file("申报文件/a\0.txt"))


@_attack("has 256 bytes, more than 255")
def path_with_a_long_name() -> bytes:
    return _with(_file("a" * 256))


@_attack("more than 16 names")
def path_too_deep() -> bytes:
    return _with(_file("a/" * 16 + "a"))


@_attack("is empty")
def path_of_a_folder() -> bytes:
    return _with(_file("申报文件/", b""))


@_attack("not in Unicode form NFC")
def path_not_nfc() -> bytes:
    return _with(_file(unicodedata.normalize("NFD", "申报文件/é.txt")))


@_attack("can't decode")
def path_in_gbk() -> bytes:
    return _with(_file("申报文件/a.txt".encode("gbk")))


@_attack("cannot both be there")
def path_twice() -> bytes:
    return zipped(listed([_file("a"), _file("a"), *honest()]))


@_attack("cannot both be there")
def path_twice_but_for_case() -> bytes:
    return zipped(listed([_file("a.txt"), _file("A.TXT"), *honest()]))


@_attack("cannot both be there")
def path_twice_but_for_width() -> bytes:
    return zipped(listed([_file("ａ.txt"), _file("a.txt"), *honest()]))


@_attack("cannot both be there")
def path_of_a_file_and_a_folder() -> bytes:
    return zipped(listed([_file("a"), _file("A/b"), *honest()]))


# Container


@_attack("before, between or after")
def container_with_leading_garbage() -> bytes:
    return b"#!/bin/sh\n" + zipped(listed(honest()))


@_attack("no end of directory")
def container_with_trailing_garbage() -> bytes:
    return zipped(listed(honest())) + b"\n"


@_attack("no end of directory")
def container_with_a_comment() -> bytes:
    return zipped(listed(honest()), comment=b"hello")


@_attack("no end of directory")
def container_cut_short() -> bytes:
    return zipped(listed(honest()))[:-1]


@_attack("before, between or after")
def container_with_bytes_before_the_directory() -> bytes:
    return zipped(listed(honest()), before_directory=b"hidden")


@_attack("offset")
def container_with_bytes_between_members() -> bytes:
    first, *others = honest()
    return zipped(listed([first, evolve(others[0], before=b"hidden"), *others[1:]]))


@_attack("offset")
def container_with_overlapping_members() -> bytes:
    first, second, *others = honest()
    return zipped(listed([first, evolve(second, central={"offset": 0}), *others]))


@_attack("method 0x8")
def container_with_a_compressed_member() -> bytes:
    first, *others = honest()
    deflate = zlib.compressobj(wbits=-15)
    data = deflate.compress(first.data) + deflate.flush()
    small = evolve(
        first, data=data, method=8, crc=zlib.crc32(first.data), size=len(first.data)
    )
    sealed = listed([first, *others])
    return zipped([evolve(small, stored_size=len(data)), *sealed[1:]])


@_attack("flags 0x801")
def container_with_an_encrypted_member() -> bytes:
    return _changed(flags=1 << 11 | 1)


@_attack("flags 0x808")
def container_with_a_data_descriptor() -> bytes:
    return _changed(flags=1 << 11 | 1 << 3)


@_attack("flags 0x0")
def container_with_names_of_no_encoding() -> bytes:
    return _changed(flags=0)


@_attack("external attributes 0xa1ff0000")
def container_with_a_symlink() -> bytes:
    return _changed(mode=0o120777 << 16)


@_attack("external attributes 0x89ed0000")
def container_with_a_setuid_program() -> bytes:
    return _changed(mode=0o104755 << 16)


@_attack("time 0x1")
def container_with_a_time() -> bytes:
    return _changed(time=1)


@_attack("length of extra field 0x9")
def container_with_an_extra_field() -> bytes:
    """Its Unicode path (0x7075) is another name to some readers."""
    return _changed(extra=struct.pack("<2HBI", 0x7075, 5, 1, 0))


@_attack("length of comment 0x4")
def container_with_a_comment_on_a_member() -> bytes:
    return _changed(comment=b"note")


@_attack("disk 0x1")
def container_on_several_disks() -> bytes:
    return _changed(disk=1)


@_attack("size 0x3")
def container_with_a_bomb() -> bytes:
    return _changed(central={"size": 3, "stored_size": 1 << 30})


@_attack("offset|before, between or after")
def container_with_a_size_of_exbytes() -> bytes:
    extra = struct.pack("<2H2Q", 1, 16, 1 << 60, 1 << 60)
    fields = {"size": 0xFFFFFFFF, "extra": extra, "version": 45, "made_by": 3 << 8 | 45}
    return _changed(central=fields)


@_attack("offset|before, between or after")
def container_with_a_size_that_is_not_true() -> bytes:
    return _changed(central={"size": 4})


@_attack("the bytes of manifest-sm3.txt are not those in the directory")
def container_with_a_manifest_of_two_names() -> bytes:
    *others, primary, signature = listed(honest())
    lying = evolve(primary, local={"path": b"manifest-sha.txt"})
    return zipped([*others, lying, signature])


@_attack("the bytes of manifest-sm3.txt.p7s are not those in the directory")
def container_with_a_signature_of_another_sum() -> bytes:
    *others, signature = listed(honest())
    return zipped([*others, evolve(signature, central={"crc": 0})])


@_attack("too few")
def container_empty() -> bytes:
    return b""


@_attack("manifests do not stand at its end")
def container_without_members() -> bytes:
    return zipped([])


# Manifests and signature


@_attack("not listed \\['申报文件/evil.txt'\\]")
def manifest_without_a_member() -> bytes:
    return zipped([_file("申报文件/evil.txt"), *listed(honest())])


@_attack("not there \\['申报文件/001-a.txt'\\]")
def manifest_with_a_member_that_is_not_there() -> bytes:
    return zipped(listed(honest())[1:])


@_attack("manifest-sha256.txt and the members differ")
def manifest_that_differs_from_the_other() -> bytes:
    first, *others = honest()
    *content, _, primary, signature = listed([first, *others])
    half = next(e for e in listed(others) if e.path == b"manifest-sha256.txt")
    return zipped([*content, half, primary, signature])


@_attack("not listed \\['manifest-sha256.txt'\\]")
def manifest_that_does_not_list_the_other() -> bytes:
    *content, other, primary, signature = listed(honest())
    lines = primary.data.splitlines(keepends=True)[:-1]
    return zipped([*content, other, evolve(primary, data=b"".join(lines)), signature])


@_attack("in another order")
def manifest_in_another_order() -> bytes:
    *content, other, primary, signature = listed(honest())
    lines = primary.data.splitlines(keepends=True)
    turned = evolve(primary, data=b"".join([lines[1], lines[0], *lines[2:]]))
    return zipped([*content, other, turned, signature])


@_attack("line 2: not a digest and a new path")
def manifest_with_a_line_twice() -> bytes:
    *content, other, primary, signature = listed(honest())
    first = primary.data.splitlines(keepends=True)[0]
    return zipped(
        [*content, other, evolve(primary, data=first + primary.data), signature]
    )


@_attack("line 1: not a digest and a new path")
def manifest_with_digests_of_another_length() -> bytes:
    *content, other, primary, signature = listed(honest())
    short = evolve(primary, data=primary.data[1:])
    return zipped([*content, other, short, signature])


@_attack("line 1: not a digest and a new path")
def manifest_with_windows_line_ends() -> bytes:
    *content, other, primary, signature = listed(honest())
    changed = evolve(primary, data=b"\r\n" + primary.data)
    return zipped([*content, other, changed, signature])


@_attack("no end of line")
def manifest_cut_short() -> bytes:
    *content, other, primary, signature = listed(honest())
    return zipped([*content, other, evolve(primary, data=primary.data[:-1]), signature])


@_attack("invalid continuation byte|invalid start byte")
def manifest_in_gbk() -> bytes:
    *content, other, primary, signature = listed(honest())
    data = primary.data.decode().encode("gbk")
    return zipped([*content, other, evolve(primary, data=data), signature])


@_attack("manifests do not stand at its end")
def manifest_before_its_members() -> bytes:
    *content, other, primary, signature = listed(honest())
    return zipped([other, *content, primary, signature])


@_attack("manifests do not stand at its end")
def manifest_missing() -> bytes:
    return zipped(honest())


@_attack("not there \\['manifest-sha256.txt'\\]")
def manifests_in_the_wrong_order() -> bytes:
    *content, other, primary, _ = listed(honest())
    signature = _file("manifest-sha256.txt.p7s")
    return zipped([*content, primary, other, signature])


@_attack("manifests do not stand at its end")
def manifest_of_md5() -> bytes:
    weak = Entry(path=b"manifest-md5.txt", data=b"")
    return zipped([*honest(), weak])


@_attack("manifests do not stand at its end")
def signature_twice() -> bytes:
    sealed = listed(honest())
    return zipped([*sealed, _file("manifest-sha256.txt.p7s")])


@_attack("is not the signature of 'manifest-sm3.txt'")
def signature_of_another_manifest() -> bytes:
    sealed = listed(honest(), signature=None)
    return zipped([*sealed, _file("manifest-sha256.txt.p7s")])


@_attack("manifest-sm3.txt.p7s is empty")
def signature_empty() -> bytes:
    return zipped(listed(honest(), signature=b""))


@_attack("has 1048577 bytes, more than 1048576")
def signature_too_large() -> bytes:
    return zipped(listed(honest(), signature=bytes((1 << 20) + 1)))


@_attack("manifest-sm3.txt line 1")
def manifest_of_something_else() -> bytes:
    return zipped([*honest(), manifest_of("sm3", b"hello\n")])


def honest_package() -> bytes:
    """Return the package that all these were, before something was done to them."""
    return bytes_of(build(filing_of(), GBT42727_2023).sealed(b"signature"))
