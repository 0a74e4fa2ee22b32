"""Handover form as JSON: what two systems exchange, and what digests are taken of."""

from __future__ import annotations

import json
from typing import Final

from cattrs import BaseConverter

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.handover import HandoverForm
from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.exchange.json_scalars import misfit
from egovarchive.exchange.json_values import new_converter, text_hook
from egovarchive.exchange.source import DEFAULT_LIMITS, AnyPath, Limits, bytes_of
from egovarchive.exchange.strict_json import parse
from egovarchive.records.digest import Digest

_MARK: Final = "handover_form"
_VERSION: Final = 1


class HandoverJsonError(InvalidFileError):
    """JSON that is no handover form; places are such as ``$.digests[2].size``."""


def load_handover(
    source: bytes | AnyPath, *, limits: Limits = DEFAULT_LIMITS
) -> HandoverForm:
    """
    Return the handover form in *source*, bytes or a path.

    Raises:
        HandoverJsonError: It is none; tells all that is wrong with it.
        ContentError: The file cannot be read.
    """
    try:
        tree = parse(bytes_of(source, limits), limits)
    except InvalidFileError as error:
        raise HandoverJsonError([error]) from None
    try:
        return _form_of(tree)
    except InvalidValueError as error:
        raise HandoverJsonError([error.within("$")]) from None


def dump_handover(form: HandoverForm) -> bytes:
    """
    Return *form* as canonical JSON: UTF-8, names sorted, what is absent left out.

    Equal forms give equal bytes, and `load_handover` reads an equal one from them.
    """
    tree = {_MARK: _VERSION, **_CONVERTER.unstructure(form)}
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def _form_of(tree: object) -> HandoverForm:
    if not isinstance(tree, dict):
        raise misfit(tree, "an object", "对象")
    version = tree.get(_MARK)
    if version != _VERSION or isinstance(version, bool):
        raise InvalidValueError(
            f"it is not {_VERSION}: no handover form, or one of another version",
            f"不是 {_VERSION}：不是移交与接收登记表，或版本不同",
            rule="version of the form",
            place=_MARK,
        )
    members = {name: value for name, value in tree.items() if name != _MARK}
    form: HandoverForm = _CONVERTER.structure(members, HandoverForm)
    return form


def _new_converter() -> BaseConverter:
    converter = new_converter()
    converter.register_structure_hook(Digest, text_hook(Digest.parse))
    converter.register_unstructure_hook(Digest, str)
    return converter


_CONVERTER: Final = _new_converter()
