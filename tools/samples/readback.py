"""Readback: what was written is read again by programs that did not write it."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from contextlib import redirect_stdout

import ofdkit
from loguru import logger

from samples.content import Text, Title
from samples.facts import SampleFile

_PATHS = re.compile(rb"/(?:root|home|work|tmp|Users)/")


def check_file(file: SampleFile, data: bytes) -> None:
    """
    Look at *data* of *file*, which was just made.

    Raises:
        ValueError: A reader does not find what was written, or the file names
            this machine.
    """
    if isinstance(file.content, Text) and file.name.endswith(".ofd"):
        _check_ofd(file.content, data, file.name)
    parts = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    for part in parts:
        if found := _PATHS.search(part):
            raise ValueError(f"{file.name} holds {found[0]!r}")


def _check_ofd(content: Text, data: bytes, name: str) -> None:
    logger.disable("easyofd")  # it reports each step of its reading,
    logging.getLogger().setLevel(logging.ERROR)  # fonts that it does not need,
    warnings.filterwarnings("ignore", category=FutureWarning)  # and its own imports
    from easyofd.ofd import OFD  # noqa: PLC0415 - after it is silenced

    reader = OFD()
    with redirect_stdout(io.StringIO()):  # it prints what it draws
        reader.read(data, fmt="binary")
        pages = reader.to_jpg()
    if not pages:
        raise ValueError(f"{name}: easyofd finds no page")
    if content.as_image:
        return
    titles = {block.text for block in content.blocks if isinstance(block, Title)}
    found = {
        line["text"]
        for document in reader.data
        for page in document["page_info"].values()
        for line in page["text_list"]
    }
    if missing := titles - found:
        raise ValueError(f"{name}: easyofd does not find {missing}")
    text = ofdkit.extract_text(data)
    if missing := {title for title in titles if title not in text}:
        raise ValueError(f"{name}: ofdkit does not find {missing}")
