"""
Signer 签名人: whose a certificate is, and whether they may be trusted for that moment.

A signer says when they signed; only a time-stamp proves it. As long as the certificate
is valid today as well, their word will do. Once it has expired, somebody who came by
the key later could have written any date: then a person has to look. A certificate
that is known to have been taken back before is not trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from attrs import frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.notes import Notes
from egovarchive.seals.verdict import Trust
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import Path, find_path
from egovarchive.signing.timestamps.signed_info import SignedInfo
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore

# Clocks of those who sign are not those of who looks.
_LEEWAY = timedelta(minutes=10)


@frozen(kw_only=True)
class Court:
    """
    What signers are judged by.

    Args:
        trust: Who is trusted: certificates chosen by hand; None if nobody was named.
        at: The moment of looking.
        plain: Whether messages without signed attributes are judged at all. Most
            programs that follow GB/T 35275 make such ones.
    """

    trust: TrustStore | None
    at: datetime
    plain: bool = True

    def judge(  # noqa: PLR0913 - all that bears on it
        self,
        who: Certificate,
        pool: Sequence[Certificate],
        *,
        claimed: datetime | None,
        stamped: datetime | None,
        notes: Notes,
        role: tuple[str, str] = ("signer", "签名人"),
    ) -> tuple[Trust, str]:
        """
        Return whether *who* is trusted, and by which trusted certificate.

        Args:
            who: The certificate.
            pool: Others that came along. Nobody vouches for them.
            claimed: When it was used, by the signer's own word.
            stamped: The same by a time-stamp that is trusted.
            notes: Takes what is to be said.
            role: What to call them, in English and Chinese.
        """
        moment = stamped or claimed or self.at
        en, zh = role
        if not who.not_before <= moment <= who.not_after:
            notes.failed(
                f"the {en}'s certificate is valid from {who.not_before.isoformat()} to "
                f"{who.not_after.isoformat()}, not at {moment.isoformat()}",
                f"{zh}证书有效期为 {who.not_before.isoformat()} 至 "
                f"{who.not_after.isoformat()}，不含 {moment.isoformat()}",
            )
        if self.trust is None:
            notes.doubt(
                f"nobody was named who is trusted to vouch for the {en}",
                f"未配置文件签名的受信任证书，不能判断{zh}是否可信",
            )
            return Trust.UNKNOWN, ""
        try:
            path = find_path(who, pool, _anchors(self.trust), at=moment)
            self.trust.judge(path, pool, at=moment)
        except SignatureInvalidError as error:
            notes.doubt_for(error, f"the {en} is not trusted", f"{zh}不受信任")
            return Trust.UNTRUSTED, ""
        self._look_at_time(path, stamped, notes, role)
        return Trust.TRUSTED, path.certificates[-1].subject_text

    def _look_at_time(
        self,
        path: Path,
        stamped: datetime | None,
        notes: Notes,
        role: tuple[str, str],
    ) -> None:
        en, zh = role
        if stamped is None and not path.holds(self.at):
            notes.doubt(
                f"the {en}'s certificates are no longer valid, and no trusted "
                "time-stamp proves that they were when they were used",
                f"{zh}证书已过期，且没有受信任的时间戳证明签名时证书有效",
            )

    def owner_of(self, fits: Callable[[Certificate], bool]) -> Certificate | None:
        """Return the trusted certificate that *fits* a signature without one."""
        anchors = [] if self.trust is None else _anchors(self.trust)
        return next((each for each in anchors if fits(each)), None)

    def look_at_claim(self, claimed: datetime | None, notes: Notes) -> None:
        """Note what is wrong with the moment at which somebody *claimed* to sign."""
        if claimed is not None and claimed - self.at > _LEEWAY:
            notes.failed(
                f"it says it was made at {claimed.isoformat()}, which lies ahead",
                f"签名时间 {claimed.isoformat()} 晚于当前时间",
            )

    def stamp(
        self, token: bytes | None, stamped: bytes, notes: Notes
    ) -> tuple[datetime | None, str]:
        """
        Return when *token* proves that *stamped* was there, and whose word that is.

        A token that proves nothing is as good as none: it is noted, and no more.
        """
        if token is None:
            return None, ""
        if self.trust is None:
            notes.odd(
                "it has a time-stamp, which was not judged: nobody was named who is "
                "trusted",
                "附有时间戳，因未配置受信任证书而未评判",
            )
            return None, ""
        try:
            imprint = SignedInfo.parse(token).info.imprint
            verified = verify_token(
                token,
                digest_of(imprint.algorithm, stamped),
                imprint.algorithm,
                trust=self.trust,
                at=self.at,
                leeway=_LEEWAY,
            )
        except SignatureInvalidError as error:
            notes.odd(
                f"its time-stamp proves nothing: {error.message('en')}",
                f"所附时间戳不能采信：{error.message('zh')}",
            )
            return None, ""
        return verified.gen_time, verified.authority


def _anchors(trust: TrustStore) -> list[Certificate]:
    return [_parsed(each) for each in trust.anchors]


# A process trusts few certificates, and needs them for every signature.
_parsed = lru_cache(maxsize=64)(Certificate.parse)
