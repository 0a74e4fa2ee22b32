"""Equipment 配备: all that an archive works with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import field, frozen

from egovarchive.archive.clock import now_in_china
from egovarchive.catalog import Catalog
from egovarchive.checks import DEFAULT_POLICY, Policy
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages.build import DEFAULT_DIGESTS
from egovarchive.profiles import Profile
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.digest import check_algorithms
from egovarchive.signing import Signer, Verifier
from egovarchive.signing.revocation_folder import RevocationSource
from egovarchive.signing.timestamps import Timestamper
from egovarchive.storage import Storage


@frozen(kw_only=True)
class Equipment:
    """
    What an archive works with.

    Args:
        arrangement: How cases are filed.
        storage: Where packages and the journal lie.
        catalog: The view of the journal that answers questions.
        signer: Signs packages; None for an archive that only reads, or accepts
            packages that were signed elsewhere.
        verifier: Decides whose signatures are good; None leaves that check not
            performed, so that no report passes.
        profile: The form of packages.
        digests: Digest algorithms, the primary one first.
        clock: Tells the time.
        tools: Look at files while they are archived; None leaves what they do not
            performed. See `egovarchive.formats.tools`.
        policy: Which checks must pass, and by which rules.
        timestamper: Obtains time-stamps; None for an archive that is not sealed.
        authorities: Certificates of time-stamp authorities to trust, DER.
        revocations: Has the lists of certificates taken back, which seals keep; None
            leaves unknown whether one was.
    """

    arrangement: Arrangement
    storage: Storage
    catalog: Catalog
    signer: Signer | None = field(default=None, repr=False)
    verifier: Verifier | None = field(default=None, repr=False)
    profile: Profile = field(default=GBT42727_2023, repr=lambda profile: profile.name)
    digests: tuple[str, ...] = field(
        default=DEFAULT_DIGESTS, converter=check_algorithms
    )
    clock: Callable[[], datetime] = field(default=now_in_china, repr=False)
    tools: Toolbox | None = field(default=None, repr=False)
    policy: Policy = field(default=DEFAULT_POLICY, repr=lambda policy: policy.name)
    timestamper: Timestamper | None = field(default=None, repr=False)
    authorities: tuple[bytes, ...] = field(default=(), repr=False)
    revocations: RevocationSource | None = field(default=None, repr=False)
