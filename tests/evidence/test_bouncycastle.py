"""Bouncy Castle, which shares no line with us, accepts our evidence records."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import define, field

from archive.office import cases, new_archive
from egovarchive.errors import AlgorithmUnsupportedError
from egovarchive.evidence.merkle import Tree
from egovarchive.evidence.nodes import hash_function
from egovarchive.evidence.record_der import ArchiveTimestamp, EvidenceRecord
from egovarchive.testing.timestamps import TestAuthority
from evidence.batches import BEGAN, Batch, Clock, documents

JARS = [Path(f"/usr/share/java/bc{name}.jar") for name in ("pkix", "prov", "util")]
JUDGE = Path(__file__).with_name("Judge.java")

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not all(jar.exists() for jar in JARS),
    reason="needs java and Bouncy Castle (libbcpkix-java)",
)


@define
class Court:
    """Collects cases, since it takes a second to convene."""

    folder: Path
    cases: list[str] = field(factory=list)
    expected: dict[str, bool] = field(factory=dict)

    def plead(
        self,
        name: str,
        record: EvidenceRecord,
        authority: bytes,
        group: Sequence[bytes],
        *,
        accepted: bool = True,
    ) -> None:
        parts = [record.encode(), authority, *group]
        paths = []
        for number, part in enumerate(parts):
            path = self.folder / f"{name}.{number}"
            path.write_bytes(part)
            paths.append(str(path))
        self.cases.append("\t".join(paths))
        self.expected[name] = accepted

    def verdicts(self) -> dict[str, str]:
        lines = self.folder / "cases"
        lines.write_text("\n".join(self.cases) + "\n", encoding="utf-8")
        done = subprocess.run(
            ["java", "-cp", ":".join(map(str, JARS)), str(JUDGE), str(lines)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return dict(zip(self.expected, done.stdout.splitlines(), strict=True))


def plead_each(court: Court, batch: Batch, name: str) -> None:
    for index in {0, len(batch.groups) - 1}:
        group, record = batch.groups[index], batch.records[index]
        certificate = batch.authority.certificate
        court.plead(f"{name}-{index}", record, certificate, group)
        wrong = [*group[:-1], b"another document\n"]
        court.plead(f"{name}-{index}-wrong", record, certificate, wrong, accepted=False)


def batch_of(algorithm: str, groups: Sequence[Sequence[bytes]]) -> Batch:
    # Bouncy Castle asks the machine what time it is.
    return Batch(groups, Clock(BEGAN - timedelta(days=400)), algorithm)


def test_it_accepts_what_is_true_and_refuses_what_is_not(tmp_path: Path) -> None:
    court = Court(tmp_path)
    singles = [[each] for each in documents(5)]
    pairs = [[b"manifest %d\n" % n, b"signature %d\n" % n] for n in range(6)]
    for algorithm in ("sha256", "sm3", "sha384", "sha512"):
        plead_each(court, batch_of(algorithm, singles), f"first-{algorithm}")
    plead_each(court, batch_of("sha256", singles[:1]), "alone")
    for groups, kind in ((singles, "single"), (pairs, "pair")):
        batch = batch_of("sha256", groups)
        plead_each(court, batch, f"{kind}-first")
        batch.clock.go(timedelta(days=1))
        batch.renew_timestamps()
        plead_each(court, batch, f"{kind}-renewed")
        batch.clock.go(timedelta(days=1))
        batch.renew_hashes("sm3")
        plead_each(court, batch, f"{kind}-rehashed-sm3")
        batch.clock.go(timedelta(days=1))
        batch.renew_timestamps()
        batch.clock.go(timedelta(days=1))
        batch.renew_hashes("sha512")
        plead_each(court, batch, f"{kind}-rehashed-sha512")
    plead_chinese(court)
    plead_archived(court)
    plead_inner_node(court)
    verdicts = court.verdicts()
    assert {name: said == "accepted" for name, said in verdicts.items()} == (
        court.expected
    ), verdicts


def plead_chinese(court: Court) -> None:
    """SM3 throughout, and an authority that signs with SM2."""
    clock = Clock(BEGAN - timedelta(days=400))
    try:
        authority = TestAuthority(algorithm="sm2-sm3", clock=clock)
    except AlgorithmUnsupportedError:
        return  # This machine can verify SM2, and not sign with it.
    pairs = [[b"manifest %d\n" % n, b"signature %d\n" % n] for n in range(6)]
    batch = Batch(pairs, clock, "sm3", authority)
    plead_each(court, batch, "sm2-first")
    clock.go(timedelta(days=1))
    batch.renew_timestamps()
    plead_each(court, batch, "sm2-renewed")


def plead_archived(court: Court) -> None:
    """What an archive hands out, from its first seal to after both renewals."""
    clock = Clock(BEGAN - timedelta(days=400))
    authority = TestAuthority(clock=clock)
    archive = new_archive(
        clock=clock, timestamper=authority, authorities=(authority.root,)
    )
    made = cases(7)
    clock.go(timedelta(days=399))
    codes = [each.entry.code for each in archive.deposit_many(made) if each.entry]
    archive.sealing.seal()
    for name, act in (
        ("first", archive.refresh),
        ("renewed", archive.sealing.renew_timestamps),
        ("rehashed", lambda: archive.sealing.renew_hashes("sm3")),
    ):
        clock.go(timedelta(minutes=1))
        act()
        for code in (codes[0], codes[-1]):
            package = archive.package(code)
            assert package.signature is not None
            record = EvidenceRecord.decode(archive.sealing.evidence_record(code))
            pair = [package.manifest, package.signature]
            title = f"archive-{name}-{code.item}"
            court.plead(title, record, authority.certificate, pair)
            other = [pair[0], b"another signature"]
            court.plead(
                f"{title}-wrong", record, authority.certificate, other, accepted=False
            )


def plead_inner_node(court: Court) -> None:
    """
    Two digests run together are taken for a document: the standard says no more.

    Ours refuses them: `test_an_inner_node_is_no_document`. This says why it must.
    """
    take = hash_function("sha256")
    batch = batch_of("sha256", [[each] for each in documents(4)])
    tree = Tree(b"".join(take(each) for (each,) in batch.groups), "sha256")
    forged = b"".join(sorted([tree.leaf(0), tree.leaf(1)]))
    token = batch.records[0].chains[0][0].token
    above = [[take(forged), tree.proof(0)[1]]]
    record = EvidenceRecord(((ArchiveTimestamp.of("sha256", above, token),),))
    court.plead("inner-node", record, batch.authority.certificate, [forged])
