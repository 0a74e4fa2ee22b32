"""The formats that are told apart: a closed list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.format import Format, Kind

_ALWAYS: Final = frozenset({Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED})
_RICH: Final = _ALWAYS | {
    Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED,
    Aspect.PASSIVE,
    Aspect.EMBEDDED,
}
_FIXED: Final = _RICH | {Aspect.CONFORMANT}
_MARKUP: Final = _ALWAYS | {Aspect.SELF_CONTAINED, Aspect.PASSIVE}
_TEXT: Final = frozenset({Aspect.READABLE})
_MEDIA: Final = _ALWAYS | {Aspect.UNENCRYPTED}
_CONTAINER: Final = _ALWAYS | {Aspect.UNENCRYPTED, Aspect.EMBEDDED}

_Rows = tuple[tuple[Kind, frozenset[Aspect], tuple[tuple[str, ...], ...]], ...]
_ROWS: Final[_Rows] = (
    (Kind.FIXED, _FIXED, (
        ("ofd", "OFD", "OFD 版式文件", "application/ofd", "ofd"),
        ("pdf", "PDF", "PDF 版式文件", "application/pdf", "pdf"),
    )),
    (Kind.OFFICE, _RICH, (
        ("docx", "Word (OOXML)", "Word 文档（OOXML）", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx docm dotx dotm wps wpt"),
        ("xlsx", "Excel (OOXML)", "Excel 表格（OOXML）", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx xlsm xltx xltm et ett"),
        ("pptx", "PowerPoint (OOXML)", "PowerPoint 演示文稿（OOXML）", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx pptm potx potm ppsx ppsm dps dpt"),
        ("odt", "OpenDocument text", "OpenDocument 文本", "application/vnd.oasis.opendocument.text", "odt ott"),
        ("ods", "OpenDocument spreadsheet", "OpenDocument 电子表格", "application/vnd.oasis.opendocument.spreadsheet", "ods ots"),
        ("odp", "OpenDocument presentation", "OpenDocument 演示文稿", "application/vnd.oasis.opendocument.presentation", "odp otp"),
        ("doc", "Word 97–2003", "Word 97–2003 文档", "application/msword", "doc dot wps wpt"),
        ("xls", "Excel 97–2003", "Excel 97–2003 表格", "application/vnd.ms-excel", "xls xlt et ett"),
        ("ppt", "PowerPoint 97–2003", "PowerPoint 97–2003 演示文稿", "application/vnd.ms-powerpoint", "ppt pps pot dps dpt"),
        ("wps", "Kingsoft Writer", "WPS 文字", "application/wps-office.wps", "wps wpt doc"),
        ("et", "Kingsoft Spreadsheets", "WPS 表格", "application/wps-office.et", "et ett xls"),
        ("dps", "Kingsoft Presentation", "WPS 演示", "application/wps-office.dps", "dps dpt ppt"),
        ("rtf", "Rich Text Format", "RTF 文档", "application/rtf", "rtf"),
        ("ole", "Compound file of another kind", "其他复合文档", "application/x-ole-storage", ""),
    )),
    (Kind.TEXT, _MARKUP, (
        ("html", "HTML", "HTML 网页", "text/html", "html htm xhtml"),
        ("svg", "SVG", "SVG 矢量图", "image/svg+xml", "svg"),
        ("xml", "XML", "XML 文档", "application/xml", "xml xsd xsl xslt"),
    )),
    (Kind.TEXT, _TEXT, (
        ("json", "JSON", "JSON 数据", "application/json", "json"),
        ("txt", "Plain text", "纯文本", "text/plain", "txt text log csv tsv md"),
    )),
    (Kind.IMAGE, _ALWAYS, (
        ("jpeg", "JPEG", "JPEG 图像", "image/jpeg", "jpg jpeg jpe jfif"),
        ("png", "PNG", "PNG 图像", "image/png", "png"),
        ("tiff", "TIFF", "TIFF 图像", "image/tiff", "tif tiff"),
        ("gif", "GIF", "GIF 图像", "image/gif", "gif"),
        ("bmp", "BMP", "BMP 图像", "image/bmp", "bmp dib"),
        ("jp2", "JPEG 2000", "JPEG 2000 图像", "image/jp2", "jp2 jpf jpx jpm j2k j2c jpc"),
        ("webp", "WebP", "WebP 图像", "image/webp", "webp"),
        ("wmf", "Windows Metafile", "WMF 图元文件", "image/wmf", "wmf"),
        ("emf", "Enhanced Metafile", "EMF 图元文件", "image/emf", "emf"),
        ("dwg", "AutoCAD drawing", "AutoCAD 图形", "image/vnd.dwg", "dwg"),
    )),
    (Kind.AUDIO, _MEDIA, (
        ("wav", "WAVE", "WAV 音频", "audio/wav", "wav"),
        ("mp3", "MP3", "MP3 音频", "audio/mpeg", "mp3"),
        ("flac", "FLAC", "FLAC 音频", "audio/flac", "flac"),
        ("m4a", "MPEG-4 audio", "MPEG-4 音频", "audio/mp4", "m4a m4b mp4"),
        ("aac", "AAC (ADTS)", "AAC 音频", "audio/aac", "aac"),
        ("amr", "AMR", "AMR 音频", "audio/amr", "amr"),
        ("ogg", "Ogg", "Ogg 音视频", "audio/ogg", "ogg oga ogv opus"),
        ("wma", "Windows Media Audio", "WMA 音频", "audio/x-ms-wma", "wma"),
    )),
    (Kind.VIDEO, _MEDIA, (
        ("mp4", "MPEG-4", "MP4 视频", "video/mp4", "mp4 m4v 3gp 3gpp 3g2"),
        ("mov", "QuickTime", "QuickTime 视频", "video/quicktime", "mov qt"),
        ("avi", "AVI", "AVI 视频", "video/x-msvideo", "avi"),
        ("wmv", "Windows Media Video", "WMV 视频", "video/x-ms-wmv", "wmv asf"),
        ("mpg", "MPEG-1/2", "MPEG 视频", "video/mpeg", "mpg mpeg mpe vob ts m2ts mts"),
        ("flv", "Flash Video", "FLV 视频", "video/x-flv", "flv"),
        ("mkv", "Matroska or WebM", "Matroska 视频", "video/x-matroska", "mkv webm mka"),
    )),
    (Kind.CONTAINER, _CONTAINER, (
        ("zip", "ZIP", "ZIP 压缩包", "application/zip", "zip"),
        ("rar", "RAR", "RAR 压缩包", "application/vnd.rar", "rar"),
        ("7z", "7z", "7z 压缩包", "application/x-7z-compressed", "7z"),
        ("gzip", "gzip", "gzip 压缩文件", "application/gzip", "gz tgz"),
        ("tar", "tar", "tar 打包文件", "application/x-tar", "tar"),
    )),
    (Kind.MESSAGE, _RICH, (
        ("eml", "E-mail message", "电子邮件", "message/rfc822", "eml mht mhtml"),
    )),
    (Kind.SIGNATURE, frozenset({Aspect.READABLE}), (
        ("p7s", "CMS signature", "CMS 签名", "application/pkcs7-signature", "p7s p7m p7b p7c"),
    )),
    (Kind.PROGRAM, frozenset(), (
        ("exe", "Windows program", "Windows 程序", "application/vnd.microsoft.portable-executable", "exe dll com scr sys"),
        ("elf", "ELF program", "ELF 程序", "application/x-elf", "so"),
        ("script", "Script with an interpreter line", "脚本程序", "text/x-shellscript", "sh py pl"),
    )),
)  # fmt: skip


def _formats() -> Iterable[Format]:
    for kind, asks, rows in _ROWS:
        for name, en, zh, mime, extensions in rows:
            yield Format(
                id=name,
                en=en,
                zh=zh,
                kind=kind,
                mime=mime,
                extensions=tuple(extensions.split()),
                asks=asks,
            )


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {found.id: found for found in _formats()}
)
