"""Set up what is missing, then run the app on this computer."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

from bootstrap import python_version

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
DEFAULT_PORT = 8501
BAD_INPUT = 2
STOPPED = 130
HIGHEST_PORT = 65535
READY_WITHIN_S = 120.0


def main() -> int:
    """Return the exit code of the app, or 2 with one line on stderr if set-up cannot go on."""
    python_version.require_supported()
    from bootstrap import builds, console, environment

    console.prepare()
    options = read_options()
    try:
        check_port(options.port)
        python = environment.ensure(ROOT, "runtime", wheelhouse=options.wheelhouse)
        builds.ensure(ROOT, python)
    except (console.SetupError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("已中断 / stopped\n")
        return STOPPED
    if options.setup_only:
        console.say("» 已就绪 / everything is in place")
        return 0
    return serve(python, options.port, browser=options.browser)


def read_options() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        description="准备环境并启动应用 / set up what is missing and run the app",
        epilog="离线包目录的制作 / a wheelhouse is made, where there is a network, with: "
        "pip download --only-binary :all: -r requirements/runtime.txt -d wheelhouse",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help=f"端口 / port on {HOST} (%(default)s)",
    )
    parser.add_argument(
        "--wheelhouse",
        type=Path,
        metavar="DIR",
        help="不联网, 用此目录中的安装包 / install from this folder, without a network",
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="不打开浏览器 / do not open a browser",
    )
    parser.add_argument(
        "--setup-only",
        action="store_true",
        help="只准备, 不启动 / set up and stop",
    )
    return parser.parse_args()


def check_port(port: int) -> None:
    """Raise :class:`SetupError` if another program listens on the port."""
    from bootstrap.console import SetupError

    if not 0 < port <= HIGHEST_PORT:
        raise SetupError(f"端口须在 1–{HIGHEST_PORT} 之间 / the port must be in this range: {port}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # a port just left is free; on Windows the option would hide a listener
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SetupError(
                f"端口 {port} 已被占用, 请用 --port 换一个 / port {port} is in use: "
                f"choose another with --port ({error.strerror})"
            ) from error


def serve(python: Path, port: int, *, browser: bool) -> int:
    """Run the app until it ends or is stopped and return its exit code."""
    from bootstrap.packages import clean_settings

    command = [
        *(str(python), "-m", "streamlit", "run", "app.py"),
        *("--server.address", HOST, "--server.port", str(port)),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
    ]
    with subprocess.Popen(command, cwd=ROOT, env=clean_settings()) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())
        threading.Thread(
            target=announce_ready, args=(app, port), kwargs={"browser": browser}, daemon=True
        ).start()
        try:
            return app.wait()
        except KeyboardInterrupt:
            app.terminate()
            app.wait()
            return 0


def announce_ready(app: "subprocess.Popen[bytes]", port: int, *, browser: bool) -> None:
    """Say when the app answers, and open it where there is a desktop."""
    from bootstrap.console import say

    address = f"http://{HOST}:{port}"
    started = time.monotonic()
    while app.poll() is None and time.monotonic() - started < READY_WITHIN_S:
        if answers(port):
            break
        time.sleep(0.2)
    else:
        return
    waited = time.monotonic() - started
    say(f"» 应用已就绪 / the app is ready: {address} ({waited:.1f} s; Ctrl+C 停止 / stops it)")
    if browser and has_desktop():
        webbrowser.open(address)


def answers(port: int) -> bool:
    """Tell whether the app is up."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def has_desktop() -> bool:
    """Tell whether a browser window could be shown."""
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    )


if __name__ == "__main__":
    sys.exit(main())
