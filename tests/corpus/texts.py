"""RTF, XML, SVG, HTML, plain text, JSON and e-mail, right and wrong by one thing."""

from __future__ import annotations

import base64
from collections.abc import Callable
from email.message import EmailMessage

from corpus.packaged import kept
from egovarchive.formats.aspect import Aspect


def rtf(body: str = "", info: str = "") -> bytes:
    return f"{{\\rtf1\\ansi\\ansicpg936{info} {body}\\par}}".encode("gb18030")


def html(body: str = "", head: str = "", charset: str = "utf-8") -> bytes:
    text = (
        f'<!DOCTYPE html>\n<html><head><meta charset="{charset}">'
        f"<title>办理结果</title>{head}</head><body>{body}</body></html>\n"
    )
    return text.encode(charset)


def svg(body: str = "", before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>'
    ).encode()


def message(body: str = "您的申请已受理。", subtype: str = "plain") -> EmailMessage:
    """Return a message without attachments."""
    mail = EmailMessage()
    mail["From"] = "政务服务中心 <window@example.gov.cn>"
    mail["To"] = "applicant@example.com"
    mail["Date"] = "Mon, 02 Mar 2026 09:30:00 +0800"
    mail["Subject"] = "受理通知书"
    mail.set_content(body, subtype=subtype)
    return mail


def with_attachment() -> EmailMessage:
    mail = message()
    mail.add_attachment(
        b"%PDF-1.7 attached",
        maintype="application",
        subtype="pdf",
        filename="申请表.pdf",
    )
    return mail


def eml(header: str, body: str = "") -> bytes:
    start = "From: a@example.com\r\nDate: Mon, 02 Mar 2026 09:30:00 +0800\r\n"
    return f"{start}{header}\r\n\r\n{body}\r\n".encode()


def _broken_base64() -> bytes:
    return bytes(with_attachment()).replace(
        base64.b64encode(b"%PDF-1.7 attached"), b"JVB*Ri0x"
    )


_SVG_TYPE = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
    ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)
VALID: dict[str, Callable[[], bytes]] = {
    "rtf/of_libreoffice": lambda: kept("text.rtf"),
    "rtf/smallest": rtf,
    "rtf/nul_at_the_end_as_word_does": lambda: rtf() + b"\r\n\0",
    "rtf/binary_data": lambda: rtf("{\\pict\\bin3 }}{}"),
    "xml/smallest": lambda: b"<a/>",
    "xml/gb18030": lambda: '<?xml version="1.0" encoding="GB18030"?><表/>'.encode(
        "gb18030"
    ),
    "xml/utf_16": lambda: '<?xml version="1.0"?><表/>'.encode("utf-16"),
    "svg/plain": lambda: svg('<path d="M0 0"/><image href="data:image/png;base64,"/>'),
    "html/plain": lambda: html('<p>准予许可</p><a href="http://example.gov.cn/">x</a>'),
    "html/gbk": lambda: html("准予许可", charset="gbk"),
    "html/comment_at_its_end": lambda: html() + b"<!-- saved -->\n",
    "html/data_block": lambda: html('<script type="application/ld+json">{}</script>'),
    "txt/utf_8": "送达记录\r\n".encode,
    "txt/utf_8_with_mark": lambda: "送达记录".encode("utf-8-sig"),
    "txt/gb18030": lambda: "送达记录，㐀".encode("gb18030"),
    "txt/utf_16": lambda: "送达记录".encode("utf-16"),
    "txt/empty": lambda: b"",
    "json/plain": '{"事项": [1, 2.5e3, null, {"a": "\\u6587"}]}'.encode,
    "eml/plain": lambda: bytes(message()),
    "eml/html": lambda: bytes(message("<p>您的申请已受理。</p>", "html")),
}
INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "rtf/cut_off": (lambda: kept("text.rtf")[:-100], Aspect.COMPLETE),
    "rtf/binary_cut_off": (lambda: rtf("{\\bin9999 }"), Aspect.COMPLETE),
    "rtf/bytes_behind": (lambda: rtf() + b"MZ", Aspect.BOUNDED),
    "rtf/embedded": (
        lambda: rtf("{\\object\\objemb{\\*\\objdata 0105}}"), Aspect.EMBEDDED,
    ),
    "rtf/linked_object": (lambda: rtf("{\\object\\objlink}"), Aspect.SELF_CONTAINED),
    "rtf/control": (lambda: rtf("{\\object\\objocx}"), Aspect.PASSIVE),
    "rtf/updates_itself": (lambda: rtf("{\\object\\objupdate}"), Aspect.PASSIVE),
    "rtf/template_from_outside": (
        lambda: rtf("{\\*\\template http://evil/t.dotm}"), Aspect.SELF_CONTAINED,
    ),
    "rtf/dde": (
        lambda: rtf("{\\field{\\*\\fldinst {DDEAUTO cmd}}}"), Aspect.PASSIVE,
    ),
    "rtf/picture_from_outside": (
        lambda: rtf('{\\field{\\*\\fldinst INCLUDEPICTURE "http://evil/1.png"}}'),
        Aspect.SELF_CONTAINED,
    ),
    "xml/cut_off": (lambda: b"<a><b/>", Aspect.COMPLETE),
    "xml/two_roots": (lambda: b"<a/><b/>", Aspect.READABLE),
    "xml/not_in_its_encoding": (
        lambda: "<a>表</a>".encode("gb18030"), Aspect.READABLE,
    ),
    "xml/entities": (
        lambda: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Aspect.READABLE,
    ),
    "xml/outside_entity": (
        lambda: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        Aspect.READABLE,
    ),
    "xml/document_type": (lambda: b'<!DOCTYPE a SYSTEM "a.dtd"><a/>', Aspect.READABLE),
    "xml/style_sheet": (
        lambda: b'<?xml-stylesheet href="a.xsl" type="text/xsl"?><a/>',
        Aspect.SELF_CONTAINED,
    ),
    "xml/include": (
        lambda: b'<a xmlns:x="http://www.w3.org/2001/XInclude">'
                b'<x:include href="b"/></a>',
        Aspect.SELF_CONTAINED,
    ),
    "svg/document_type": (lambda: svg(before=_SVG_TYPE), Aspect.READABLE),
    "svg/script": (lambda: svg("<script>alert(1)</script>"), Aspect.PASSIVE),
    "svg/event": (lambda: svg('<rect onclick="alert(1)"/>'), Aspect.PASSIVE),
    "svg/script_in_a_link": (
        lambda: svg('<a xlink:href=" javascript:alert(1)"/>'), Aspect.PASSIVE,
    ),
    "svg/outside_image": (
        lambda: svg('<image xlink:href="http://evil/1.png"/>'), Aspect.SELF_CONTAINED,
    ),
    "svg/outside_style": (
        lambda: svg("<style>@import 'http://evil/a.css';</style>"),
        Aspect.SELF_CONTAINED,
    ),
    "html/cut_off": (lambda: html()[:-20], Aspect.COMPLETE),
    "html/bytes_behind": (lambda: html() + b"<b>more</b>", Aspect.BOUNDED),
    "html/not_in_its_encoding": (
        lambda: html("准予").replace("准予".encode(), "准予".encode("gbk")),
        Aspect.READABLE,
    ),
    "html/no_such_encoding": (
        lambda: html().replace(b"utf-8", b"x-klingon"), Aspect.READABLE,
    ),
    "html/nul": (lambda: html("a\0b"), Aspect.READABLE),
    "html/script": (lambda: html("<script>alert(1)</script>"), Aspect.PASSIVE),
    "html/script_in_broken_markup": (
        lambda: html("<div>" * 5000 + "<script>alert(1)</script>"), Aspect.PASSIVE,
    ),
    "html/event": (lambda: html('<img src="data:," onerror="x()">'), Aspect.PASSIVE),
    "html/goes_elsewhere": (
        lambda: html(head='<meta http-equiv="refresh" content="0;url=http://evil/">'),
        Aspect.PASSIVE,
    ),
    "html/outside_image": (lambda: html('<img src="logo.png">'), Aspect.SELF_CONTAINED),
    "html/outside_images": (
        lambda: html('<img srcset="data:, 1x, b.png 2x">'), Aspect.SELF_CONTAINED,
    ),
    "html/outside_style": (
        lambda: html(head='<link rel="stylesheet" href="a.css">'),
        Aspect.SELF_CONTAINED,
    ),
    "html/outside_background": (
        lambda: html('<p style="background:url(http://evil/1.png)">'),
        Aspect.SELF_CONTAINED,
    ),
    "txt/nul": (lambda: b"a\0b", Aspect.READABLE),
    "txt/control": (lambda: b"a\x01b" + b"c" * 1000, Aspect.READABLE),
    "txt/binary": (lambda: bytes(range(1, 32)) * 9, Aspect.READABLE),
    "txt/no_encoding": (lambda: "表".encode() + b"\xff\xff", Aspect.READABLE),
    "txt/odd_utf_16": (lambda: "表".encode("utf-16")[:-1], Aspect.READABLE),
    "txt/lost_character": ("申请\ufffd表".encode, Aspect.READABLE),
    "txt/private_use": ("申请\ue000表".encode, Aspect.READABLE),
    "txt/turned": ("申请\u202e表".encode, Aspect.READABLE),
    "json/cut_off": (lambda: b'{"a": [1, 2', Aspect.READABLE),
    "json/two_values": (lambda: b"{}{}", Aspect.READABLE),
    "json/no_number": (lambda: b'{"a": NaN}', Aspect.READABLE),
    "json/name_twice": (lambda: b'{"a": 1, "a": 2}', Aspect.READABLE),
    "json/utf_16": (lambda: '{"a": 1}'.encode("utf-16"), Aspect.READABLE),
    "eml/cut_off": (lambda: bytes(with_attachment())[:-60], Aspect.COMPLETE),
    "eml/no_sender": (
        lambda: bytes(message()).replace(b"From:", b"X-From:"), Aspect.COMPLETE,
    ),
    "eml/attachment": (lambda: bytes(with_attachment()), Aspect.EMBEDDED),
    "eml/broken_base64": (_broken_base64, Aspect.READABLE),
    "eml/unknown_coding": (
        lambda: eml("Content-Transfer-Encoding: x-uuencode", "x"), Aspect.READABLE,
    ),
    "eml/no_such_encoding": (
        lambda: eml("Content-Type: text/plain; charset=x-klingon", "x"),
        Aspect.READABLE,
    ),
    "eml/not_in_its_encoding": (
        lambda: eml("Content-Type: text/plain; charset=us-ascii\r\n"
                    "Content-Transfer-Encoding: 8bit", "表"),
        Aspect.READABLE,
    ),
    "eml/encrypted": (
        lambda: eml("Content-Type: application/pkcs7-mime; smime-type=enveloped-data"),
        Aspect.UNENCRYPTED,
    ),
    "eml/script": (
        lambda: bytes(message("<script>x()</script>", "html")), Aspect.PASSIVE,
    ),
    "eml/outside_image": (
        lambda: bytes(message('<img src="http://evil/1.png">', "html")),
        Aspect.SELF_CONTAINED,
    ),
    "eml/outside_body": (
        lambda: eml('Content-Type: message/external-body; access-type="anon-ftp"'),
        Aspect.SELF_CONTAINED,
    ),
    "eml/text_behind": (
        lambda: bytes(with_attachment()) + b"\nMZ this is more\n", Aspect.BOUNDED,
    ),
    "eml/of_a_mailbox": (
        lambda: b"From a@example.com Mon Mar  2 09:30:00 2026\n" + bytes(message()),
        Aspect.BOUNDED,
    ),
}  # fmt: skip
