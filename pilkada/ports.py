"""The port of the web server: the one given, or the next free one.

Standard library only: `make run` asks before anything is installed, so that a taken port is known within a second.
"""

import os
import socket
import sys

HOST = "127.0.0.1"
DEFAULT = 8000
TRIED = 100


class PortRefusedError(Exception):
    """The text is the sentence for the person at the keyboard."""


def listen(given: str = "") -> socket.socket:
    """A listening socket, handed on to the web server, so that nobody can take the port while the start goes on.

    `given` is the port asked for; empty means 8000 or the next free one.
    """
    if not given:
        for port in range(DEFAULT, DEFAULT + TRIED):
            try:
                return _bound(port)
            except OSError:
                continue
        raise PortRefusedError(
            f"Port {DEFAULT} sampai {DEFAULT + TRIED - 1} semuanya sudah dipakai. "
            "Pilih port lain: `make run PORT=9500`."
        )
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise PortRefusedError(f"PORT={given} bukan nomor port. Pilih angka 1024 sampai 65535: `make run PORT=9000`.")
    try:
        return _bound(int(given))
    except PermissionError:
        raise PortRefusedError(
            f"Port {given} hanya boleh dipakai root. Pilih port di atas 1023: `make run PORT=9000`."
        ) from None
    except OSError:
        raise PortRefusedError(
            f"Port {given} sudah dipakai program lain. Hentikan program itu, "
            f"pilih port lain, atau jalankan `make run` tanpa PORT agar dicarikan."
        ) from None


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Without this a restart would find its own port "taken" for a minute.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def free_port() -> int:
    """A port nobody listens on now, for a service that can try again with another."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        listen(os.environ.get("PORT", "")).close()
    except PortRefusedError as refused:
        sys.exit(f"SIAP: {refused}")
