"""Kill builds at random moments; each must resume and end with the same bytes.

usage: python tests/benchmarks/kills.py INPUT [BUILDS] [ACCURACY]

For each build the cache begins empty; the build is killed (SIGKILL) up to three times at moments
drawn from a fixed seed, then left to end. What comes out is compared with an undisturbed build.
"""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.cache import kept


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        total.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def start(source: str, out: Path, cache: Path, accuracy: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kg", "build", source, "-o", str(out), "--workers", "2"]
    command += ["--accuracy", accuracy, "--cache", str(cache)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def main(source: str, builds: int, accuracy: str) -> int:
    chance = random.Random(20)  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        began = time.monotonic()
        start(source, place / "plain", place / "cache-plain", accuracy).wait()
        length = time.monotonic() - began
        wanted = digest(place / "plain")
        print("| build | killed after s, with papers kept | same bytes | left over |")
        print("|---:|---|---|---|")
        wrong = 0
        for number in range(builds):
            out, cache = place / f"out{number}", place / f"cache{number}"
            told = []
            for _ in range(chance.randint(1, 3)):
                moment = chance.uniform(0.2, length)
                running = start(source, out, cache, accuracy)
                try:
                    running.wait(moment)
                    told.append("ended before")
                    continue
                except subprocess.TimeoutExpired:
                    running.send_signal(signal.SIGKILL)
                    running.wait()
                told.append(f"{moment:.1f} ({sum(e.papers for e in kept(cache))})")
            code = start(source, out, cache, accuracy).wait()
            same = code == 0 and digest(out) == wanted
            left = [p.name for p in place.glob(f".{out.name}-*")]
            wrong += not same or bool(left)
            print(f"| {number + 1} | {', '.join(told)} | {same} | {len(left)} |", flush=True)
    print(f"\n{builds - wrong} of {builds} right")
    return int(wrong > 0)


if __name__ == "__main__":
    chosen = sys.argv[3] if len(sys.argv) > 3 else "rules"
    raise SystemExit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30, chosen))
