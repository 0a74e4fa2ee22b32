"""E-mail messages (RFC 5322, MIME RFC 2045 to 2049)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.markup import audit_html
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import BytesSource, Source
from egovarchive.formats.text_encoding import Encoding, decoded, named

TOOL: Final = Tool("egovarchive.mail", "1")

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED, Aspect.PASSIVE, Aspect.EMBEDDED,
})  # fmt: skip
_LARGEST: Final = 64 << 20  # bytes
_MOST_LEVELS: Final = 100  # each line is held against all boundaries that are open
_NESTED: Final = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}\s*")
# What the parser says, by the end of the name of its class.
_LOST: Final = frozenset({
    "NoBoundaryInMultipartDefect",
    "StartBoundaryNotFoundDefect",
    "CloseBoundaryNotFoundDefect",
})  # fmt: skip
_LOCKED: Final = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


def _parsed(source: Source) -> Message:
    """
    Return the message *source*.

    Raises:
        FormatError: It is none.
        ToolError: It is too large, or may be nested too deeply.
    """
    if source.size > _LARGEST:
        raise ToolError(
            f"{source.size} bytes, at most {_LARGEST} are read as a message",
            f"共 {source.size} 字节，邮件最多读取 {_LARGEST} 字节",
        )
    data = source.read(0, source.size)
    if len(_NESTED.findall(data)) > _MOST_LEVELS:
        raise ToolError(
            f"more than {_MOST_LEVELS} parts that may lie within each other",
            f"可嵌套的部分超过 {_MOST_LEVELS} 个",
        )
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
    # The parser trips over hostile headers in ways that its authors did not foresee.
    except Exception as error:
        raise FormatError(
            f"the message cannot be parsed: {type(error).__name__}",
            f"邮件无法解析：{type(error).__name__}",
        ) from error
    if not message.keys():
        raise FormatError("it has no header", "缺少邮件头")
    return message


@frozen
class MailValidator:
    """Looks at all parts of a message."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in messages; nothing in other files."""
        return _ASPECTS if format.id == "eml" else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """
        Yield what is to be said of *source*.

        Raises:
            FormatError: It is no message.
            ToolError: It is too large, or may be nested too deeply.
        """
        message = _parsed(source)
        found = Findings(limits.findings)
        for name in ("From", "Date"):
            if name not in message:
                found.warned(
                    Aspect.COMPLETE, f"it has no field {name}", f"缺少 {name} 字段"
                )
        if message.get_unixfrom():
            found.warned(
                Aspect.BOUNDED,
                "a line of a mailbox stands before it",
                "开头有邮箱文件的分隔行",
            )
        for number, part in enumerate(message.walk()):
            _part(part, f"part {number}", found)
        yield from found


def _part(part: Message, place: str, found: Findings) -> None:
    for defect in part.defects:
        name = type(defect).__name__
        note = found.failed if name in _LOST else found.warned
        note(Aspect.COMPLETE, f"the parser says {name}", f"解析发现 {name}", place)
    kind = part.get_content_type()
    smime = str(part.get_param("smime-type", "")).lower()
    if kind in _LOCKED or (kind in _SMIME and smime in {"", "enveloped-data"}):
        found.failed(Aspect.UNENCRYPTED, "is encrypted", "已加密", place)
    if kind == "message/external-body":
        found.failed(
            Aspect.SELF_CONTAINED, "its body lies outside", "正文不在邮件内", place
        )
    if part.is_multipart():
        if isinstance(part.epilogue, str) and part.epilogue.strip():
            found.warned(
                Aspect.BOUNDED,
                "text stands after its last part",
                "最后一部分之后另有文字",
                place,
            )
        if kind == "message/rfc822" and place != "part 0":
            found.warned(Aspect.EMBEDDED, "a message is attached", "含附件邮件", place)
        return
    name = _file_name(part)
    if _is_attached(part):
        found.warned(
            Aspect.EMBEDDED,
            f"a file is attached: {shown(name) or kind}",
            f"含附件：{shown(name) or kind}",
            place,
        )
    _content(part, kind, place, found)


def _content(part: Message, kind: str, place: str, found: Findings) -> None:
    try:
        data = _payload(part)
    except FormatError as error:
        found.refused(Aspect.READABLE, error, place)
        return
    if not kind.startswith("text/"):
        return
    charset = _charset(part)
    if kind == "text/html":
        inner = Findings(_MOST_LEVELS)
        audit_html(data, inner, charset)
        # It is a part of a message: how it ends matters little.
        skipped = {Aspect.COMPLETE, Aspect.BOUNDED}
        found.extend(each for each in inner if each.aspect not in skipped)
        return
    encoding = named(charset) if charset else Encoding("utf-8")
    if encoding is None:
        found.failed(
            Aspect.READABLE,
            f"an encoding that does not exist: {charset!r}",
            f"编码 {charset!r} 不存在",
            place,
        )
        return
    try:
        for _ in decoded([data], encoding):
            pass  # only to know that it can be
    except FormatError as error:
        note = found.refused if charset else found.skipped
        note(Aspect.READABLE, error, place)


def _payload(part: Message) -> bytes:
    """
    Return the bytes that *part* carries.

    Raises:
        FormatError: They are not encoded as it says.
    """
    try:
        raw, data = part.get_payload(decode=False), part.get_payload(decode=True)
    # An unknown charset, or a header that is no text, ends in whatever it ends in.
    except Exception as error:
        raise FormatError(
            f"it cannot be decoded: {type(error).__name__}",
            f"无法解码：{type(error).__name__}",
        ) from error
    if not isinstance(raw, str):
        return b""
    coding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if coding == "base64":
        text = raw.encode("ascii", "replace")
        digits = len(b"".join(text.split()))
        if not _BASE64.fullmatch(text) or digits % 4:
            raise FormatError("its base64 is broken", "base64 编码损坏")
    elif coding not in {"", "7bit", "8bit", "binary", "quoted-printable"}:
        raise FormatError(
            f"encoded by {coding!r}, which is not known", f"未知的传输编码 {coding!r}"
        )
    return data if isinstance(data, bytes) else b""


def _charset(part: Message) -> str:
    value = part.get_param("charset", "")
    # RFC 2231: charset, language, value.
    return str(value[2] if isinstance(value, tuple) else value or "")


def _is_attached(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    return disposition.startswith("attachment") or bool(_file_name(part))


def _file_name(part: Message) -> str:
    try:
        return _text(part.get_filename(""))
    except (LookupError, ValueError, TypeError, AttributeError, MessageError):
        return "?"


def _text(value: object) -> str:
    """Return a header's value with its encoded words read (RFC 2047)."""
    text = str(value or "")
    try:
        pieces = [
            piece.decode(charset or "ascii", "replace")
            if isinstance(piece, bytes)
            else piece
            for piece, charset in decode_header(text)
        ]
    # What is no encoded word, or of no charset, stays as it stands.
    except (LookupError, ValueError, AssertionError, MessageError):
        return text
    return "".join(pieces)


@frozen
class MailReader:
    """Reads the header of a message."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def reads(self, format: Format) -> bool:
        """Say whether it is a message."""
        return format.id == "eml"

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return subject, date, and the program that sent it.

        Raises:
            FormatError: It is no message.
            ToolError: It is too large, or may be nested too deeply.
        """
        message = _parsed(source)
        program = message.get("X-Mailer") or message.get("User-Agent")
        return Facts(
            application=_text(program) or None,
            title=_text(message.get("Subject")).strip() or None,
            created=_moment(str(message.get("Date", ""))),
        )


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@frozen
class MailOpener:
    """Takes attachments out of messages."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is a message."""
        return format.id == "eml"

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield each part that is no text, or is a file of its own.

        Raises:
            FormatError: It is no message; or, after the last, one part is broken.
            ToolError: It is too large, or may be nested too deeply.
        """
        broken: FormatError | None = None
        for number, part in enumerate(_parsed(source).walk()):
            plain = part.get_content_maintype() == "text" and not _is_attached(part)
            if part.is_multipart() or plain:
                continue
            try:
                data = _payload(part)
            except FormatError as error:
                broken = broken or error
                continue
            name = _file_name(part).replace("\\", "/").rpartition("/")[2]
            yield BytesSource(name or f"part-{number}", data)
        if broken is not None:
            raise broken
