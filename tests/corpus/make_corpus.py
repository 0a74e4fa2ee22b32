"""Write the doctored packages of `corpus.attacks` that are kept as files.

Run it in the repository: ``PYTHONPATH=src:tests python tests/corpus/make_corpus.py``.
"""

from __future__ import annotations

from pathlib import Path

from corpus.attacks import ATTACKS

INVALID = Path(__file__).parent / "invalid"
KEPT = (
    "container_with_a_compressed_member",
    "container_with_a_symlink",
    "container_with_an_encrypted_member",
    "container_with_overlapping_members",
    "container_with_trailing_garbage",
    "manifest_with_a_member_that_is_not_there",
    "manifest_without_a_member",
    "manifests_in_the_wrong_order",
    "path_leaves_its_folder",
    "path_twice_but_for_case",
    "signature_twice",
)


def main() -> None:
    """Write each of `KEPT` into a folder of its own."""
    for name in KEPT:
        attack, _ = ATTACKS[name]
        folder = INVALID / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.zip").write_bytes(attack())


if __name__ == "__main__":
    main()
