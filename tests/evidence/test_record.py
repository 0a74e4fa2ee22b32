"""Evidence records: what they prove, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovarchive.errors import EvidenceError, InvalidValueError
from egovarchive.evidence.merkle import Tree
from egovarchive.evidence.nodes import hash_function, node_of
from egovarchive.evidence.record import Document, EvidenceVerifier
from egovarchive.evidence.record_der import (
    MAX_SIZE,
    ArchiveTimestamp,
    EvidenceRecord,
)
from egovarchive.signing.algorithm_policy import (
    DEFAULT_POLICY,
    AlgorithmPolicy,
    Row,
)
from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamps import Fault, TestAuthority
from evidence.batches import BEGAN, YEAR, Batch, Clock, documents
from signing.revoking import DAY, ROOT
from signing.timestamps.desk import AT, DIGEST
from signing.timestamps.test_revoked_authority import NOW, TOKEN, list_of

SHA256 = hash_function("sha256")


def ending(algorithm: str, until: date) -> AlgorithmPolicy:
    """Return the default policy, with an end of *algorithm*."""
    row = Row(algorithm, "a test", until=until)
    return AlgorithmPolicy((*DEFAULT_POLICY.rows, row))


def verify(
    batch: Batch,
    index: int = 0,
    given: Sequence[Document] | None = None,
    policy: AlgorithmPolicy = DEFAULT_POLICY,
) -> tuple[VerifiedTimestamp, ...]:
    verifier = EvidenceVerifier(batch.authority.trust, policy)
    group = batch.groups[index] if given is None else given
    der = batch.records[index].encode()
    return verifier.verify(der, group, at=batch.clock())


def singles(count: int) -> list[list[bytes]]:
    return [[each] for each in documents(count)]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3", "sha384", "sha512"])
@pytest.mark.parametrize("count", [1, 2, 3, 8, 21])
def test_a_first_record_proves_each_document(algorithm: str, count: int) -> None:
    batch = Batch(singles(count), algorithm=algorithm)
    for index in range(count):
        (stamp,) = verify(batch, index)
        assert stamp.gen_time == BEGAN


@settings(max_examples=20)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=9),
    st.lists(st.sampled_from(["stamp", "sha256", "sm3", "sha384", "sha512"])),
)
def test_any_sequence_of_renewals_holds(sizes: list[int], acts: list[str]) -> None:
    groups = [
        [f"{number}.{part}\n".encode() for part in range(size)]
        for number, size in enumerate(sizes)
    ]
    batch = Batch(groups)
    for act in acts:
        batch.clock.go(timedelta(days=30))
        if act == "stamp":
            batch.renew_timestamps()
        else:
            batch.renew_hashes(act)
    for index, group in enumerate(groups):
        record = batch.records[index]
        assert EvidenceRecord.decode(record.encode()) == record
        stamps = verify(batch, index)
        assert len(stamps) == 1 + len(acts)
        assert stamps[0].gen_time == BEGAN
        with pytest.raises(EvidenceError):
            verify(batch, index, [*group[:-1], b"another\n"])
        if len(group) > 1:
            # One of a group is proved as well; but a group is all of it.
            assert verify(batch, index, group[:1]) == stamps
        if len(group) > 2:
            with pytest.raises(EvidenceError, match="group of"):
                verify(batch, index, group[:2])


def test_a_document_of_another_record_is_not_proved() -> None:
    batch = Batch(singles(5))
    with pytest.raises(EvidenceError, match="other documents"):
        verify(batch, 0, batch.groups[3])


def test_digests_do_where_the_document_is_not_at_hand() -> None:
    batch = Batch(singles(3))
    batch.renew_hashes("sha512")
    (document,) = batch.groups[1]
    both = {name: hash_function(name)(document) for name in ("sha256", "sha512")}
    assert len(verify(batch, 1, [both])) == 2
    for missing in both:
        with pytest.raises(EvidenceError, match=missing):
            verify(batch, 1, [{n: d for n, d in both.items() if n != missing}])
    with pytest.raises(EvidenceError, match="sha256"):
        verify(batch, 1, [{**both, "sha256": both["sha512"]}])


def test_no_document_is_proved_by_nothing() -> None:
    with pytest.raises(EvidenceError, match="no document"):
        verify(Batch(singles(1)), 0, [])


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_an_inner_node_is_no_document(algorithm: str) -> None:
    """RFC 4998 marks no leaves: what is below an inner node looks like a document."""
    groups = singles(4)
    batch = Batch(groups, algorithm=algorithm)
    take = hash_function(algorithm)
    tree = Tree(b"".join(take(each) for (each,) in groups), algorithm)
    forged = b"".join(sorted([tree.leaf(0), tree.leaf(1)]))
    token = batch.records[0].chains[0][0].token
    above = [[take(forged), tree.proof(0)[1]]]
    record = EvidenceRecord(((ArchiveTimestamp.of(algorithm, above, token),),))
    verifier = EvidenceVerifier(batch.authority.trust)
    # By its digest alone nobody can tell: it is in the tree.
    assert verifier.verify(record, [{algorithm: take(forged)}], at=BEGAN)
    with pytest.raises(EvidenceError, match="inner node"):
        verifier.verify(record, [forged], at=BEGAN)


def test_pieces_of_a_document_are_no_digests() -> None:
    """Cut to any length, parts of what is a leaf would prove what stands in it."""
    inner = SHA256(b"never archived\n")
    leaf = b"\x00begin" + inner + b"\xffend"
    batch = Batch([[leaf]])
    cut = [leaf[:6], inner, leaf[38:]]
    assert cut == sorted(cut)
    token = batch.records[0].chains[0][0].token
    record = EvidenceRecord(((ArchiveTimestamp.of("sha256", [cut], token),),))
    with pytest.raises(EvidenceError, match="not digests"):
        EvidenceRecord.decode(record.encode())


def test_a_value_that_repeats_is_refused() -> None:
    batch = Batch(singles(1))
    ((document,),) = batch.groups
    token = batch.records[0].chains[0][0].token
    digest = SHA256(document)
    record = EvidenceRecord(
        ((ArchiveTimestamp.of("sha256", [[digest, digest]], token),),)
    )
    with pytest.raises(EvidenceError, match="twice"):
        EvidenceVerifier(batch.authority.trust).verify(record, [document], at=BEGAN)


class TestTime:
    """RFC 4998, 5.3: each time-stamp is judged at the time of the next."""

    def test_one_that_is_not_renewed_ends_with_its_certificate(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(9 * YEAR)
        assert verify(batch)
        batch.clock.go(2 * YEAR)
        with pytest.raises(EvidenceError, match="valid"):
            verify(batch)

    def test_one_that_is_renewed_lives_on(self) -> None:
        clock = Clock()
        batch = Batch(singles(2), clock)
        first = batch.authority
        clock.go(9 * YEAR)
        batch.authority = TestAuthority(clock=clock)
        batch.renew_timestamps()
        clock.go(9 * YEAR)
        old, new = verify_with(batch, first, batch.authority)
        assert old.gen_time == BEGAN
        assert old.expires_at < clock() < new.expires_at

    def test_one_that_is_renewed_too_late_is_lost(self) -> None:
        clock = Clock()
        batch = Batch(singles(2), clock)
        first = batch.authority
        clock.go(11 * YEAR)
        batch.authority = TestAuthority(clock=clock)
        batch.renew_timestamps()
        with pytest.raises(EvidenceError, match="valid"):
            verify_with(batch, first, batch.authority)

    def test_time_does_not_run_backwards(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(-timedelta(hours=1))
        batch.renew_timestamps()
        batch.clock.go(timedelta(hours=2))
        with pytest.raises(EvidenceError, match="later than"):
            verify(batch)

    def test_none_is_from_the_future(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(-timedelta(minutes=4))
        assert verify(batch)
        batch.clock.go(-timedelta(minutes=2))
        with pytest.raises(EvidenceError, match="later than"):
            verify(batch)

    def test_a_moment_has_a_zone(self) -> None:
        batch = Batch(singles(1))
        verifier = EvidenceVerifier(batch.authority.trust)
        with pytest.raises(InvalidValueError):
            verifier.verify(
                batch.records[0], batch.groups[0], at=datetime(2026, 11, 24)
            )

    def test_what_was_found_good_is_judged_anew_at_another_time(self) -> None:
        batch = Batch(singles(2))
        verifier = EvidenceVerifier(batch.authority.trust)
        record, group = batch.records[0], batch.groups[0]
        assert verifier.verify(record, group, at=BEGAN)
        for moment in (BEGAN + 11 * YEAR, BEGAN - YEAR):
            with pytest.raises(EvidenceError):
                verifier.verify(record, group, at=moment)
        assert verifier.verify(record, group, at=BEGAN + YEAR)


class TestAlgorithmsEnd:
    """An algorithm must hold until what comes after it is in place."""

    POLICY = ending("sha256", date(2028, 6, 30))

    def test_the_hash_must_be_renewed_before(self) -> None:
        batch = Batch(singles(2))
        assert verify(batch, policy=self.POLICY)
        batch.clock.go(3 * YEAR)
        with pytest.raises(
            EvidenceError,
            match=r"in time: sha256 .*2028-06-30",
        ):
            verify(batch, policy=self.POLICY)
        batch.renew_timestamps()
        with pytest.raises(EvidenceError, match="not renewed in time"):
            verify(batch, policy=self.POLICY)

    def test_renewed_before_it_lives_on(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(YEAR)
        batch.renew_hashes("sha512")
        batch.clock.go(5 * YEAR)
        assert len(verify(batch, policy=self.POLICY)) == 2

    def test_renewed_after_it_is_lost(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(3 * YEAR)
        batch.renew_hashes("sha512")
        with pytest.raises(EvidenceError, match="sha256"):
            verify(batch, policy=self.POLICY)

    def test_so_must_what_the_authority_signs_with(self) -> None:
        policy = ending("ecdsa-p256-sha256", date(2027, 1, 1))
        clock = Clock()
        batch = Batch(singles(2), clock)
        first = batch.authority
        assert verify(batch, policy=policy)
        clock.go(timedelta(days=20))
        batch.authority = TestAuthority(algorithm="ed25519", clock=clock)
        batch.renew_timestamps()
        clock.go(YEAR)
        assert len(verify_with(batch, first, batch.authority, policy=policy)) == 2

    def test_one_that_is_not_renewed_in_time_is_lost(self) -> None:
        batch = Batch(singles(2))
        batch.clock.go(YEAR)
        policy = ending("ecdsa-p256-sha256", date(2027, 1, 1))
        with pytest.raises(EvidenceError, match="ecdsa-p256-sha256"):
            verify(batch, policy=policy)


class TestTokens:
    """A record is worth as much as its time-stamps."""

    def test_of_an_unknown_authority(self) -> None:
        batch = Batch(singles(2))
        stranger = TestAuthority(algorithm="ed25519", clock=batch.clock)
        verifier = EvidenceVerifier(stranger.trust)
        with pytest.raises(EvidenceError):
            verifier.verify(batch.records[0], batch.groups[0], at=BEGAN)

    def test_over_another_root(self) -> None:
        batch, other = Batch(singles(4)), Batch(singles(5))
        stamp = batch.records[0].chains[0][0]
        token = other.records[0].chains[0][0].token
        moved = ArchiveTimestamp.of("sha256", stamp.reduced, token)
        with pytest.raises(EvidenceError, match="other data"):
            EvidenceVerifier(batch.authority.trust).verify(
                EvidenceRecord(((moved,),)), batch.groups[0], at=BEGAN
            )

    @pytest.mark.parametrize("fault", [Fault.UNKNOWN, Fault.EXPIRED, Fault.NO_PURPOSE])
    def test_of_an_unfit_certificate(self, fault: Fault) -> None:
        from egovarchive.signing.timestamps.imprint import Imprint  # noqa: PLC0415
        from egovarchive.signing.timestamps.request import (  # noqa: PLC0415
            TimestampRequest,
        )

        batch = Batch(singles(1))
        digest = SHA256(batch.groups[0][0])
        request = TimestampRequest(imprint=Imprint("sha256", digest), nonce=1)
        bad = ArchiveTimestamp.of("sha256", None, batch.authority.token(request, fault))
        with pytest.raises(EvidenceError):
            EvidenceVerifier(batch.authority.trust).verify(
                EvidenceRecord(((bad,),)), batch.groups[0], at=BEGAN
            )

    def test_left_out_of_the_chain(self) -> None:
        batch = Batch(singles(2))
        for _ in range(2):
            batch.clock.go(YEAR)
            batch.renew_timestamps()
        first, _, third = batch.records[0].chains[0]
        with pytest.raises(EvidenceError, match="other data"):
            EvidenceVerifier(batch.authority.trust).verify(
                EvidenceRecord(((first, third),)),
                batch.groups[0],
                at=batch.clock(),
            )


def verify_with(
    batch: Batch, *authorities: TestAuthority, policy: AlgorithmPolicy = DEFAULT_POLICY
) -> tuple[VerifiedTimestamp, ...]:
    """Verify the first record of *batch*, trusting each of *authorities*."""
    from egovarchive.signing.trust import TrustStore  # noqa: PLC0415

    trust = TrustStore([each.root for each in authorities])
    verifier = EvidenceVerifier(trust, policy)
    return verifier.verify(batch.records[0], batch.groups[0], at=batch.clock())


class TestForm:
    """One strict form, or an error."""

    def der(self) -> bytes:
        batch = Batch(singles(3))
        batch.renew_timestamps()
        batch.renew_hashes("sm3")
        return batch.records[1].encode()

    def test_cut_or_padded(self) -> None:
        der = self.der()
        for bad in (*(der[:at] for at in range(0, len(der), 61)), der + b"\0", b""):
            with pytest.raises(EvidenceError):
                EvidenceRecord.decode(bad)

    def test_too_large(self) -> None:
        with pytest.raises(EvidenceError, match="at most"):
            EvidenceRecord.decode(bytes(MAX_SIZE + 1))

    @settings(max_examples=150)
    @given(st.data())
    def test_altered(self, data: st.DataObject) -> None:
        """Whatever is altered: an `EvidenceError`, or the same record."""
        batch = RENEWED
        der = bytearray(batch.records[1].encode())
        at = data.draw(st.integers(0, len(der) - 1))
        der[at] ^= data.draw(st.integers(1, 255))
        verifier = EvidenceVerifier(batch.authority.trust)
        try:
            verifier.verify(bytes(der), batch.groups[1], at=batch.clock())
        except EvidenceError:
            return
        # The last token's unsigned parts: nothing that is proved rests on them.
        record = EvidenceRecord.decode(bytes(der))
        assert record.chains[0] == batch.records[1].chains[0]

    @given(st.binary(max_size=300))
    def test_noise(self, noise: bytes) -> None:
        with pytest.raises(EvidenceError):
            EvidenceRecord.decode(noise)

    def test_an_unnamed_algorithm_is_the_token_s(self) -> None:
        from egovarchive.signing import der  # noqa: PLC0415

        batch = Batch(singles(1), algorithm="sm3")
        stamp = batch.records[0].chains[0][0]
        bare = der.sequence(stamp.token)
        whole = der.sequence(
            der.integer(1),
            der.sequence(der.algorithm_identifier("1.2.156.10197.1.401", null=True)),
            der.sequence(der.sequence(bare)),
        )
        verifier = EvidenceVerifier(batch.authority.trust)
        assert verifier.verify(whole, batch.groups[0], at=BEGAN)

    def test_what_is_not_understood(self) -> None:
        from egovarchive.signing import der  # noqa: PLC0415

        stamp = Batch(singles(1)).records[0].chains[0][0]
        one, sha256 = der.integer(1), der.algorithm_identifier("2.16.840.1.101.3.4.2.1")
        good = der.sequence(der.sequence(stamp.encoded))
        EvidenceRecord.decode(der.sequence(one, der.sequence(sha256), good))
        # Certificates and such that were put there to help.
        helped = der.sequence(one, der.sequence(sha256), der.write(0xA0), good)
        EvidenceRecord.decode(helped)
        sha1 = der.algorithm_identifier("1.3.14.3.2.26")
        attributed = der.sequence(der.write(0xA1), stamp.token)
        for parts in (
            (der.integer(2), der.sequence(sha256), good),
            (one, der.sequence(), good),
            (one, der.sequence(sha1), good),
            (one, der.sequence(sha256), der.write(0xA1), good),
            (one, der.sequence(sha256), der.sequence()),
            (one, der.sequence(sha256), der.sequence(der.sequence())),
            (
                one,
                der.sequence(sha256),
                der.sequence(der.sequence(attributed)),
            ),
            (
                one,
                der.sequence(sha256),
                der.sequence(der.sequence(*[der.sequence(der.sequence())] * 301)),
            ),
        ):
            with pytest.raises(EvidenceError, match="not an evidence record"):
                EvidenceRecord.decode(der.sequence(*parts))


def _renewed() -> Batch:
    batch = Batch(singles(3))
    batch.renew_timestamps()
    batch.renew_hashes("sm3")
    return batch


RENEWED = _renewed()


def test_a_group_is_one_leaf() -> None:
    group = documents(2)
    batch = Batch([group, [b"alone\n"]])
    leaf = node_of([SHA256(each) for each in group], SHA256)
    assert batch.records[1].chains[0][0].reduced == (
        tuple(sorted((leaf, SHA256(b"alone\n")))),
    )


def test_a_time_stamp_that_was_good_is_judged_again_where_revocations_are_known() -> (
    None
):
    """A list that knows of a lost key tells nothing of the days before it."""
    trust = TrustStore([ROOT.der], crls=[list_of(AT + DAY)], revocation="required")
    verifier = EvidenceVerifier(trust)
    for _ in range(2):
        early = verifier.verify_token(
            TOKEN, DIGEST, "sha256", at=AT + timedelta(hours=1)
        )
        assert early.gen_time == AT
    with pytest.raises(EvidenceError, match="was revoked"):
        verifier.verify_token(TOKEN, DIGEST, "sha256", at=NOW)
