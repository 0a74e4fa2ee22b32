"""OFD documents with real signatures and seals in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from corpus.ofd_maker import SM3, _check_value, entry_point, plain, xml, zipped

LISTING = "Doc_0/Signs/Signatures.xml"
Sign = Callable[[bytes], bytes]


def sealed(
    *signs: Sign,
    seal: bytes | None = None,
    kind: str = "Seal",
    method: str = SM3,
    algorithm: str = "sm3",
    leave_out: Sequence[str] = (),
    after: Mapping[str, bytes] | None = None,
) -> bytes:
    """
    Return the plain document, with a signature by each of *signs*.

    Args:
        signs: What make SignedValue.dat of Signature.xml.
        seal: Seal.esl; None: there is none.
        kind: Type of the signatures.
        method: CheckMethod of their digests.
        algorithm: The algorithm of those.
        leave_out: Files that no signature covers.
        after: Parts that are replaced or added when all was signed.
    """
    parts = plain()
    parts["OFD.xml"] = entry_point(more=f"<Signatures>/{LISTING}</Signatures>")
    for number, sign in enumerate(signs):
        folder = f"Doc_0/Signs/Sign_{number}"
        listed = "".join(
            f'<Signature ID="{each}" Type="{kind}" '
            f'BaseLoc="Sign_{each}/Signature.xml"/>'
            for each in range(number + 1)
        )
        references = "".join(
            f'<Reference FileRef="/{name}"><CheckValue>'
            f"{_check_value(algorithm, data)}</CheckValue></Reference>"
            for name, data in parts.items()
            if name not in leave_out and name != LISTING
        )
        parts[LISTING] = xml("Signatures", listed)
        shown = "" if seal is None else "<Seal><BaseLoc>Seal.esl</BaseLoc></Seal>"
        description = xml(
            "Signature",
            '<SignedInfo><Provider ProviderName="corpus"/>'
            "<SignatureDateTime>20261123083005Z</SignatureDateTime>"
            f'<References CheckMethod="{method}">{references}</References>{shown}'
            "</SignedInfo><SignedValue>SignedValue.dat</SignedValue>",
        )
        parts[f"{folder}/Signature.xml"] = description
        parts[f"{folder}/SignedValue.dat"] = sign(description)
        if seal is not None:
            parts[f"{folder}/Seal.esl"] = seal
    return zipped({**parts, **(after or {})})
