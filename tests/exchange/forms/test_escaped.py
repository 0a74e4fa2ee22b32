"""What a form holds cannot become markup, nor hide what stands there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egovarchive.exchange.forms.escaped import escaped


@given(st.text(st.characters()))
def test_any_text_is_a_text_of_xml(text: str) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(
        f"<a b='{escaped(text)}'>{escaped(text)}</a>".encode(), parser
    )
    assert not len(root)
    assert root.get("b") is not None


def test_what_turns_text_around_is_shown() -> None:
    assert escaped("a\u202egpj.exe") == "a\\u202egpj.exe"
    assert escaped("\x00\ud800\ufeff\u2028") == "\\u0000\\ud800\\ufeff\\u2028"
    assert escaped("一\n\t二") == "一\n\t二"
