"""``mimin bench door``: the citizen's door, asked over HTTP from a really served Mimin with one web worker.

Reports are posted by four visitors at a time, each from an address of its own: one address may send only so many
a minute; then one visitor after another looks at the page of their report. The database holds ``large`` cases already.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import httpx

from bench import fill
from mimin.desk.running import web

POSTS, VISITORS, LOOKS = 400, 4, 400
MOST = 100_000
"""The page of one report does not read the others; so many stored cases show it."""


def run(*, large: int = MOST) -> dict[str, float]:
    """Reports a second, the 95th percentile of a look in milliseconds, and what a first visit carries in KB."""
    posts, looks = (POSTS, LOOKS) if large >= 20_000 else (20, 20)
    fill.fill(min(large, MOST), evidence=False)
    texts = list(islice(fill.texts(9), posts))
    with _served() as address:
        with ThreadPoolExecutor(VISITORS) as pool:
            began = time.perf_counter()
            opened = list(pool.map(lambda told: _post(address, *told), enumerate(texts)))
            spent = time.perf_counter() - began
        with httpx.Client(base_url=address, timeout=60) as visitor:
            looked = [_look(visitor, cookie) for cookie in islice(_round(opened), looks)]
        return {
            "post_per_second": round(len(opened) / spent, 1),
            "track_p95_ms": round(statistics.quantiles(looked, n=20)[18], 2),
            "track_median_ms": round(statistics.median(looked), 2),
            "page_kb": round(_weight(address) / 1024, 1),
        }


def _round(cookies: list[str]) -> Iterator[str]:
    while True:
        yield from cookies


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = web("127.0.0.1", port, 1)
    env = {**os.environ, "MIMIN_PROXIES": "1", "MIMIN_PLAIN_STATIC": ""}
    collect = [sys.executable, "-m", "mimin.program", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=env, check=True)  # noqa: S603
    running = subprocess.Popen(command, env=env)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _try in range(300):
            try:
                if httpx.get(f"{address}/sehat/", timeout=1).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=20)


def _from(number: int) -> dict[str, str]:
    """The header that a proxy of ours sets: a visitor's own address."""
    return {"X-Forwarded-For": f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"}


def _post(address: str, number: int, text: str) -> str:
    """Open the form, send it, and return the cookie that opens the report's page."""
    headers = {**_from(number), "Origin": address}
    with httpx.Client(base_url=address, headers=headers, timeout=60, verify=False) as visitor:  # noqa: S501 (loopback)
        form = visitor.get("/lapor/").text
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert found is not None, form[:300]
        typed = {
            "csrfmiddlewaretoken": found[1],
            "key": secrets.token_hex(24),
            "text": text,
            "place": "Jl. Melati",
        }
        answer = visitor.post("/lapor/", data=typed)
        assert answer.status_code == 200, (answer.status_code, answer.text[:300])
        return answer.cookies["mimin_lacak"]


def _look(visitor: httpx.Client, cookie: str) -> float:
    began = time.perf_counter()
    answer = visitor.get("/lacak/", headers={"Cookie": f"mimin_lacak={cookie}"})
    spent = (time.perf_counter() - began) * 1000
    assert "percakapan" in answer.text
    return spent


def _weight(address: str) -> int:
    """Bytes on the wire of a first visit: the form with everything that it links."""
    with httpx.Client(base_url=address, timeout=60) as visitor:
        page = visitor.get("/lapor/")
        linked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
        return sum(
            one.num_bytes_downloaded for one in [page, *(visitor.get(path) for path in sorted(linked))]
        )
