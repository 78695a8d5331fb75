"""The web port: given, found, taken."""

import subprocess
import sys

import pytest

from pilkada import ports
from tests.pilkada.processes import environment


def test_without_a_wish_a_free_port_is_found_beside_a_taken_one():
    with ports.listen() as first, ports.listen() as second:
        assert first.getsockname()[1] < second.getsockname()[1]


def test_a_taken_port_is_one_sentence_before_anything_is_installed():
    with ports.listen() as taken:
        port = str(taken.getsockname()[1])
        asked = subprocess.run(
            [sys.executable, "-I", ports.__file__], env=environment(PORT=port), capture_output=True, text=True
        )
    assert asked.returncode == 1
    assert asked.stderr.startswith(f"SIAP: Port {port} sudah dipakai")


@pytest.mark.parametrize("given", ["abc", "0", "70000"])
def test_what_is_no_port_is_said(given):
    with pytest.raises(ports.PortRefusedError, match="bukan nomor port"):
        ports.listen(given)
