"""
Speed of sealing and of evidence: ``python -m benchmarks.evidence [N]``.

Hash trees over N leaves (default 1,000,000), a seal over a journal of N records, the
verification of one record, and what sealing adds to depositing 2,000 small cases,
beside a signature and a time-stamp for each file, ours and pyHanko's. Each in a process
of its own, so that the peak of memory is its own. Ends with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attrs import evolve

from benchmarks.catalog import FONDS, write_journal
from egovarchive import Archive
from egovarchive.archive.clock import now_in_china
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.evidence.merkle import Tree, summit_of
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.journal import Head, Journal
from egovarchive.signing import cms
from egovarchive.storage.files import FileStorage
from egovarchive.testing import samples
from egovarchive.testing.timestamps import TestAuthority

CASES, FILES, SIZE = 2_000, 5, 10_000
VERIFIED = 500
SECONDS, MEGABYTES, MILLISECONDS, SHARE = 5.0, 200.0, 1.0, 0.05

Figures = dict[str, float]


def tree(count: int, algorithm: str) -> Figures:
    """Build the tree over *count* leaves, as a seal does."""
    step = bytearray()
    for number in range(count):
        step += hashlib.sha256(b"%d" % number).digest()
    seconds = _cpu(lambda: Tree(summit_of(step, algorithm), algorithm).root)
    return {"seconds": seconds, "megabytes": _peak()}


def journal(count: int, folder: str) -> Figures:
    """Seal a journal of *count* records on a disk; the journal is made before."""
    storage = FileStorage(Path(folder) / "store")
    write_journal(storage, count)
    authority = TestAuthority()
    archive = Archive(
        arrangement=evolve(samples.arrangement(), fonds=FONDS),
        storage=storage,
        catalog=MemoryCatalog(),
        signer=samples.signer(),
        timestamper=authority,
        authorities=(authority.root,),
    )
    seconds = _cpu(archive.sealing.seal)
    peak = _peak()
    log = Journal(storage, FONDS)
    replay = _cpu(lambda: sum(1 for _ in log.after(Head(FONDS))))
    stored = sum(
        path.stat().st_size for path in (Path(folder) / "store/evidence").rglob("*.*")
    )
    return {
        "seconds": seconds,
        "replay": replay,
        "megabytes": peak,
        "bytes": stored / count,
    }


def deposit(count: int, folder: str) -> Figures:
    """Deposit and seal small cases; verify the evidence of some."""
    authority = TestAuthority()
    archive = evolve(
        samples.new_archive(Path(folder) / "archive"),
        timestamper=authority,
        authorities=(authority.root,),
    )
    made = list(samples.cases(count, files=FILES, size=SIZE))
    # What is loaded on first use is not on the clock.
    list(archive.deposit_many(samples.cases(2, files=1, size=10, seed=9)))
    archive.sealing.seal()
    depositing = _cpu(lambda: list(archive.deposit_many(made)))
    sealing = _cpu(archive.sealing.seal)
    signing = _cpu(
        lambda: cms.sign_messages(
            samples.signer(),
            [b"%d" % n for n in range(count)],
            at=now_in_china(),
            # As where packages are signed: the archiving checks verify it.
            check=False,
        )
    )
    codes = [entry.code for entry in archive.entries(limit=VERIFIED)]
    verifier = EvidenceVerifier(authority.trust)
    at = now_in_china() + timedelta(minutes=1)
    ready = []
    for code in codes:
        package = archive.package(code)
        pair = [package.manifest, package.signature or b""]
        ready.append((archive.sealing.evidence_record(code), pair))
    first = _wall(lambda: verifier.verify(*ready[0], at=at))
    cached = statistics.median(
        _wall(lambda each=each: verifier.verify(*each, at=at))  # type: ignore[misc]
        for each in ready
    )
    whole = statistics.median(
        _wall(lambda code=code: archive.sealing.verify(code, at))  # type: ignore[misc]
        for code in codes
    )
    exporting = statistics.median(
        _wall(lambda code=code: archive.sealing.evidence_record(code))  # type: ignore[misc]
        for code in codes
    )
    return {
        "depositing": depositing,
        "sealing": sealing,
        "signing": signing,
        "first": first,
        "cached": cached,
        "whole": whole,
        "exporting": exporting,
        "bytes": float(len(ready[-1][0])),
    }


def each_file(count: int) -> Figures:
    """Sign and time-stamp *count* files, one by one: the design that sealing is not."""
    signer, authority = samples.signer(), TestAuthority()
    sizes = 0

    def act() -> None:
        nonlocal sizes
        for number in range(count):
            (signature,) = cms.sign_messages(
                signer, [b"%d" % number], at=now_in_china()
            )
            digest = hashlib.sha256(signature).digest()
            sizes += len(signature) + len(authority.stamp(digest, "sha256"))

    return {"seconds": _cpu(act), "bytes": sizes / count}


def each_pdf(count: int) -> Figures:
    """Sign and time-stamp *count* PDF files of one page with pyHanko: PAdES-B-T."""
    x509, keys = import_module("asn1crypto.x509"), import_module("asn1crypto.keys")
    tsp, pem = import_module("asn1crypto.tsp"), import_module("asn1crypto.pem")
    generic = import_module("pyhanko.pdf_utils.generic")
    incremental = import_module("pyhanko.pdf_utils.incremental_writer")
    pages = import_module("pyhanko.pdf_utils.writer")
    signers, fields = (
        import_module("pyhanko.sign"),
        import_module("pyhanko.sign.fields"),
    )
    stores = import_module("pyhanko_certvalidator.registry")
    own, authority = samples.signer(), TestAuthority()

    class Stamper(signers.timestamps.TimeStamper):  # type: ignore[misc, name-defined]
        """Asks the same authority as the others."""

        async def async_request_tsa_response(self, req: Any) -> Any:
            return tsp.TimeStampResp.load(authority.reply(req.dump()))

    page = pages.PdfFileWriter()
    empty = page.add_object(generic.StreamObject(stream_data=b""))
    page.insert_page(pages.PageObject(contents=empty, media_box=(0, 0, 595, 842)))
    document = io.BytesIO()
    page.write(document)
    key = pem.unarmor(own.private_pem())[2]
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(own.certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=stores.SimpleCertificateStore(),
    )
    wanted = signers.PdfSignatureMetadata(
        field_name="s",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    stamper = Stamper()
    sizes = 0

    def act() -> None:
        nonlocal sizes
        for _ in range(count):
            document.seek(0)
            made = signers.sign_pdf(
                incremental.IncrementalPdfFileWriter(document),
                wanted,
                signer=signer,
                timestamper=stamper,
            )
            sizes += made.getbuffer().nbytes - document.getbuffer().nbytes

    act()
    sizes = 0
    return {"seconds": _cpu(act), "bytes": sizes / count}


def main() -> int:
    """Print the figures; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    count: int = options.count
    missed = 0

    def say(what: str, found: str, target: str = "", *, met: bool = True) -> None:
        nonlocal missed
        missed += not met
        verdict = f"{target}: {'met' if met else 'MISSED'}" if target else ""
        print(f"| {what} | {found} | {verdict} |", flush=True)

    print("| What | CPU time, peak memory | Target |\n|---|---|---|")
    for algorithm in ("sha256", "sm3"):
        found = _apart(tree, count, algorithm)
        seconds, megabytes = found["seconds"], found["megabytes"]
        say(
            f"hash tree over {count:,} leaves, {algorithm}",
            f"{seconds:.2f} s, {megabytes:.0f} MB",
            f"< {SECONDS:.0f} s, < {MEGABYTES:.0f} MB",
            met=seconds < SECONDS and megabytes < MEGABYTES,
        )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = _apart(journal, count, folder)
    say(
        f"seal over a journal of {count:,} records",
        f"{found['seconds']:.2f} s (replaying the journal: {found['replay']:.2f} s),"
        f" {found['megabytes']:.0f} MB, {found['bytes']:.1f} B a record stored",
        f"< {SECONDS:.0f} s, < {MEGABYTES:.0f} MB",
        met=found["seconds"] < SECONDS and found["megabytes"] < MEGABYTES,
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = _apart(deposit, CASES, folder)
    cached = found["cached"] * 1e3
    sealing = found["sealing"] / found["depositing"]
    share = (found["sealing"] + found["signing"]) / found["depositing"]
    say(
        "verify an evidence record, time-stamp known",
        f"{cached:.3f} ms ({found['bytes']:.0f} B)",
        f"< {MILLISECONDS:.0f} ms",
        met=cached < MILLISECONDS,
    )
    say("the same, the first of a batch", f"{found['first'] * 1e3:.2f} ms")
    say("find, prove and verify a record", f"{found['whole'] * 1e3:.2f} ms")
    say("export an evidence record", f"{found['exporting'] * 1e3:.2f} ms")
    say(
        f"a signature each and a seal / deposit {CASES:,} cases",
        f"{share:.1%} of {found['depositing']:.2f} s; the seal alone {sealing:.1%}",
        f"< {SHARE:.0%}",
        met=share < SHARE,
    )
    peer = _apart(each_file, 1_000)
    a_case = peer["seconds"] / 1_000 * FILES * 1e3
    say(
        f"signature and time-stamp for each of {FILES} files",
        f"{a_case:.2f} ms and {peer['bytes'] * FILES / 1e3:.1f} kB a case; sealing "
        f"{found['sealing'] / CASES * 1e3:.3f} ms and 0.03 kB",
    )
    if find_spec("pyhanko") is None:
        say("pyHanko, signature and time-stamp in each PDF", "not run: not installed")
    else:
        peer = _apart(each_pdf, 200)
        say(
            "pyHanko, signature and time-stamp in each PDF",
            f"{peer['seconds'] / 200 * 1e3:.1f} ms and {peer['bytes'] / 1e3:.1f} kB",
        )
    return 1 if missed else 0


def _apart(act: Callable[..., Figures], *arguments: object) -> Figures:
    """Return what *act* measures in a new process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return json.loads(json.dumps(pool.apply(act, arguments)))  # type: ignore[no-any-return]


def _cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _wall(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _peak() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
