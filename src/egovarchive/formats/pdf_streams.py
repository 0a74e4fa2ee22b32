"""The streams of a PDF, decoded to their last byte, more strictly than readers do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from attrs import define, field

from egovarchive.errors import FormatError
from egovarchive.formats import Limits
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.pdf_document import (
    HOSTILE,
    message_of,
    name_of,
    number_of,
)
from egovarchive.formats.pdf_filters import (
    LimitError,
    OddError,
    ascii85,
    ascii_hex,
    decode_jpeg,
    inflate,
)

if TYPE_CHECKING:
    import pikepdf

_SMALL: Final = 1 << 20  # bytes
_SAMPLE: Final = 16  # bytes: the largest that a pixel can need, 4 of 16 bits and more
_FLATE: Final = frozenset({"FlateDecode", "Fl"})
_JPEG: Final = frozenset({"DCTDecode", "DCT"})
_ASCII85: Final = frozenset({"ASCII85Decode", "A85"})
_ASCII_HEX: Final = frozenset({"ASCIIHexDecode", "AHx"})
# qpdf decodes these itself when it checks the file.
_LEFT_TO_QPDF: Final = frozenset({"LZWDecode", "LZW", "RunLengthDecode", "RL"})
_NOT_DECODED: Final = frozenset(
    {"JBIG2Decode", "JPXDecode", "CCITTFaxDecode", "CCF", "Crypt"}
)


@define
class Streams:
    """
    Decodes stream after stream, within limits for all of them together.

    Args:
        limits: How much they may make.
        findings: Where to note what is wrong.
        bomb: Whether a stream was too large, so that qpdf should not decode it either.
    """

    limits: Limits
    findings: Findings
    bomb: bool = False
    _inflated: int = 0
    _undecoded: dict[str, int] = field(factory=dict)

    def look(self, stream: pikepdf.Stream, place: str) -> None:
        """Decode *stream*; note it at *place* if that does not succeed."""
        import pikepdf  # noqa: PLC0415 - an extra

        try:
            self._decode(stream)
        except LimitError as error:
            self.bomb = True
            self.findings.not_performed(
                Aspect.READABLE, error.message("en"), error.message("zh"), place
            )
        except OddError as error:
            self.findings.warned(
                Aspect.READABLE, error.message("en"), error.message("zh"), place
            )
        except FormatError as error:
            self.findings.failed(
                Aspect.READABLE, error.message("en"), error.message("zh"), place
            )
        except (pikepdf.PdfError, *HOSTILE) as error:
            said = message_of(error)
            self.findings.failed(
                Aspect.READABLE,
                f"the stream cannot be read: {said}",
                f"数据流无法读取：{said}",
                place,
            )

    def conclude(self) -> None:
        """Note what was not decoded."""
        for name, count in sorted(self._undecoded.items()):
            self.findings.not_performed(
                Aspect.READABLE,
                f"{count} streams in {name} were not decoded: there is no strict "
                "decoder for it here",
                f"{count} 个 {name} 数据流未解码：无严格解码器",
            )

    def _decode(self, stream: pikepdf.Stream) -> None:
        names = filters(stream)
        if not names or "F" in keys(stream):
            return
        data: bytes = stream.read_raw_bytes()
        most = max(_SMALL, self.limits.ratio * len(data), _picture(stream, self.limits))
        for number, name in enumerate(names, 1):
            if name in _FLATE:
                data = self._inflate(data, most, keep=number < len(names))
            elif name in _ASCII85:
                data = ascii85(data)
            elif name in _ASCII_HEX:
                data = ascii_hex(data)
            elif name in _JPEG:
                decode_jpeg(data, self.limits)
                return
            elif name in _LEFT_TO_QPDF:
                return
            elif name in _NOT_DECODED:
                self._undecoded[name] = self._undecoded.get(name, 0) + 1
                return
            else:
                raise FormatError(
                    f"the filter {shown(name)} is not one of PDF",
                    f"过滤器 {shown(name)} 不属于 PDF",
                )

    def _inflate(self, data: bytes, most: int, *, keep: bool) -> bytes:
        kept = bytearray()
        left = self.limits.inflated - self._inflated
        size = inflate(data, min(most, left), kept if keep else None)
        self._inflated += size
        return bytes(kept)


def keys(node: pikepdf.Object) -> frozenset[str]:
    """Return the keys of the dictionary or stream *node*, without their slash."""
    return frozenset(key.removeprefix("/") for key in node.keys())  # noqa: SIM118 - of pikepdf


def filters(stream: pikepdf.Stream) -> list[str]:
    """Return the names of the filters of *stream*, in the order of decoding."""
    import pikepdf  # noqa: PLC0415 - an extra

    found = stream.get("/Filter")
    if isinstance(found, pikepdf.Array):
        return [name_of(each) for each in found]
    return [] if found is None else [name_of(found)]


def decoded(stream: pikepdf.Stream, most: int) -> bytes:
    """
    Return the data of *stream*.

    Raises:
        LimitError: It is more than *most* bytes, or might be.
        FormatError: It is damaged, or is not decoded here.
    """
    data: bytes = stream.read_raw_bytes()
    for name in filters(stream):
        if name in _FLATE:
            into = bytearray()
            with suppress(OddError):
                inflate(data, most, into)
            data = bytes(into)
        elif name in _ASCII85:
            data = ascii85(data)
        elif name in _ASCII_HEX:
            data = ascii_hex(data)
        else:
            raise LimitError(
                f"a file in it is stored with {shown(name)}, and was not taken out",
                f"其中的文件以 {shown(name)} 存储，未能取出",
            )
    if len(data) > most:
        raise LimitError(
            f"a file in it is larger than the {most} bytes that are taken out here",
            f"其中的文件超过上限 {most} 字节",
        )
    return data


def _picture(stream: pikepdf.Stream, limits: Limits) -> int:
    """
    Return how large the pixels of *stream* may be; 0 if it is no picture.

    A white page shrinks a thousandfold, so a ratio says nothing of pictures.
    """
    width = number_of(stream.get("/Width"))
    height = number_of(stream.get("/Height"))
    count = (width or 0) * (height or 0)
    return count * _SAMPLE if 0 < count <= limits.pixels else 0
