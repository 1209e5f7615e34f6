"""Lets the Linux wheel of torch from PyPI run without its gigabytes of CUDA libraries, on a machine without a GPU.

That wheel is linked against NVIDIA's libraries, which are never called where there is no GPU but must be there to load.
For each that is missing this compiles an empty stand-in, whose functions all return 100: `cudaErrorNoDevice`, by which
torch finds no GPU. For development and tests; an image is built from torch's own CPU wheels.

`python local/torch_on_cpu.py PYTHON` mends the environment of that interpreter, where something is missing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_VENDOR = re.compile(r"lib(cu|nv|nccl)[\w.]+")
_VENDOR_SYMBOL = re.compile(r"(cu|nv|nccl)[A-Za-z_]*[A-Z_]")
_LOCATE = "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"

Wanted = dict[str, dict[str, set[str]]]
"""Library, version node, symbols that torch's libraries want of it; the library is empty where there is no version."""


class StandInFailed(Exception):
    """The stand-ins could not be made; the message is one sentence."""


def make_stand_ins(python: Path) -> list[str]:
    """Names of the libraries that were missing and now have a stand-in, in the environment of this interpreter.

    :raises StandInFailed: without torch, or without a C compiler and binutils where something is missing.
    """
    torch = _run([str(python), "-c", _LOCATE]).strip()
    if not torch:
        raise StandInFailed(f"{python} has no torch; install its requirements first")
    if sys.platform != "linux":
        return []
    folder = Path(torch) / "lib"
    libraries = sorted(folder.glob("lib*.so*"))
    missing = sorted({name for library in libraries for name in _not_found(library)})
    if missing:
        wanted = _undefined(libraries)
        for name in missing:
            _compile(folder / name, wanted.get(name) or wanted.get("", {}))
    return missing


def _not_found(library: Path) -> list[str]:
    lines = _run(["ldd", str(library)]).splitlines()
    names = [line.split("=>")[0].strip() for line in lines if line.endswith("=> not found")]
    return [name for name in names if _VENDOR.fullmatch(name)]


def _undefined(libraries: list[Path]) -> Wanted:
    wanted: Wanted = {}
    for library in libraries:
        libraries_of = _version_nodes(library)
        for line in _run(["nm", "-D", "--undefined-only", "--with-symbol-versions", str(library)]).splitlines():
            symbol, _, node = line.split()[-1].partition("@")
            if node in libraries_of:
                wanted.setdefault(libraries_of[node], {}).setdefault(node, set()).add(symbol)
            elif not node and _VENDOR_SYMBOL.match(symbol):
                wanted.setdefault("", {}).setdefault("", set()).add(symbol)
    return wanted


def _version_nodes(library: Path) -> dict[str, str]:
    """The libraries that the version nodes of undefined symbols belong to, NVIDIA's only."""
    found = {}
    file = ""
    for line in _run(["readelf", "--version-info", "--wide", str(library)]).splitlines():
        if match := re.search(r"Version: \d+  File: (\S+)", line):
            file = match[1]
        elif (match := re.search(r"Name: (\S+)  Flags: \S+  Version: \d+", line)) and _VENDOR.fullmatch(file):
            found[match[1]] = file
    return found


def _compile(target: Path, nodes: Mapping[str, set[str]]) -> None:
    """A version node without a name is no version at all: not all of NVIDIA's libraries have them."""
    with tempfile.TemporaryDirectory() as scratch:
        source, versions = Path(scratch, "stand-in.c"), Path(scratch, "versions")
        symbols = sorted(symbol for node in nodes.values() for symbol in node)
        source.write_text("".join(f"int {symbol}(void) {{ return 100; }}\n" for symbol in symbols))
        versions.write_text("".join(f"{node} {{ global: {'; '.join(nodes[node])}; }};\n" for node in sorted(nodes)))
        script = [f"-Wl,--version-script={versions}"] if any(nodes) else []
        options = ["-shared", "-fPIC", "-O1", "-w", "-fno-builtin", f"-Wl,-soname,{target.name}", *script]
        _run(["cc", *options, "-o", str(target), str(source)])


def _run(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise StandInFailed(
            f"{command[0]} is missing: torch from PyPI needs a C compiler and binutils to run without CUDA "
            "(on Debian: apt-get install gcc binutils)"
        ) from error
    except subprocess.CalledProcessError as error:
        raise StandInFailed(f"{' '.join(command)} failed: {error.stderr.strip()}") from error


if __name__ == "__main__":
    try:
        made = make_stand_ins(Path(sys.argv[1]))
    except StandInFailed as failure:
        sys.exit(f"torch on the CPU: {failure}")
    print(f"torch on the CPU: stand-ins for {', '.join(made) or 'nothing, all is there'}")
