"""What the tests of the Python package share: the command, and what is refused."""

import os
import signal
import subprocess
import sys
import time

PROGRAM = sys.argv[1]


def command(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)


def refused(kind, call, *expected):
    try:
        call()
    except kind as error:
        for text in expected:
            assert text in str(error), f"{error!s} does not say {text}"
        return str(error)
    raise AssertionError(f"not refused: {expected}")


def same_sentence(kind, call, *arguments):
    """What Python says is what the command prints, and nothing else."""
    ours = refused(kind, call)
    theirs = command(*arguments)
    assert (theirs.returncode, theirs.stderr.strip()) == (2, f"error: {ours}"), (theirs.stderr, ours)


def interrupted(script):
    """Runs a script that prints `begun` and then works for hours; interrupted, it ends with the exception of Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "begun\n"
        time.sleep(1.5)
        assert process.poll() is None, process.stderr.read()
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert errors.rstrip().endswith("KeyboardInterrupt"), errors
