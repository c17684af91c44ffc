"""What the load tool prints is read as it is meant."""

from __future__ import annotations

import pytest

from bench import wrk
from bench.wrk import Load

SAID = """Running 3s test @ http://127.0.0.1:24932/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   701.24ms  336.75ms   1.71s    70.45%
    Req/Sec    46.19     24.35   105.00     66.67%
  Latency Distribution
     50%  693.09ms
     75%  944.16ms
     90%    1.14s 
     99%    1.68s 
  130 requests in 3.07s, 2.92MB read
Requests/sec:     42.31
Transfer/sec:      0.95MB
"""  # noqa: W291 - as it is printed


def test_the_rate_and_the_shares_are_read_in_their_units() -> None:
    assert wrk.read(SAID) == Load(rate=42.31, p50=693.09, p99=1_680.0)


@pytest.mark.parametrize(
    "line",
    [
        "  Socket errors: connect 0, read 3, write 0, timeout 0",
        "  Non-2xx or 3xx responses: 12",
    ],
)
def test_a_request_that_failed_leaves_no_figure(line: str) -> None:
    with pytest.raises(RuntimeError, match=line.strip()):
        wrk.read(SAID.replace("Requests/sec", f"{line}\nRequests/sec"))


def test_anything_else_leaves_no_figure() -> None:
    with pytest.raises(RuntimeError, match="no figures"):
        wrk.read("unable to connect to 127.0.0.1:1 Connection refused")
