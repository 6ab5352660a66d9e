"""Write the exact versions and hashes in ``requirements`` anew from the ranges in pyproject.toml.

Needs uv (``pip install uv``) and a network. The pins hold for Linux, macOS and Windows and for
every supported Python; no address of a package index is written.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAD_INPUT = 2
HEADER = "# Exact versions with hashes. Written by scripts/pin_requirements.py: do not edit.\n"


def main() -> int:
    """Return 0 if all files were written, or 2 with one line on stderr."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    uv = shutil.which("uv")
    if uv is None:
        sys.stderr.write("找不到 uv / uv is not installed: pip install uv\n")
        return BAD_INPUT
    folder = ROOT / "requirements"
    try:
        pin(uv, folder / "runtime.txt")
        # Held to the pins before, so that installing one after the other changes nothing.
        held = ["--constraint", str(folder / "runtime.txt")]
        pin(uv, folder / "dev.txt", "--extra", "dev", *held)
        held += ["--constraint", str(folder / "dev.txt")]
        for extra in ("cluster", "bench"):
            pin(uv, folder / f"{extra}.txt", "--extra", extra, *held)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"uv 失败 / uv failed: {error.stderr.strip().splitlines()[-1]}\n")
        return BAD_INPUT
    return 0


def pin(uv: str, target: Path, *options: str) -> None:
    """Resolve the newest versions and replace a requirements file.

    Parameters
    ----------
    uv
        Path of the uv command.
    target
        File to write.
    options
        Further options of ``uv pip compile``.

    """
    # Printed instead of written by uv itself, which would keep the versions of an old file.
    command = [
        *(uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"),
        *options,
    ]
    result = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    target.write_text(HEADER + result.stdout, encoding="utf-8", newline="\n")
    print(f"{target.name}: {result.stdout.count('==')} 个版本 / pins")


if __name__ == "__main__":
    sys.exit(main())
