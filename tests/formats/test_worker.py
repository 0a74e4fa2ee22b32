"""Whatever a tool does to itself in a worker, the rest goes on."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from egovarchive.errors import FormatError, InvalidValueError, ToolError
from egovarchive.formats import BytesSource, FileSource, Limits, Observation
from egovarchive.formats.source import Part
from egovarchive.formats.worker import SENT, Worker
from formats import worker_tools as tools

SOURCE = BytesSource("a.bin", b"abc")
LIMITS = Limits(seconds=20, memory=512 << 20)
HASTY = Limits(seconds=0.5, memory=512 << 20)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(LIMITS) as worker:
        yield worker


@pytest.fixture(scope="module")
def hasty() -> Iterator[Worker]:
    with Worker(HASTY) as worker:
        yield worker


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def alive(pid: int) -> bool:
    """Say whether there is a process *pid* that still does something."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    """Say whether the process *pid* ends, soon."""
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


# What a call is


def test_it_runs_elsewhere_and_stays_there(worker: Worker) -> None:
    first = worker.run(tools.pid, SOURCE)
    assert first != os.getpid()
    assert worker.run(tools.pid, SOURCE) == first


def test_arguments_and_results_travel(worker: Worker) -> None:
    assert worker.run(tools.together, SOURCE, b"<", after=b">") == b"<abc>"
    assert worker.run(tools.observations, SOURCE) == tools.observations(SOURCE)
    assert worker.run(tools.facts, SOURCE) == tools.facts(SOURCE)
    assert worker.run(tools.values, SOURCE) == tools.values(SOURCE)


def test_an_iterator_yields_the_same(worker: Worker) -> None:
    found = worker.run(tools.children, SOURCE, 3)
    assert [each.name for each in found] == ["0", "1", "2"]


def test_an_iterator_raises_where_it_raised(worker: Worker) -> None:
    found = worker.run(tools.children, BytesSource("bad", b""), 2)
    assert [next(found).name, next(found).name] == ["0", "1"]
    with pytest.raises(FormatError, match="cut off"):
        next(found)


def test_errors_of_the_library_are_the_same(worker: Worker) -> None:
    with pytest.raises(FormatError, match="bad file") as caught:
        worker.run(tools.raises, SOURCE, "format")
    assert caught.value.message("zh") == "文件有误"
    with pytest.raises(ToolError, match="no tool"):
        worker.run(tools.raises, SOURCE, "tool")
    with pytest.raises(InvalidValueError) as refused:
        worker.run(tools.raises, SOURCE, "value")
    assert (refused.value.rule, refused.value.place) == ("a rule", "b")


def test_an_error_of_another_module_is_what_it_is_a_kind_of(worker: Worker) -> None:
    with pytest.raises(FormatError, match="odd file") as caught:
        worker.run(tools.raises, SOURCE, "odd")
    assert type(caught.value) is FormatError


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("key", "the tool failed: KeyError: 'xxx"),
        ("exit", "the tool failed: SystemExit: 3"),
        ("interrupt", "the tool failed: KeyboardInterrupt"),
    ],
)
def test_other_errors_are_named(worker: Worker, name: str, said: str) -> None:
    with pytest.raises(ToolError) as caught:
        worker.run(tools.raises, SOURCE, name)
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 600


def test_what_cannot_be_sent_is_said(worker: Worker) -> None:
    with pytest.raises(ToolError, match="cannot be sent"):
        worker.run(lambda source: source.size, SOURCE)


# Where the bytes lie


@pytest.mark.parametrize("size", [0, 1, SENT, SENT + 1])
def test_bytes_arrive(worker: Worker, size: int) -> None:
    data = os.urandom(size)
    assert worker.run(tools.content, BytesSource("a.bin", data)) == data


def test_large_bytes_are_put_on_disk_and_taken_away(worker: Worker) -> None:
    kind, path, size = worker.run(tools.place, BytesSource("a.pdf", bytes(SENT + 1)))
    assert (kind, Path(path).suffix, size) == ("FileSource", ".pdf", SENT + 1)
    assert not Path(path).exists()


def test_files_are_read_where_they_lie(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.bin").write_bytes(b"0123456789")
    monkeypatch.chdir(tmp_path)
    file = FileSource.of("a.bin")
    assert worker.run(tools.content, file) == b"0123456789"
    part = Part("b.bin", FileSource(file.path, "c", 8, 2), 1, 3)
    assert worker.run(tools.place, part)[0] == "FileSource"
    assert worker.run(tools.content, part) == part.read(0, 9) == b"345"
    beyond = Part("b.bin", FileSource(file.path, "c", 4, 2), 1, 5)
    assert worker.run(tools.content, beyond) == beyond.read(0, 9) == b"345"


def test_a_file_that_has_gone_is_said(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gone\.bin cannot be read"):
        worker.run(tools.content, FileSource(tmp_path / "gone.bin", "gone.bin", 4))


# What goes wrong


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        (tools.aborts, "was ended by signal 6"),
        (tools.reads_null, "was ended by signal 11"),
        (tools.exits, "ended without an answer (exit code 7)"),
        (tools.eats_memory, "needed more than 512 MiB of memory"),
        (tools.eats_memory_slowly, "needed more than 512 MiB of memory"),
        (tools.yields_for_ever, "needed more than 512 MiB of memory"),
        (tools.recurses, "failed: RecursionError"),
        (tools.opens_many, "failed: OSError: [Errno 24]"),
        (tools.gives_a_lock, "failed: TypeError"),
        (tools.gives_a_process, "failed: UnpicklingError: subprocess."),
        (tools.forks_and_crashes, "was ended by signal 6"),
        (tools.writes_into_the_pipes, "ended without an answer"),
        (tools.closes_everything, "ended without an answer"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_tool_that_fails_is_named_and_the_rest_goes_on(
    worker: Worker, tool: object, said: str
) -> None:
    assert callable(tool)
    with pytest.raises(ToolError) as caught:
        worker.run(tool, SOURCE)
    assert str(caught.value).startswith(f"the tool {said}")
    assert caught.value.message("zh").startswith("工具")
    assert worker.run(tools.size, SOURCE) == 3


@pytest.mark.parametrize(
    "tool", [tools.sleeps, tools.hangs, tools.hangs_without_signals, tools.stops]
)
def test_a_tool_that_hangs_is_ended_in_time(hasty: Worker, tool: object) -> None:
    assert callable(tool)
    pid = hasty.run(tools.pid, SOURCE)
    started = time.monotonic()
    with pytest.raises(ToolError, match=r"no answer within 0\.5 s") as caught:
        hasty.run(tool, SOURCE)
    assert time.monotonic() - started < 3
    assert caught.value.message("zh") == "工具0.5 秒内未给出结果"
    assert gone(pid)
    assert hasty.run(tools.size, SOURCE) == 3


def test_a_tool_writes_no_file(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "out"
    with pytest.raises(ToolError, match="OSError"):
        worker.run(tools.writes, SOURCE, str(path))
    assert not path.exists() or not path.read_bytes()


def test_a_huge_answer_is_refused(tmp_path: Path) -> None:
    with Worker(Limits(memory=2 << 30)) as worker:
        with pytest.raises(ToolError, match="gave an answer of 1363149"):
            worker.run(tools.gives_much, SOURCE, 130 << 20)
        assert len(worker.run(tools.gives_much, SOURCE, 9 << 20)) == 9 << 20


def test_an_answer_that_takes_over_its_reader_is_refused(
    worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "taken over"
    with pytest.raises(ToolError, match="mkdir is no value"):
        worker.run(tools.gives_a_command, SOURCE, str(path))
    assert not path.exists()


def test_a_tool_that_forks_answers_once(worker: Worker, tmp_path: Path) -> None:
    assert worker.run(tools.forks, SOURCE, str(tmp_path)) == "parent"
    for _ in range(20):
        assert worker.run(tools.size, SOURCE) == 3


def test_what_a_tool_started_ends_with_it() -> None:
    with Worker(LIMITS) as worker:
        child = worker.run(tools.forks_and_stays, SOURCE)
        assert alive(child)
    assert gone(child)


def test_what_earlier_files_left_behind_does_not_decide() -> None:
    """Asked alone or after others, a file gets the same answer."""
    with Worker(LIMITS) as worker:
        first = worker.run(tools.pid, SOURCE)
        for _ in range(100):
            worker.run(tools.leaks, SOURCE)
        assert worker.run(tools.hoards, SOURCE, 300 << 20) == 1
        assert worker.run(tools.hoards, SOURCE, 300 << 20) == 1
        assert worker.run(tools.pid, SOURCE) != first


def test_tools_print_nowhere(worker: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    assert not worker.run(tools.prints, SOURCE)
    assert capfd.readouterr() == ("", "")


def test_the_limits_are_set(worker: Worker) -> None:
    found = worker.run(tools.confinement, SOURCE)
    assert 20 <= found.pop("cpu") < 20 * 1000
    assert found == {
        "memory": 512 << 20,
        "size": 0,
        "files": 64,
        "core": 0,
        "privileges": 1,
    }
    assert worker.run(tools.session, SOURCE)


# How it lives


def test_it_is_replaced_after_some_calls() -> None:
    with Worker(LIMITS, recycle=3) as worker:
        pids = [worker.run(tools.pid, SOURCE) for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_it_leaves_nothing_behind() -> None:
    with Worker(LIMITS) as worker:
        worker.run(tools.size, SOURCE)
    before = descriptors()
    for _ in range(2):
        with Worker(HASTY) as worker:
            pid = worker.run(tools.pid, SOURCE)
            with pytest.raises(ToolError):
                worker.run(tools.aborts, SOURCE)
            with pytest.raises(ToolError):
                worker.run(tools.sleeps, SOURCE)
            last = worker.run(tools.pid, SOURCE)
        assert not alive(pid)
        assert not alive(last)
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(last, os.WNOHANG)


def test_it_may_be_used_again_after_it_is_closed() -> None:
    with Worker(LIMITS) as worker:
        first = worker.run(tools.pid, SOURCE)
        worker.close()
        worker.close()
        assert worker.run(tools.pid, SOURCE) != first


def test_one_that_is_forgotten_ends() -> None:
    worker = Worker(LIMITS)
    pid = worker.run(tools.pid, SOURCE)
    del worker
    gc.collect()
    assert not alive(pid)


def test_it_ends_with_its_owner() -> None:
    """However that ends."""
    script = (
        "import os, sys\n"
        "from egovarchive.formats.worker import Worker, BytesSource\n"
        "from formats import worker_tools\n"
        "worker = Worker()\n"
        "print(worker.run(worker_tools.pid, BytesSource('', b'')), flush=True)\n"
        "{}\n"
    )
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for end in ("", "os.kill(os.getpid(), 9)", "os._exit(0)", "raise SystemExit"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script.format(end)],
            capture_output=True,
            text=True,
            check=False,
            env=path,
        )
        assert not done.stderr
        assert gone(int(done.stdout))


def test_threads_share_it() -> None:
    sources = [BytesSource("", b"%d" % number) for number in range(60)]

    for count in (1, 2):
        with Worker(LIMITS, count=count) as shared, ThreadPoolExecutor(6) as pool:
            ask = partial(shared.run, tools.content)
            assert list(pool.map(ask, sources)) == [each.data for each in sources]
            found = set(pool.map(partial(shared.run, tools.pid), sources))
            assert 1 <= len(found) <= count


def test_several_work_at_once() -> None:
    started = threading.Barrier(3)

    def ask() -> None:
        started.wait()
        with pytest.raises(ToolError, match="no answer"):
            shared.run(tools.sleeps, SOURCE)

    with Worker(Limits(seconds=1), count=2) as shared:
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        started.wait()
        since = time.monotonic()
        for thread in threads:
            thread.join()
        assert time.monotonic() - since < 1.9


_SHARED: list[Worker] = []


def _pid_of_the_shared(_: int) -> int:
    return _SHARED[0].run(tools.pid, SOURCE)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_copy_in_a_pool_has_processes_of_its_own(method: str) -> None:
    with Worker(LIMITS) as worker:
        mine = worker.run(tools.pid, SOURCE)
        with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
            theirs = pool.submit(tools.pid_in_a_pool, worker).result()
        assert theirs != mine
        assert worker.run(tools.pid, SOURCE) == mine


def test_a_forked_copy_leaves_the_first_alone() -> None:
    with Worker(LIMITS) as worker:
        _SHARED.append(worker)
        mine = worker.run(tools.pid, SOURCE)
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
            theirs = list(pool.map(_pid_of_the_shared, range(3)))
        assert len(set(theirs)) == 1
        assert mine not in theirs
        assert worker.run(tools.pid, SOURCE) == mine
        _SHARED.clear()


def test_a_copy_is_a_worker_of_the_same_kind() -> None:
    worker = Worker(LIMITS, count=3, recycle=7)
    again = pickle.loads(pickle.dumps(worker))  # noqa: S301 - our own
    assert repr(again) == repr(worker)
    assert repr(worker) == "Worker(count=3, recycle=7)"


def test_one_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/nowhere/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", program)
        with (
            Worker(LIMITS) as worker,
            pytest.raises(ToolError, match="no worker process can be started"),
        ):
            worker.run(tools.size, SOURCE)


def test_observations_of_a_list_are_typed(worker: Worker) -> None:
    found: list[Observation] = worker.run(tools.observations, SOURCE)
    assert found
