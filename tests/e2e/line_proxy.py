#!/usr/bin/env python3
"""A line to a server, and what happens to lines: it is long, it breaks, an answer never comes.

  line_proxy.py FILE SERVER [--delay MS] [--cuts N --seed N [--bytes LEAST-MOST]] [--at TEXT[:N] --then hold|lose]

Listens on 127.0.0.1; FILE gets the port, FILE.log a line for each thing done. SERVER is HOST:PORT or the path of
a Unix socket.

  --delay MS     what is said arrives so much later, in each direction. At most QUEUE bytes are under way in a
                 direction, then the sender has to wait, as on any line.
  --cuts N       the first N connections break after a number of bytes in one direction, all of which the seed
                 says: how many of LEAST to MOST (small numbers as often as large ones), which direction, whether
                 by a reset or by a plain end, and for how long the server does not know.
  --at TEXT[:N]  when the client sends TEXT at the end of a statement for the Nth time (1), over all connections. `hold` lets it pass but no answer to it, and breaks the line half
                 a second later: whether it was done nobody can tell from here. `lose` breaks it before that.
"""

import argparse
import os
import random
import re
import select
import socket
import struct
import sys
import threading
import time
from collections import deque

BLOCK = 256 * 1024
QUEUE = 8 * 1024 * 1024
HOLD = 0.5
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time


class Way:
    """One direction of a line."""

    def __init__(self, source, sink, delay):
        self.source, self.sink, self.delay = source, sink, delay
        self.queue, self.queued, self.passed = deque(), 0, 0  # of (when, bytes); b"": the end; None: the cut
        self.cut_after, self.ended = None, False

    def read(self, now, line):
        try:
            data = self.source.recv(BLOCK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.ended = True
            self.queue.append((now + self.delay, b""))
            return
        data, cut = line.looked_at(self, data)
        if self.cut_after is not None and self.passed + len(data) >= self.cut_after:
            data, cut = data[: self.cut_after - self.passed], True
        self.passed += len(data)
        if data:
            self.queue.append((now + self.delay, memoryview(data)))
            self.queued += len(data)
        if cut:
            self.ended = True
            self.queue.append((now + self.delay, None))

    def write(self, now):
        """Whether the cut has come."""
        while self.queue and self.queue[0][0] <= now:
            due, data = self.queue.popleft()
            if data is None:
                return True
            try:
                if not len(data):
                    self.sink.shutdown(socket.SHUT_WR)
                    continue
                sent = self.sink.send(data)
            except BlockingIOError:
                self.queue.appendleft((due, data))
                return False
            except OSError:
                self.ended, self.queued = True, 0
                self.queue.clear()
                return False
            self.queued -= sent
            if sent < len(data):
                self.queue.appendleft((due, data[sent:]))
                return False
        return False


class Line(threading.Thread):
    def __init__(self, proxy, number, client):
        super().__init__(daemon=True)
        self.proxy, self.number, self.client = proxy, number, client
        self.server = proxy.connected()
        for end in (client, self.server):
            if end.family != socket.AF_UNIX:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.setblocking(False)
        self.up = Way(client, self.server, proxy.options.delay / 1000)
        self.down = Way(self.server, client, proxy.options.delay / 1000)
        self.deaf_since, self.tail, self.reset, self.linger = None, b"", True, 0
        if number < proxy.options.cuts:
            self.plan_cut()

    def plan_cut(self):
        options = self.proxy.options
        dice = random.Random(options.seed * 1000 + self.number)
        least, most = options.bytes
        way = dice.choice((self.up, self.up, self.down))  # a restore says more than it hears
        # As many small numbers as large ones: from 1 to LEAST to MOST by their logarithm.
        way.cut_after = int(least * (most / least) ** dice.random())
        self.reset, self.linger = dice.random() < 0.5, dice.choice((0, 0, 0.05, 0.3))

    def looked_at(self, way, data):
        """What of DATA passes, and whether the line breaks behind it."""
        if way is self.down:
            return (b"", False) if self.deaf_since else (data, False)
        text = self.proxy.text
        if not text or self.proxy.fired:
            return data, False
        seen, before = self.tail + data, len(self.tail)
        for match in text.finditer(seen):
            if match.end() <= before or not self.proxy.fires():
                continue
            self.proxy.say(f"{self.number}: {self.proxy.options.then} at {self.proxy.options.at}")
            if self.proxy.options.then == "lose":
                return data[: max(0, match.start() - before)], True
            self.deaf_since = time.monotonic()
            break
        self.tail = seen[-len(self.proxy.options.at) - 2 :]
        return data, False

    def run(self):
        ways = (self.up, self.down)
        while True:
            now = time.monotonic()
            cut = [way.write(now) for way in ways]
            if any(cut) or (self.deaf_since and now > self.deaf_since + HOLD):
                return self.cut()
            if all(way.ended and not way.queue for way in ways):
                self.client.close()
                self.server.close()
                return
            dues = [way.queue[0][0] for way in ways if way.queue and way.queue[0][0] > now]
            dues += [self.deaf_since + HOLD] if self.deaf_since else []
            readers = [way.source for way in ways if not way.ended and way.queued < QUEUE]
            writers = [way.sink for way in ways if way.queue and way.queue[0][0] <= now]
            ready, _, _ = select.select(readers, writers, [], max(0, min(dues) - now) if dues else None)
            now = time.monotonic()
            for way in ways:
                if way.source in ready:
                    way.read(now, self)

    def cut(self):
        how = "reset" if self.reset else "end"
        self.proxy.say(f"{self.number}: cut by {how} after {self.up.passed} up, {self.down.passed} down")
        if self.reset:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.client.close()
        time.sleep(self.linger)
        self.server.close()


class Proxy:
    def __init__(self, options):
        self.options, self.lock, self.times, self.fired = options, threading.Lock(), 0, False
        text, _, nth = (options.at or "").rpartition(":")
        if not nth.isdigit():
            text, nth = options.at or "", "1"
        # A statement ends with a zero byte, in a message of its own and in a pipeline's.
        self.text, self.nth = re.compile(re.escape(text.encode()) + rb";?\0") if text else None, int(nth)

    def say(self, what):
        with self.lock, open(self.options.file + ".log", "a", encoding="utf-8") as log:
            log.write(what + "\n")

    def fires(self):
        with self.lock:
            self.times += 1
            self.fired = self.times == self.nth
            return self.fired

    def connected(self):
        server = self.options.server
        if server.startswith("/"):
            end = socket.socket(socket.AF_UNIX)
            end.connect(server)
            return end
        host, port = server.rsplit(":", 1)
        return socket.create_connection((host, int(port)))

    def run(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        file = self.options.file
        with open(file + ".new", "w", encoding="utf-8") as told:
            told.write(f"{listener.getsockname()[1]}\n")
        os.rename(file + ".new", file)
        number = 0
        while True:
            client, _ = listener.accept()
            try:
                Line(self, number, client).start()
                number += 1
            except OSError:  # the server is away: so is this line
                client.close()


def parsed():
    def span(text):
        least, _, most = text.partition("-")
        return int(least), int(most or least)

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("server")
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bytes", type=span, default=(100, 1000000))
    parser.add_argument("--at")
    parser.add_argument("--then", choices=("hold", "lose"), default="hold")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(Proxy(parsed()).run())
