"""A picture of a terminal for documentation: runs commands and draws what they print, as SVG.

python examples/terminal_picture.py docs/images/first-look.svg \
    'eyebright detect-faces group.jpg --attributes ALL'
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

WIDTH = 80
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def main() -> None:
    target, *commands = sys.argv[1:]
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for command in commands:
        console.print(Text.assemble(("$ ", "green"), (command, "bold")))
        done = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)
        console.print(Text(done.stdout + done.stderr))
    picture = console.export_svg(title="eyebright", theme=MONOKAI)
    # The reader's own monospace font will do; a page should not fetch one from elsewhere.
    Path(target).write_text(_FONTS.sub("", picture), encoding="utf-8")


if __name__ == "__main__":
    main()
