"""tar: every header, where members and links lead, and the blocks at the end."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from egovarchive.formats import tar_members as members
from egovarchive.formats.archive_kinds import HEAD, archive_in
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.source import PIECE
from egovarchive.formats.tar_members import BLOCK, Member, read_member
from egovarchive.formats.walk import Survey, Walk

_KNOWN: Final = frozenset(
    {members.FILE, members.LINK, members.SYMLINK, members.FOLDER, members.SPARSE}
)
_LONGEST: Final = 4096  # characters of a path: what Linux takes


class TarWalk(Walk):
    """Walks the members of tar files; nothing in them is compressed or encrypted."""

    name = "tar"
    formats = frozenset({"tar"})
    aspects = frozenset({
        Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
        Aspect.EMBEDDED,
    })  # fmt: skip

    def walk(self, file: Octets, survey: Survey) -> None:
        _Reading(file, survey).run()


class _Reading:
    """One way through one file."""

    def __init__(self, file: Octets, survey: Survey) -> None:
        self._file = file
        self._survey = survey
        self._seen: set[str] = set()
        self._more: dict[str, str] = {}
        self._for_all: dict[str, str] = {}

    def run(self) -> None:
        at = count = 0
        while at < self._file.size and (block := self._file.peek(at, BLOCK)).strip(
            b"\0"
        ):
            if len(block) < BLOCK:
                raise CutOffError.of(at + BLOCK, self._file.size)
            count += 1
            if count > self._survey.limits.entries:
                self._leave()
                return
            at = self._member(at)
        self._ending(at)

    def _member(self, at: int) -> int:
        """Look at the member at *at*; return where the next begins."""
        member = read_member(self._file, at)
        start = at + BLOCK
        if member.kind in members.EXTENDING:
            self._extend(member, start)
        else:
            member = self._extended(member)
            self._look(member, start)
        size = 0 if member.kind in {members.LINK, members.SYMLINK} else member.size
        stop = start + size
        if stop > self._file.size:
            raise CutOffError.of(stop, self._file.size)
        return stop + -stop % BLOCK

    def _extend(self, member: Member, start: int) -> None:
        """Take note of what is said of the next member, or of all that follow."""
        if member.size > members.LARGEST:
            self._survey.findings.not_performed(
                Aspect.READABLE,
                f"a header of {member.size} bytes, at most {members.LARGEST} are read",
                f"扩展文件头有 {member.size} 字节，最多读取 {members.LARGEST} 字节",
                f"@{start}",
            )
            return
        data = self._file.take(start, member.size)
        if member.kind == members.OF_ALL:
            self._for_all = members.records(data)
        elif member.kind == members.OF_NEXT:
            self._more |= members.records(data)
        else:
            key = "path" if member.kind == members.LONG_NAME else "linkpath"
            self._more[key] = data.rstrip(b"\0").decode("utf-8", "replace")

    def _extended(self, member: Member) -> Member:
        more, self._more = {**self._for_all, **self._more}, {}
        size = more.get("size", "")
        return evolve(
            member,
            name=more.get("path", member.name),
            target=more.get("linkpath", member.target),
            kind=members.SPARSE
            if any(key.startswith("GNU.sparse.") for key in more)
            else member.kind,
            size=int(size)
            if size.isascii() and size.isdigit() and len(size) < 20
            else member.size,
        )

    def _look(self, member: Member, start: int) -> None:
        found, place = self._survey.findings, shown(member.name)
        if max(len(member.name), len(member.target)) > _LONGEST:
            found.failed(
                Aspect.READABLE,
                f"its name is longer than {_LONGEST} characters: it is not unpacked",
                f"文件名超过 {_LONGEST} 个字符，无法解压",
                place,
            )
            return
        if _leaves(member.name):
            found.failed(
                Aspect.READABLE,
                "the name leads out of the folder it is unpacked to",
                "文件名越出解压目录",
                place,
            )
        if member.name in self._seen:
            found.warned(
                Aspect.READABLE,
                "the name is there twice: the last is what is unpacked",
                "文件名重复，解压后仅留最后一个",
                place,
            )
        self._seen.add(member.name)
        if member.kind in {members.LINK, members.SYMLINK}:
            self._link(member, place)
        elif member.kind in members.DEVICES:
            found.failed(
                Aspect.READABLE, "is a device, no file", "是设备，不是文件", place
            )
        elif member.kind == members.SPARSE:
            found.not_performed(
                Aspect.READABLE,
                "has holes: only some programs can unpack it",
                "为稀疏文件，仅部分软件可解压",
                place,
            )
        elif member.kind not in _KNOWN:
            found.warned(
                Aspect.READABLE,
                f"its type {member.kind!r} is not known: it is taken for a file",
                f"类型 {member.kind!r} 未知，按普通文件处理",
                place,
            )
        if member.size and (
            name := archive_in(
                self._file.peek(start, min(HEAD, member.size)), member.name
            )
        ):
            found.warned(
                Aspect.EMBEDDED,
                f"an archive in an archive ({name})",
                f"压缩包内含压缩包（{name}）",
                place,
            )

    def _link(self, member: Member, place: str) -> None:
        # A hard link names a member; a symbolic one starts from its own folder.
        target = member.target
        if member.kind == members.SYMLINK and not target.startswith("/"):
            target = f"{member.name.rpartition('/')[0]}/{target}".lstrip("/")
        note = self._survey.findings.warned
        if _leaves(target):
            note = self._survey.findings.failed
        note(
            Aspect.READABLE,
            f"is a link to {shown(member.target)}",
            f"是指向 {shown(member.target)} 的链接",
            place,
        )

    def _ending(self, at: int) -> None:
        """Two blocks of zeros end it, and more may fill up the last record."""
        zeros = at
        while zeros < self._file.size:
            piece = self._file.peek(zeros, PIECE)
            if rest := piece.lstrip(b"\0"):
                zeros += len(piece) - len(rest)
                break
            zeros += len(piece)
        if zeros - at < 2 * BLOCK:
            self._survey.odd(
                f"two blocks of zeros should stand at byte {at}: it may be cut off",
                f"第 {at} 字节处应有两个零块，文件可能被截断",
            )
        self._survey.ends(self._file, zeros)

    def _leave(self) -> None:
        most = self._survey.limits.entries
        for aspect in (Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED):
            self._survey.findings.not_performed(
                aspect,
                f"more than {most} members, the rest was not looked at",
                f"超过 {most} 个成员，其余未检测",
            )


def _leaves(name: str) -> bool:
    """Say whether *name* does not stay in the folder it is unpacked to."""
    path = name.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":":
        return True
    depth = 0
    for part in path.split("/"):
        if part == "..":
            depth -= 1
        elif part not in {"", "."}:
            depth += 1
        if depth < 0:
            return True
    return False
