"""Metadata as XML: the same bytes always, nothing lost, nothing hostile let in."""

from __future__ import annotations

import gzip
import io
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egovarchive.errors import PackageError
from egovarchive.packages.xml import MAX_SIZE, Values, decode, encode
from egovarchive.profiles import Element, Group
from packages.filings import texts

INNER = Group("files", "file", "文件", (Element("path", "path", "路径"),))
SCHEME = Group(
    "record",
    "record",
    "记录",
    (Element("title", "title", "题名"), Element("number", "number", "编号"), INNER),
)

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<record title="记录">
  <title title="题名">甲 &amp; 乙 &lt;丙&gt;</title>
  <file title="文件">
    <path title="路径">a.txt</path>
  </file>
  <file title="文件">
  </file>
</record>
"""
VALUES = Values(
    {"title": "甲 & 乙 <丙>"},
    {"files": [Values({"path": "a.txt"}), Values()]},
)

any_text = texts(50, lines=True) | st.just("") | st.just("\r\n")
values = st.builds(
    Values,
    st.dictionaries(st.sampled_from(["title", "number"]), any_text),
    st.lists(
        st.builds(Values, st.dictionaries(st.just("path"), any_text)), min_size=1
    ).map(lambda groups: {"files": groups})
    | st.just({}),
)


def document(inside: str, before: str = "", after: str = "") -> bytes:
    return f"{before}<record>{inside}</record>{after}".encode()


def read(data: bytes | str) -> Values:
    whole = data if isinstance(data, bytes) else document(data)
    return decode(whole, SCHEME, path="a.xml")


def test_the_form_in_full() -> None:
    assert encode(VALUES, SCHEME).decode() == PLAIN
    assert read(PLAIN.encode()) == VALUES


@given(values)
def test_what_is_written_is_read(given_values: Values) -> None:
    data = encode(given_values, SCHEME)
    assert read(data) == given_values
    assert encode(read(data), SCHEME) == data


@given(values)
def test_any_parser_reads_the_same(given_values: Values) -> None:
    root = etree.fromstring(encode(given_values, SCHEME))
    assert root.tag == "record"
    assert {
        child.tag: child.text or "" for child in root if child.tag != "file"
    } == given_values.texts
    groups = given_values.groups.get("files", [])
    for node, group in zip(root.findall("file"), groups, strict=True):
        assert {child.tag: child.text or "" for child in node} == group.texts
    for node in root.iter():
        assert node.get("title") in {"记录", "题名", "编号", "文件", "路径"}


@given(values)
def test_it_is_canonical_but_for_its_declaration(given_values: Values) -> None:
    """What is written by hand is what C14N would write."""
    data = encode(given_values, SCHEME)
    canonical = etree.tostring(etree.fromstring(data), method="c14n")
    assert data == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + canonical.replace(b"&#xD;", b"&#13;")
        + b"\n"
    )


def test_specials_are_escaped_in_titles_too() -> None:
    scheme = Group("r", "r", 'a "b" <c> & d', (Element("t", "t", "<&>"),))
    root = etree.fromstring(encode(Values({"t": "x"}), scheme))
    assert root.get("title") == 'a "b" <c> & d'
    assert root[0].get("title") == "<&>"


UNKNOWN = [
    "<extra>x</extra>",
    '<extra a="1" b="&lt;&quot;">x<b>y</b>z &amp; <c/></extra>',
    '<n:extra xmlns:n="urn:n" n:a="1"><n:b/></n:extra>',
    '<extra xmlns="urn:n"><b/></extra>',
    "<中文>内容</中文>",
    "<extra>\n  <b>1</b>\n  <b>2</b>\n</extra>",
]


@pytest.mark.parametrize("extra", UNKNOWN)
def test_unknown_elements_survive(extra: str) -> None:
    found = read(f"<title>甲</title>{extra}<file>{extra}<path>p</path></file>")
    assert len(found.unknown) == 1
    again = read(encode(found, SCHEME))
    assert again == found
    (inside,) = found.groups["files"]
    for kept in (found.unknown[0], inside.unknown[0], again.unknown[0]):
        assert etree.tostring(etree.fromstring(kept), method="c14n") == etree.tostring(
            etree.fromstring(extra), method="c14n"
        )
    assert found.texts == {"title": "甲"}


def test_unknown_elements_keep_their_order() -> None:
    found = read("<b/><title>甲</title><a/><b/>")
    assert [etree.fromstring(each).tag for each in found.unknown] == ["b", "a", "b"]


def test_another_form_of_the_same_document_is_read() -> None:
    """Order, spaces, a byte order mark and attributes of others do not matter."""
    assert read(
        b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\r\n"
        + document(
            "\n\t<file/><title id='1'><![CDATA[甲 & 乙]]> &#60;&#x4E19;&gt;</title> "
        )
    ) == Values({"title": "甲 & 乙 <丙>"}, {"files": [Values()]})


_LAUGHTER = "".join(
    f'<!ENTITY a{number} "{10 * f"&a{number - 1};"}">' for number in range(1, 20)
)
LAUGHS = f'<!DOCTYPE record [<!ENTITY a0 "ha">{_LAUGHTER}]>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "doctype": (document("", "<!DOCTYPE record>"), "DOCTYPE"),
    "doctype elsewhere": (
        document("", '<!DOCTYPE record SYSTEM "http://localhost:1/a.dtd">'),
        "DOCTYPE",
    ),
    "entity": (
        document("<title>&x;</title>", '<!DOCTYPE record [<!ENTITY x "y">]>'),
        "DOCTYPE",
    ),
    "external entity": (
        document(
            "<title>&x;</title>",
            '<!DOCTYPE record [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ),
        "DOCTYPE",
    ),
    "parameter entity": (
        document("", '<!DOCTYPE record [<!ENTITY % x SYSTEM "file:///dev/zero"> %x;]>'),
        "DOCTYPE",
    ),
    "billion laughs": (document("<title>&a19;</title>", LAUGHS), "DOCTYPE"),
    "quadratic": (
        document(
            f"<title>{'&x;' * 100_000}</title>",
            f'<!DOCTYPE record [<!ENTITY x "{"x" * 100_000}">]>',
        ),
        "DOCTYPE",
    ),
    "unknown entity": (document("<title>&nbsp;</title>"), "Entity 'nbsp' not defined"),
    "comment": (document("<title>a</title><!-- b -->"), "a comment"),
    "comment in a text": (document("<title>a<!-- b -->c</title>"), "elements inside"),
    "comment in an unknown": (document("<x>a<!-- b -->c</x>"), "a comment"),
    "comment before": (document("", "<!-- b -->"), "beside the root"),
    "comment after": (document("", "", "<!-- b -->"), "beside the root"),
    "instruction": (document("<?php x ?>"), "instruction"),
    "instruction in a text": (document("<title>a<?b c?>d</title>"), "elements inside"),
    "stylesheet": (
        document("", '<?xml-stylesheet href="http://localhost:1/a.xsl"?>'),
        "beside the root",
    ),
    "text between": (document("<title>a</title>b"), "text between elements"),
    "text before": (document("b<title>a</title>"), "text where elements"),
    "element in a text": (document("<title>a<b/>c</title>"), "elements inside"),
    "element twice": (
        document("<title>a</title><title>b</title>"),
        "title stands twice in record",
    ),
    "other root": (b"<html/>", "the root is 'html', not record"),
    "other namespace": (b'<record xmlns="urn:x"/>', "the root is '{urn:x}record'"),
    "long root": (b"<" + b"a" * 40_000 + b"/>", "the root is 'aaa"),
    "two roots": (document("") * 2, "Extra content"),
    "empty": (b"", "empty|no element"),
    "blanks": (b" \n", "empty|Start tag"),
    "no xml": (b"%PDF-1.7", "Start tag expected"),
    "json": (b'{"title": 1}', "Start tag expected"),
    "gzip": (gzip.compress(document("<title>a</title>"), mtime=0), "Start tag|Char"),
    "utf-16": (PLAIN.replace("UTF-8", "UTF-16").encode("utf-16"), "Start tag|Char"),
    "utf-16 without a mark": (PLAIN.encode("utf-16-le"), "Char|Start tag"),
    "utf-32": (document("").decode().encode("utf-32"), "Start tag|Char"),
    "utf-16 with entities": (
        document("<title>&a19;</title>", LAUGHS).decode().encode("utf-16"),
        "Start tag|Char",
    ),
    "gbk": (document("<title>甲</title>").decode().encode("gbk"), "Invalid bytes|UTF"),
    "declared gbk": (
        PLAIN.replace("UTF-8", "GBK").encode("gbk"),
        "its encoding is 'GBK'",
    ),
    "declared gbk and not": (
        PLAIN.replace("UTF-8", "GBK").encode(),
        "its encoding is 'GBK'",
    ),
    "declared utf-7": (
        b"<?xml version='1.0' encoding = 'UTF-7'?><record>+ADw-</record>",
        "its encoding is 'UTF-7'",
    ),
    "null": (document("<title>a\0b</title>"), "Char|Premature|tag mismatch"),
    "control character": (document("<title>a\x1bb</title>"), "Char|invalid"),
    "forbidden reference": (document("<title>&#0;</title>"), "xmlParseCharRef"),
    "deep": (document("<a>" * 10_000 + "</a>" * 10_000), "Excessive depth"),
    "large text": (
        document(f"<title>{'x' * 11_000_000}</title>"),
        "huge|too|limit|Size",
    ),
    "too large": (document(" " * MAX_SIZE), f"bytes are more than {MAX_SIZE}"),
    "attribute twice": (document("<title a='1' a='2'/>"), "redefined"),
    "unclosed": (b"<record><title>a</title>", "Premature end|end tag"),
    "prefix": (document("<n:title>a</n:title>"), "not defined"),
}


@pytest.mark.parametrize(("data", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_at_once(data: bytes, error: str) -> None:
    started = time.process_time()
    with pytest.raises(PackageError, match=f"^a.xml: .*({error})") as caught:
        read(data)
    assert time.process_time() - started < 3
    assert len(str(caught.value)) < 500
    assert caught.value.message("zh").startswith("a.xml 不符合元数据格式")


def test_very_many_elements_are_read_in_time() -> None:
    started = time.process_time()
    data = document("<file><path>a</path></file>" * 300_000)
    assert len(read(data).groups["files"]) == 300_000
    unknown = document("<x/>" * 500_000)
    assert len(read(unknown).unknown) == 500_000
    assert time.process_time() - started < 30


def test_an_inclusion_is_an_unknown_element_and_not_done() -> None:
    xi = "http://www.w3.org/2001/XInclude"
    include = f'<xi:include xmlns:xi="{xi}" href="file:///etc/passwd" parse="text"/>'
    (kept,) = read(include).unknown
    assert "root:" not in kept
    assert "passwd" in kept


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(etree.Resolver):
        def resolve(self, *args: Any) -> Any:
            raise AssertionError(args)

    opened: list[Any] = []
    monkeypatch.setattr(io, "open", lambda *args, **_: opened.append(args))
    for data, _ in (HOSTILE["external entity"], HOSTILE["doctype elsewhere"]):
        with pytest.raises(PackageError):
            read(data)
    assert not opened
