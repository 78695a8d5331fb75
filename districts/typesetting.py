"""A document as PDF on standard output, asked for in JSON on standard input: `python -I typesetting.py`.

A process of its own: a long document neither holds up the requests beside it nor leaves its memory in the web server
(measured: 175 MB of typst's cache after ten documents). Imports nothing of the project.
"""

import contextlib
import json
import resource
import sys

import typst

FAILED = 3
# [P] Eighty pages of tables took 0.35 GiB and two seconds.
MEMORY_BYTES = 2**31
CPU_SECONDS = 30


def main() -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is set already, or the system has none
            resource.setrlimit(limit, (most, most))
    asked = json.load(sys.stdin.buffer)
    try:
        document = typst.compile(
            asked["template"],
            root=asked["root"],
            font_paths=typst.Fonts(include_system_fonts=False),  # the same letters everywhere
            ignore_system_fonts=True,
            sys_inputs={"data": asked["data"]},
        )
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic)
        sys.exit(FAILED)
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
