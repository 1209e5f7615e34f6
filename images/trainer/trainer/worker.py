"""One training process, as torchrun starts it: `python -m trainer.worker`."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from trainer.errors import TrainingError
from trainer.folders import Folders
from trainer.group import Group
from trainer.launch import RUN_FOLDER
from trainer.settings import Settings
from trainer.stop import PARENT_FILE, Stop, die_with_parent
from trainer.training import Training


def main() -> int:
    """Trains; 0 when training has ended in order, finished or stopped."""
    run = Path(os.environ[RUN_FOLDER])
    die_with_parent(int((run / PARENT_FILE).read_text()))
    stop = Stop(run)
    folders = Folders.from_environment(os.environ)
    try:
        settings = Settings.read(folders, os.environ)
        group = Group.join()
        finished = Training(settings, folders, group, stop).run()
        (run / f"ended-{group.local_rank}").write_text("finished" if finished else "stopped")
        group.leave()
    except TrainingError as error:
        # A process that loads data wraps the message in its traceback, of which it is the last line.
        folders.report_failure(str(error).strip().splitlines()[-1].removeprefix("trainer.errors.TrainingError: "))
        return 1
    except Exception as error:
        traceback.print_exc()
        folders.report_failure(f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # torch's threads may abort the process when they are torn down, and torchrun would call it failed
