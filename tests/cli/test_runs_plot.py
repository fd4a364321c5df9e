"""`tfface runs plot`: curves on a terminal, points for other programs, runs that go on."""

import contextlib
import json
import os
import pty
import signal
import threading
import time

import pytest

from tfface.cli.terminal_plot import draw

from ..tracking.conftest import assign, floats
from .conftest import LOSS, running


def test_points_for_another_program(tfface, folder):
    assert tfface("runs", "plot", "arcface", "--folder", folder)[1] == "1\t3.0\n2\t2.0\n3\t1.5\n"
    assert tfface("runs", "plot", "arcface", "--folder", folder, "log")[1] == "1\thello\n"


def test_a_plot_on_a_terminal(start, folder):
    reader, terminal = pty.openpty()
    process = start("runs", "plot", "arcface", "--folder", folder, stdout=terminal)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # what Linux says when the other side has gone
        while part := os.read(reader, 100_000):
            shown += part
    os.close(reader)
    shown = shown.decode()
    assert (process.wait(), process.stderr.read()) == (0, "")
    assert f"arcface  {LOSS}: 1.5 at step 3" in shown and "3 ┤⠑" in shown


def test_follow_ends_with_the_run(tfface, disk):
    directory = running(disk, [3.0])

    def go_on():
        time.sleep(0.4)
        with (directory / "data-1.log").open("a") as log:
            for version, operation in enumerate([floats(LOSS, [2.0]), assign("tfface/status", "failed")], 4):
                log.write(json.dumps({"obj": operation, "version": version, "at": time.time()}) + "\n")

    writer = threading.Thread(target=go_on)
    writer.start()
    code, out, _ = tfface("runs", "plot", "live", "--follow", "--every", "0.1", "--folder", disk.folder)
    writer.join()
    assert (code, out) == (0, "0\t3.0\n1\t2.0\n")


def test_follow_ends_with_ctrl_c(tfface, disk):
    running(disk, [3.0])
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        code, out, errors = tfface("runs", "plot", "live", "--follow", "--every", "0.1", "--folder", disk.folder)
    finally:
        timer.cancel()
    assert (code, out, errors) == (0, "0\t3.0\n", [])


def test_a_drawing():
    drawing = draw([0, 1, 2, 3], [0.0, 1.0, 2.0, 3.0], width=24, height=5).splitlines()
    assert [line[:3] for line in drawing] == ["3 ┤", "  ┤", "  ┤", "0 ┤", "   "]
    assert drawing[0].endswith("⠉") and drawing[3][3] == "⣀"
    assert drawing[-1].split() == ["0", "3"]
    assert max(map(len, drawing)) <= 24


@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0], [-1e308, 1e308], [1e-320, 0.0]])
def test_drawings_at_the_edge(values):
    drawing = draw(list(range(len(values))), values, width=40, height=6)
    assert len(drawing.splitlines()) == 6 and any("\u2801" <= letter <= "\u28ff" for letter in drawing)
