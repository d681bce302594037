"""Pages of the site that are not files of docs/: the repository's own READMEs, the notebooks, the commands' help, the Python API.

Nothing is written twice: a README becomes a page with its links turned to the site's pages, a notebook is shown as it was executed, and the help
is what the program prints.
"""

import os
import posixpath
import re
import subprocess
from pathlib import Path

from mkdocs.structure.files import File
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parents[2]
# Pages of the site that are files elsewhere in the repository.
ELSEWHERE = {
    "index.md": "README.md",
    "python.md": "python/README.md",
    "tutorials/index.md": "notebooks/README.md",
    "benches.md": "benches/README.md",
    "changes.md": "CHANGELOG.md",
}
# Notebooks by the page that shows them.
NOTEBOOKS = {f"tutorials/{path.stem}.md": f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("[0-9]-*.py"))}
PYTHON_API = """# Python API

How to install it and what it is for: [Python](python.md).

::: suasion
"""


def on_files(files, config):
    """Adds the pages."""
    made = {page: (ROOT / source).read_text() for page, source in ELSEWHERE.items() if (ROOT / source).exists()}
    made |= {"commands.md": commands(), "python-api.md": PYTHON_API}
    for page, source in NOTEBOOKS.items():
        made[page], pictures = notebook(Path(os.environ["NOTEBOOKS"]) / f"{Path(source).stem}.ipynb")
        for name, picture in pictures.items():
            files.append(File.generated(config, f"tutorials/{name}", content=picture))
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    # Lets the search run from a folder, where browsers allow pages no worker.
    files.append(File.generated(config, "assets/iframe-worker.js", abs_src_path=os.environ["IFRAME_WORKER"]))
    return files


def on_page_markdown(markdown, page, config, files):
    """Turns links that hold in the repository into links that hold on the site; what has no page stays as text."""
    here = page.file.src_uri
    elsewhere = ELSEWHERE | NOTEBOOKS
    source = elsewhere.get(here, f"docs/{here}")
    pages = {file: uri for uri, file in elsewhere.items()} | {f"docs/{f.src_uri}": f.src_uri for f in files if f.src_uri not in elsewhere}

    def link(found):
        bang, text, target = found.groups()
        if "://" in target or target.startswith(("#", "mailto:")):
            return found[0]
        path, _, anchor = target.partition("#")
        repository = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if repository in pages:
            relative = posixpath.relpath(pages[repository], posixpath.dirname(here) or ".")
            return f"{bang}[{text}]({relative}{'#' + anchor if anchor else ''})"
        if (ROOT / repository).exists() and not bang:
            return text if text.strip("`") == repository else f"{text} (`{repository}`)"
        return found[0]

    # What a block is called in the repository is its title here.
    markdown = re.sub(r"^```(\w+) (\S+)$", r'```\1 title="\2"', markdown, flags=re.M)
    outside = re.split(r"(^```.*?^```)", markdown, flags=re.M | re.S)
    return "".join(part if part.startswith("```") else re.sub(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)", link, part) for part in outside)


def on_page_content(html, page, config, files):
    """Refuses a page on which a block of code is shown as text."""
    if re.search(r"<p>[^<]*```", html):
        raise ValueError(f"{page.file.src_uri}: a block of code is no block: look at what follows its ```")
    return html


def notebook(path):
    """An executed notebook as a page, and its pictures by name."""
    exporter = MarkdownExporter(config={"NbConvertBase": {"display_data_priority": ["image/png", "text/html", "text/markdown", "text/plain"]}})
    text, resources = exporter.from_filename(path, resources={"unique_key": path.stem, "output_files_dir": f"{path.stem}_pictures"})
    # What a picture shows is told in the caption below it.
    return text.replace("![png](", "![A picture, told in words below it]("), resources["outputs"]


def commands():
    """The reference of the commands, as the program tells it."""
    program = os.environ["SUASION"]
    top = help_of(program)
    parts = ["# Commands\n", "What `suasion --help` and the help of each command print.\n", fenced(top)]
    for name in names(top):
        text = help_of(program, name)
        parts.append(f"\n## suasion {name}\n\n{fenced(text)}")
        for sub in names(text):
            parts.append(f"\n### suasion {name} {sub}\n\n{fenced(help_of(program, name, sub))}")
    return "\n".join(parts)


def help_of(program, *words):
    """The long help of a command, at a fixed width."""
    environment = os.environ | {"COLUMNS": "100"}
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True, env=environment)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def names(text):
    """The commands that a help lists."""
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", text, flags=re.M)
    return [name for name in re.findall(r"^  ([a-z][a-z-]*)", listed[1] if listed else "", flags=re.M) if name != "help"]


def fenced(text):
    return f"```console\n{text}\n```\n"
