"""Set up what is missing, then run all tests."""

import argparse
import subprocess
import sys
from pathlib import Path

from bootstrap import python_version

ROOT = Path(__file__).resolve().parents[1]
BAD_INPUT = 2
STOPPED = 130


def main() -> int:
    """Return pytest's exit code, or 2 with one line on stderr if set-up failed."""
    python_version.require_supported()
    from bootstrap import builds, console, environment, packages

    console.prepare()
    options = read_options()
    built = 0
    try:
        python = environment.ensure(ROOT, "dev", wheelhouse=options.wheelhouse)
        try:
            builds.ensure(ROOT, python)
        except console.SetupError as error:  # the tests say more about why
            sys.stderr.write(f"{error}\n")
            built = BAD_INPUT
    except (console.SetupError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("已中断 / stopped\n")
        return STOPPED
    console.say("» 运行测试 / running the tests")
    command = [python, "-m", "pytest", *options.pytest_arguments]
    tested = subprocess.run(command, cwd=ROOT, env=packages.clean_settings(), check=False)
    return tested.returncode or built


def read_options() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        description="准备环境并运行全部测试 / set up what is missing and run all tests",
        epilog="例 / example: python scripts/test.py -- tests/setup -x",
    )
    parser.add_argument(
        "--wheelhouse",
        type=Path,
        metavar="DIR",
        help="不联网, 用此目录中的安装包 / install from this folder, without a network",
    )
    parser.add_argument(
        "pytest_arguments",
        nargs="*",
        metavar="-- ARGUMENTS",
        help="交给 pytest 的参数 / arguments for pytest",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
