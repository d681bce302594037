"""What the documentation shows of the program is what the program prints.

Every block that begins with `$ suasion ...` is run, a page's in order in one folder of its own, and compared; a line `...` stands for what is left out.
A block that ends without it is compared to its end. SUASION_MINT=1 writes the pages instead.
Usage: python3 tests/docs/outputs.py PROGRAM   (from the root of the repository)
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

# Its command may go over lines that end with a backslash.
BLOCK = re.compile(r"^```(?:text|console)\n(\$ suasion (?:.*\\\n)*.*\n)((?:.*\n)*?)```$", flags=re.M)
ELIDED = "..."


def printed(program, command, folder):
    """Lines that a command prints, less what differs between two times: how long it took."""
    words = [program, *shlex.split(command)[1:]]
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment)
    text = (done.stderr + done.stdout).replace(f"{Path(folder).resolve()}/", "")
    return [re.sub(r" in [\d.]+ m?s\b", "", line).rstrip() for line in text.splitlines()]


def mint(shown, lines):
    """The block with new lines: as many before and after each part that is left out as there were. A part between two of these is found by its first line."""
    parts = [[]]
    for line in shown:
        if line == ELIDED:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return lines
    first, *middle, last = parts
    at = len(first)
    minted = [lines[:at]]
    for part in middle:
        at = lines.index(part[0], at) if part and part[0] in lines[at:] else at
        minted.append(lines[at : at + len(part)])
        at += len(part)
    minted.append(lines[-len(last) :] if last else [])
    return [line for k, part in enumerate(minted) for line in ([ELIDED] if k else []) + part]


def matches(shown, lines):
    """Whether the lines are those shown."""
    return mint(shown, lines) == shown and (ELIDED in shown or len(shown) == len(lines))


def main():
    program = str(Path(sys.argv[1]).resolve())
    wrong, count = [], 0
    pages = [Path("README.md"), *sorted(Path("docs").rglob("*.md"))]
    for page in pages:
        text = page.read_text()
        with tempfile.TemporaryDirectory() as folder:

            def renew(block):
                nonlocal count
                count += 1
                command, shown = block[1].removeprefix("$ ").replace("\\\n", " ").strip(), block[2].splitlines()
                lines = printed(program, command, folder)
                if not matches(shown, lines):
                    wrong.append("\n".join([f"{page}: $ {command}", "--- the page shows", *shown, "--- it prints", *mint(shown, lines)]))
                start = block.start(2) - block.start()
                return block[0][:start] + "".join(f"{line}\n" for line in mint(shown, lines)) + "```"

            minted = BLOCK.sub(renew, text)
        if os.environ.get("SUASION_MINT"):
            page.write_text(minted)
    assert count >= 5, f"only {count} blocks found"
    if wrong and not os.environ.get("SUASION_MINT"):
        sys.exit("\n\n".join(wrong) + "\n\nSUASION_MINT=1 python3 tests/docs/outputs.py PROGRAM writes what is printed now")
    print(f"{count} blocks of the documentation show what the program prints")


main()
