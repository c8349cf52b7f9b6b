#!/usr/bin/env python3
"""A name server that knows the names it was told, by UDP.

  dns_server.py ADDRESS FILE NAME=ADDRESS...

FILE appears when it listens, on port 53 of ADDRESS, and gets a line for each name that was asked for. IPv4 alone: asked
for anything else about a name that it knows, it says that there is none; of any other name, that it does not exist.
"""

import socket
import struct
import sys
from pathlib import Path

A, IN = 1, 1
NO_SUCH_NAME = 3


def answer(query, known):
    end = query.index(b"\0", 12) + 1
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    name = ".".join(labels).lower()
    kind, cls = struct.unpack("!HH", query[end : end + 4])
    found = name in known and kind == A and cls == IN
    flags = 0x8580 | (0 if name in known else NO_SUCH_NAME)  # an answer, authoritative, with recursion
    head = query[:2] + struct.pack("!HHHHH", flags, 1, int(found), 0, 0)
    record = struct.pack("!HHHIH", 0xC00C, A, IN, 60, 4) + socket.inet_aton(known[name]) if found else b""
    return name, head + query[12 : end + 4] + record


def main():
    address, file = sys.argv[1], Path(sys.argv[2])
    known = dict(pair.lower().split("=") for pair in sys.argv[3:])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    with open(file, "w", encoding="ascii", buffering=1) as asked:
        while True:
            query, client = server.recvfrom(4096)
            name, reply = answer(query, known)
            server.sendto(reply, client)
            print(name, file=asked)


if __name__ == "__main__":
    main()
