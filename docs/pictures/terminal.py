#!/usr/bin/env python3
"""Draws what a command prints on a terminal as an SVG: suasion run asean | python3 docs/pictures/terminal.py 'suasion run asean' > docs/pictures/asean.svg

Each word is placed by its column, and the blocks of sparklines are drawn, so that no font can move them.
"""
import sys
from html import escape

WIDE, HIGH, PAD, SIZE = 8.0, 19, 16, 13
BLOCKS = "▁▂▃▄▅▆▇█"


def words(line):
    """Runs without two spaces in a row, with the column at which each begins."""
    start = None
    for column, char in enumerate(line + "  "):
        ends = char == " " and line[column + 1 : column + 2] in ("", " ")
        if start is None and char != " ":
            start = column
        if start is not None and ends:
            yield start, line[start : column + 1].rstrip()
            start = None


def draw(command, lines):
    width = PAD * 2 + WIDE * max(len(line) for line in lines)
    height = PAD * 2 + HIGH * len(lines)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="What {escape(command)} prints">'
    yield f'<rect width="100%" height="100%" rx="8" fill="#10151c"/>'
    yield f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="{SIZE}" fill="#d8dee6">'
    for row, line in enumerate(lines):
        base = PAD + HIGH * row + SIZE
        for column, text in words(line):
            x = PAD + WIDE * column
            if all(char in BLOCKS for char in text):
                for i, char in enumerate(text):
                    tall = (BLOCKS.index(char) + 1) * SIZE / len(BLOCKS)
                    yield f'<rect x="{x + WIDE * i:.1f}" y="{base - tall:.1f}" width="{WIDE - 1:.0f}" height="{tall:.1f}" fill="#56b4e9"/>'
            else:
                colour = ' fill="#8b949e"' if row == 0 else ""
                yield f'<text x="{x:.1f}" y="{base}" textLength="{WIDE * len(text):.1f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"{colour}>{escape(text)}</text>'
    yield "</g></svg>"


command = sys.argv[1] if len(sys.argv) > 1 else "the command"
printed = [line.rstrip() for line in sys.stdin]
# The last line says how long it took, which is another time the next time.
printed = [line.split(" in ")[0] if line.startswith("written to ") else line for line in printed]
print("\n".join(draw(command, [f"$ {command}"] + printed)))
