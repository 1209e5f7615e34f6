"""One server process: listen, load the model beside, answer until SIGTERM.

The HTTP server is uvicorn with h11 and no framework: two routes need none, it adds about a megabyte, keeps connections
alive, answers /ping while threads score, and on SIGTERM stops listening and finishes what is in flight. (waitress
cancels queued requests on SIGTERM and words its own 413 in plain text; http.server finishes nothing; mosec brings a
second process and 15 MB for batching that small tabular models do not need.)
"""

import logging
import signal
import socket
import sys
import threading
from types import FrameType

import uvicorn

from scorer.app import App
from scorer.errors import StartError
from scorer.model import Model
from scorer.settings import Settings

BACKLOG = 2048
GRACEFUL_SECONDS = 25
"""Time for requests in flight after SIGTERM; SageMaker sends SIGKILL 30 seconds after it (the page in app.py)."""
KEEP_ALIVE_SECONDS = 75
"""Idle time before a connection is closed: longer than the 60 seconds common in front of a container, so that the
client's side closes first and no request meets a closing connection."""

log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then returns; raises StartError if the port or the model cannot be used."""
    listener = listen(settings)
    app = App(settings.concurrency)
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    server = uvicorn.Server(config)
    failures: list[Exception] = []

    def load() -> None:
        try:
            model = Model.load(settings.model_dir, settings.intra_op_threads)
        except Exception as error:
            failures.append(error)
            server.should_exit = True
            return
        app.model = model
        log.info("serving model %s from %s", model.card.version, settings.model_dir)

    threading.Thread(target=load, name="load", daemon=True).start()
    server.run(sockets=[listener])
    if failures:
        raise failures[0]


def exit_on_signal() -> None:
    """Makes SIGTERM and SIGINT end the process with exit code 0, at once or, once it serves, after the server is done
    (uvicorn takes the signals over while it runs and raises them again at its end)."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def listen(settings: Settings) -> socket.socket:
    """A listening socket at the host and port of the settings; raises StartError if they cannot be had."""
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port} ({reason}); set SCORER_HOST to an address of this "
            "machine and SAGEMAKER_BIND_TO_PORT to a free port."
        ) from error
    # Connections inherit it. asyncio sets it only on sockets made with an explicit TCP protocol number, and without it
    # the second packet of an answer waits for the client's delayed ACK: 40 ms on every request.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    log.info("listening on %s:%d", *listener.getsockname()[:2])
    return listener
