"""Runs every notebook from top to bottom, and fails where a cell does.

Usage: execute.py [FOLDER]. With a folder, executed notebooks and their pictures are written there, to be looked at.
"""

import base64
import sys
import time
from pathlib import Path

import jupytext
import nbclient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def outputs(cell, kind):
    return [output["data"][kind] for output in cell.get("outputs", []) if kind in output.get("data", {})]


def check(name, notebook):
    """What holds of each: pictures have a caption in words, and it says what it cannot show."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert any("What this cannot show" in text for text in prose), f"{name} does not say what it cannot show"
    pictures = 0
    for cell in notebook.cells:
        images = outputs(cell, "image/png")
        pictures += len(images)
        if images and "episode(" not in cell.source:
            assert "caption(" in cell.source, f"{name}: a picture without a caption: {cell.source[:60]}"
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", f"{name}: {output.get('text')}"
    assert pictures >= 3, f"{name} has {pictures} pictures"
    return pictures


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    names = sorted(NOTEBOOKS.glob("[0-9]-*.py"))
    assert len(names) == 7, names
    for path in names:
        begun = time.monotonic()
        notebook = jupytext.read(path)
        where = {"metadata": {"path": NOTEBOOKS}}
        quiet = ["--IPKernelApp.log_level=ERROR"]
        client = nbclient.NotebookClient(
            notebook, timeout=600, kernel_name="python3", resources=where, extra_arguments=quiet
        )
        client.execute()
        pictures = check(path.name, notebook)
        print(f"{path.name}: {len(notebook.cells)} cells, {pictures} pictures, {time.monotonic() - begun:.0f} s", flush=True)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            jupytext.write(notebook, folder / f"{path.stem}.ipynb")
            images = [image for cell in notebook.cells for image in outputs(cell, "image/png")]
            for i, image in enumerate(images):
                (folder / f"{path.stem}-{i + 1}.png").write_bytes(base64.b64decode(image))
            texts = [text for cell in notebook.cells for text in outputs(cell, "text/markdown")]
            (folder / f"{path.stem}.md").write_text("\n\n".join(texts))


main()
