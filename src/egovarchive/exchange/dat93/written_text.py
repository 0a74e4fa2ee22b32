"""Written text: bytes of a text file, in one of the encodings that batches have."""

from __future__ import annotations

import codecs
import re
from typing import Final

from egovarchive.errors import BatchError
from egovarchive.records.identifiers.quoting import quoted

_DECLARATION: Final = re.compile(r"\ufeff?<\?xml\b[^>]{0,200}?\?>")
_ENCODING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"'>]{0,40})[\"']"
)
# What implementations of DA/T 93 accept. GB 18030 reads the smaller two as well.
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def decoded(data: bytes, path: str) -> str:
    """
    Return the text in *data*: UTF-8, or GB 18030 if it is no UTF-8.

    Raises:
        BatchError: It is neither.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _strictly(data[len(codecs.BOM_UTF8) :], "utf-8", path)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _strictly(data, "gb18030", path)


def decoded_xml(data: bytes, path: str) -> str:
    """
    Return the XML document in *data* as text, without its declaration.

    Raises:
        BatchError: Its bytes are not in the encoding it declares, or that is none
            of UTF-8, GB 18030, GBK and GB 2312; or it has a DOCTYPE.
    """
    declared = _ENCODING.match(data)
    if declared is None:
        text = decoded(data, path)
    else:
        name = declared[1].decode("latin-1")
        codec = _CODECS.get(name.lower())
        if codec is None:
            raise BatchError(
                f"{path}: its encoding is {quoted(name)}, none of {', '.join(_CODECS)}",
                f"{path}：字符编码为 {quoted(name)}，不在 {'、'.join(_CODECS)} 之中",
            )
        text = _strictly(data, codec, path)
    # Refused before it is parsed: what entities may do is the parser's secret.
    if "<!DOCTYPE" in text:
        raise BatchError(f"{path}: it has a DOCTYPE", f"{path}：不得含有 DOCTYPE")
    return _DECLARATION.sub("", text, count=1)


def _strictly(data: bytes, codec: str, path: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise BatchError(
            f"{path}: byte {error.start} is not {codec.upper()}",
            f"{path}：第 {error.start} 字节不是 {codec.upper()} 编码",
        ) from None
