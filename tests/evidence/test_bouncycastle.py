"""Bouncy Castle, which shares no line with us, accepts our evidence records."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import define, field
from evidence.batches import BEGAN, Batch, Clock, documents

from egovarchive.evidence.merkle import Tree
from egovarchive.evidence.nodes import hash_function
from egovarchive.evidence.record_der import ArchiveTimestamp, EvidenceRecord

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
        court.plead(
            f"{name}-{index}-wrong", record, certificate, wrong, accepted=False
        )


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
    plead_inner_node(court)
    verdicts = court.verdicts()
    assert {name: said == "accepted" for name, said in verdicts.items()} == (
        court.expected
    ), verdicts


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
