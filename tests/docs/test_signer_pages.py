"""What the pages about signers show is true: URIs, commands, entry points."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.desk import Desk, PendingSignature
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.registry import Registry
from egovarchive.signing.remote import RemoteSigner
from egovarchive.signing.uri import SignerUri

DOCS = Path(__file__).parents[2] / "docs"
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)


def _blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@needs_openssl
def test_a_registered_backend_is_opened_by_its_uri(tmp_path: Path) -> None:
    names: dict[str, Any] = {"__name__": "page"}
    for block in _blocks("how-to/bring-your-own-signer.md", "python"):
        exec(compile(block, "page", "exec"), names)  # noqa: S102 - our own page
    made = KeySigner.self_signed("测试", at=AT)
    (tmp_path / "key.pem").write_bytes(made.private_pem())
    (tmp_path / "chain.pem").write_bytes(made.certificate_pem())
    service = names["service"](tmp_path)
    assert service.capabilities.protection == "file"
    assert len(sign_messages(service, [b"a", b"b", b"c"], at=AT)) == 3


def test_every_uri_that_is_shown_can_be_read() -> None:
    text = (DOCS / "how-to/sign-with-a-device.md").read_text(encoding="utf-8")
    shown = re.findall(r"`((?:file|pkcs11|sdf|sign\+https):[^` ]+\?*[^` ]+)`", text)
    assert len(shown) >= 5
    for uri in shown:
        assert SignerUri.parse(uri).scheme in Registry().schemes


@needs_openssl
@pytest.mark.skipif(shutil.which("sed") is None, reason="sed is not installed")
def test_the_commands_at_the_desk_sign(tmp_path: Path) -> None:
    [script] = _blocks("how-to/sign-with-a-device.md", "sh")
    made = KeySigner.self_signed("测试", at=AT)
    desk = Desk(made.certificate)
    pending = desk.prepare(b"manifest", package='"to_sign": "x"', at=AT)
    (tmp_path / "pending.json").write_bytes(pending.to_json())
    (tmp_path / "key.pem").write_bytes(made.private_pem())
    done = subprocess.run(
        ["sh", "-euc", script], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert pending.id in done.stdout
    back = PendingSignature.from_json((tmp_path / "pending.json").read_bytes())
    assert desk.embed(back, (tmp_path / "signature").read_bytes(), b"manifest")


def test_the_members_that_the_protocol_page_names_are_those_in_use() -> None:
    key, sign, answer = (
        json.loads(block) for block in _blocks("reference/signing-service.md", "json")
    )
    made = KeySigner.self_signed("测试", at=AT)
    remote = RemoteSigner.__new__(RemoteSigner)
    remote._read_key(
        {**key, "certificates": [base64.b64encode(made.certificate).decode()]}
    )
    assert remote.capabilities.max_batch == key["max_batch"]
    assert set(sign["requests"][0]) == {"id", "algorithm", "digest"}
    assert set(answer["signatures"][0]) == {"id", "signature"}
    assert Certificate.parse(remote.certificate).subject_text == "CN=测试"
