"""Ask a server from many clients at once: errors, mixed answers, seconds and memory.

    bpo-kpo serve --rate 0 --model none
    python -m eval.bench.load http://127.0.0.1:8000 --clients 20 --minutes 10

Each of up to thirty questions is asked once alone first; every later answer to it must have the same text. Half of the clients ask for
a stream and half of the questions come over the interface for chat clients. Needs a server of this machine without a
token, or BPO_KPO_SERVER_TOKEN.
"""

import argparse
import json
import os
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from eval.bench.speed import QUESTIONS

TIMEOUT_S = 300.0


@dataclass
class Seen:
    """What all clients have met so far."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # MB of the server, once in ten seconds
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> None:
    """Run the load and print what came of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--questions", type=int, default=30)
    arguments = parser.parse_args()
    every = [question for kind in QUESTIONS.values() for question in kind]
    questions = every[:: max(1, len(every) // arguments.questions)][: arguments.questions]
    with client(arguments.address) as http:
        alone = {question: ask(http, question, chat=False, stream=False) for question in questions}
        before = memory(http)
        seen = Seen()
        load(arguments.address, arguments.clients, arguments.minutes * 60, alone, seen)
        print(json.dumps(told(seen, before, memory(http), arguments), indent=2))


def load(address: str, clients: int, seconds: float, alone: dict[str, str], seen: Seen) -> None:
    """Let so many clients ask for so long."""
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=one, args=(address, n, end, alone, seen)) for n in range(clients)]
    threads.append(threading.Thread(target=watch, args=(address, end, seen)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one(address: str, number: int, end: float, alone: dict[str, str], seen: Seen) -> None:
    """Ask one question after the other."""
    chance = random.Random(number)
    with client(address) as http:
        while time.monotonic() < end:
            question = chance.choice(list(alone))
            began = time.monotonic()
            try:
                text = ask(http, question, chat=chance.random() < 0.5, stream=number % 2 == 0)
            except (httpx.HTTPError, KeyError, ValueError, AssertionError) as error:
                with seen.lock:
                    seen.errors.append(f"{type(error).__name__}: {error}"[:200])
                continue
            with seen.lock:
                seen.seconds.append(time.monotonic() - began)
                if text != alone[question]:
                    seen.mixed.append(question)


def watch(address: str, end: float, seen: Seen) -> None:
    """Note the server's memory every ten seconds."""
    with client(address) as http:
        while (left := end - time.monotonic()) > 0:
            seen.memory.append(memory(http))
            time.sleep(min(10.0, left))


def client(address: str) -> httpx.Client:
    """Return a client with the token of the environment."""
    token = os.environ.get("BPO_KPO_SERVER_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=address, headers=headers, timeout=TIMEOUT_S, trust_env=False)


def ask(http: httpx.Client, question: str, *, chat: bool, stream: bool) -> str:
    """Return the text of the answer, whichever way it is asked for. Raises for anything but a whole answer."""
    asked: dict[str, Any] = {"question": question, "stream": stream}
    if chat:
        asked = {"model": "bpo-kpo", "messages": [{"role": "user", "content": question}], "stream": stream}
    reply = http.post("/v1/chat/completions" if chat else "/v1/ask", json=asked)
    reply.raise_for_status()
    bodies = (
        [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: {")]
        if stream
        else []
    )
    body = bodies[-1] if stream else reply.json()
    answer = body["answer"] if chat else body
    assert answer["question"] == question, "the answer to another question"
    text: str = answer["text"] or str(answer["reason"])
    return text


def memory(http: httpx.Client) -> float:
    """Return the megabytes the server holds."""
    found = re.search(r"^process_resident_memory_bytes (\S+)$", http.get("/metrics").text, re.M)
    assert found
    return float(found[1]) / 1e6


def told(seen: Seen, before: float, after: float, arguments: argparse.Namespace) -> dict[str, Any]:
    """Sum up."""
    times = sorted(seen.seconds)
    late = seen.memory[len(seen.memory) // 2 :] or [after]
    return {
        "clients": arguments.clients,
        "minutes": arguments.minutes,
        "answers": len(times),
        "answers_a_second": round(len(times) / (arguments.minutes * 60), 2),
        "errors": len(seen.errors),
        "first_errors": seen.errors[:3],
        "mixed": len(seen.mixed),
        "first_mixed": seen.mixed[:3],
        "seconds_p50": round(quantile(times, 0.5), 2),
        "seconds_p95": round(quantile(times, 0.95), 2),
        "seconds_max": round(times[-1], 2) if times else None,
        "memory_mb": {
            "before": round(before), "half_time": round(late[0]), "end": round(after), "most": round(max([*seen.memory, after])),
        },
    }  # fmt: skip


def quantile(ordered: list[float], share: float) -> float:
    """Return the value below which this share lies; 0 of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


if __name__ == "__main__":
    main()
