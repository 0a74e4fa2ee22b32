"""
What the signatures and seals in a file proved 电子签名验证结果 when it was archived.

Names are those of DA/T 46—2009, M57 to M64, where that has the element; the rest is
our own. The texts are those of `egovarchive.seals.SealVerdict.texts`.
"""

from __future__ import annotations

from typing import Final

from egovarchive.profiles import Element, Group
from egovarchive.profiles.form import MOMENT
from egovarchive.records.outcome import Outcome


def _dat46(number: int) -> str:
    return f"DA/T 46—2009 M{number}"


SIGNATURE: Final = Group(
    "signatures",
    "electronic_signature",
    "电子签名验证结果",
    (
        Element("kind", "signature_type", "签名类型", required=True, length=40),
        Element("place", "signature_location", "签名位置", required=True, length=240),
        Element("form", "signature_rules", "签名规则", source=_dat46(58), length=100),
        Element(
            "outcome",
            "verification_result",
            "验证结果",
            required=True,
            values=tuple(
                each.zh
                for each in (Outcome.PASSED, Outcome.FAILED, Outcome.NEEDS_REVIEW)
            ),
        ),
        Element(
            "integrity", "content_integrity", "内容完整性", required=True, length=40
        ),
        Element("coverage", "signature_coverage", "签名覆盖范围", length=60),
        Element("signer", "signer", "签名人", source=_dat46(60), length=240),
        Element("certificate", "certificate_digest", "证书摘要", length=80),
        Element(
            "algorithm",
            "signature_algorithm_identifier",
            "签名算法标识",
            source=_dat46(64),
            length=60,
        ),
        Element(
            "claimed_at", "signature_time", "签名时间", source=_dat46(59), form=MOMENT
        ),
        Element("stamped_at", "timestamp_time", "时间戳时间", form=MOMENT),
        Element("stamped_by", "timestamp_authority", "时间戳机构", length=240),
        Element("seal_name", "seal_name", "印章名称", length=240),
        Element("seal_number", "seal_identifier", "印章标识", length=240),
        Element("seal_maker", "seal_maker", "制章者", length=240),
        Element("trust", "signer_trust", "签名人可信性", required=True, length=40),
        Element("anchor", "trust_anchor", "信任锚", length=240),
        Element("revocation", "revocation_data", "撤销数据", required=True, length=40),
        Element("notes", "verification_notes", "验证说明", required=True, length=2_000),
    ),
)
