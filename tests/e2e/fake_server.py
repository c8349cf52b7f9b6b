#!/usr/bin/env python3
"""Servers that behave in one odd way each, on 127.0.0.1.

  fake_server.py FILE MODE [ARG]...

FILE gets the port; FILE.times the seconds and FILE.seen a line for each start-up packet or, in modes that read
none, for each connection (the password that was sent, where the mode asks for it). Modes:

  close                 accepts and closes at once
  http                  answers as a web server does
  garbage               answers what no protocol knows
  silent                accepts and says nothing
  full                  its queue is full: the kernel drops every SYN
  after-startup         takes the start-up packet and closes
  error STATE TEXT [N PORT]  answers with FATAL and TEXT, or what is in the file @TEXT; the first N times, then
                        it hands on to the real server at PORT
  session WHAT          lets everybody in, and then: closes; floods with notices; copies where it was asked
                        something; answers without rows; says a notice with terminal codes and ends the session
  once STATE TEXT       answers once with FATAL and TEXT, and says nothing to those who come later
  pooler PORT           hands on to the real server at PORT, and announces a process of its own, as poolers do
  tokens NAME PORT N    speaks as a server with PAM: asks for a cleartext password, which must be the newest
                        line of the file NAME and not have been used. The first N good ones are told that the
                        server starts up, any other is handed on to the real server at PORT.
"""

import os
import selectors
import socket
import struct
import sys
import threading
import time

SSL_REQUEST, GSS_REQUEST, CANCEL = 80877103, 80877104, 80877102


def exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def startup_packet(sock):
    """The packet with its length; requests for encryption are refused."""
    while True:
        head = exactly(sock, 4)
        body = exactly(sock, struct.unpack("!I", head)[0] - 4)
        code = struct.unpack("!I", body[:4])[0]
        if code in (SSL_REQUEST, GSS_REQUEST):
            sock.sendall(b"N")
        elif code == CANCEL:
            raise ConnectionError
        else:
            return head + body


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def fatal(state, text, kind=b"E"):
    fields = {"S": "FATAL", "V": "FATAL", "C": state, "M": text, "F": "fake.c", "L": "1", "R": "fake"}
    return message(kind, b"".join(k.encode() + v.encode() + b"\0" for k, v in fields.items()) + b"\0")


class Server:
    def __init__(self, file, mode, args):
        self.file, self.mode, self.args = file, mode, args
        self.lock = threading.Lock()
        self.used, self.good, self.count = set(), 0, 0
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(0 if mode == "full" else 16)
        self.fill = []

    def port(self):
        return self.socket.getsockname()[1]

    def seen(self, what):
        """How many there were by now."""
        with self.lock:
            for ending, line in ((".seen", what), (".times", f"{time.monotonic():.3f}")):
                with open(self.file + ending, "a", encoding="utf-8") as log:
                    log.write(line + "\n")
            self.count += 1
            return self.count

    def run(self):
        if self.mode == "full":
            for _ in range(4):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", self.port()))
                self.fill.append(client)
        with open(self.file + ".new", "w", encoding="utf-8") as told:
            told.write(f"{self.port()}\n")
        os.rename(self.file + ".new", self.file)
        if self.mode == "full":
            threading.Event().wait()
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            try:
                getattr(self, "serve_" + self.mode.replace("-", "_"))(client)
            except OSError:
                pass

    def serve_close(self, _):
        self.seen("connection")

    def serve_http(self, client):
        self.seen("connection")
        client.recv(1024)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def serve_garbage(self, client):
        self.seen("connection")
        client.recv(1024)
        client.sendall(bytes(range(128, 256)) * 4)

    def serve_silent(self, client):
        self.seen("connection")
        while client.recv(1024):
            pass

    def serve_after_startup(self, client):
        startup_packet(client)
        self.seen("start-up")

    def serve_error(self, client):
        start = startup_packet(client)
        state, text, *until = self.args
        if text.startswith("@"):
            with open(text[1:], encoding="utf-8") as file:
                text = file.read()
        if self.seen("start-up") <= int(until[0] if until else 1000000):
            client.sendall(fatal(state, text))
        else:
            hand_on(client, start, until[1])

    def serve_session(self, client):
        startup_packet(client)
        self.seen("start-up")
        client.sendall(message(b"R", struct.pack("!I", 0)))
        what = self.args[0]
        ready = message(b"S", b"server_version\0" + b"15.1\0") + message(b"Z", b"I")
        if what == "notice":
            client.sendall(fatal("01000", "\x1b[31mred \x1b]0;title\x07", b"N") + fatal("57P01", "the end"))
        flood = fatal("01000", "x", b"N") * 50000
        while what == "floods":
            client.sendall(flood)
        while what in ("copies", "no-rows"):
            client.sendall(ready)
            client.recv(1024)
            ready = message(b"H", struct.pack("!BH", 0, 0))
            if what == "no-rows":
                ready = message(b"T", struct.pack("!H", 0)) + message(b"C", b"SELECT 0\0") + message(b"Z", b"I")

    def serve_once(self, client):
        startup_packet(client)
        if self.seen("start-up") == 1:
            client.sendall(fatal(*self.args))
        else:
            client.recv(1)

    def serve_pooler(self, client):
        def another_process(data):
            at = data.find(b"K\0\0\0\x0c") + 5  # BackendKeyData
            return data if at < 5 else data[:at] + struct.pack("!I", 1) + data[at + 4 :]

        hand_on(client, startup_packet(client), self.args[0], another_process)

    def serve_tokens(self, client):
        newest, port, held_back = self.args
        start = startup_packet(client)
        user = start[8:].split(b"\0")[1].decode()
        client.sendall(message(b"R", struct.pack("!I", 3)))
        head = exactly(client, 5)
        password = exactly(client, struct.unpack("!I", head[1:])[0] - 4).rstrip(b"\0").decode()
        self.seen(password)
        with self.lock, open(newest, encoding="utf-8") as tokens:
            good = password == tokens.read().splitlines()[-1] and password not in self.used
            self.used.add(password)
            self.good += good
            starting = self.good <= int(held_back)
        if not good:
            client.sendall(fatal("28000", f'PAM authentication failed for user "{user}"'))
        elif starting:
            client.sendall(fatal("57P03", "the database system is starting up"))
        else:
            hand_on(client, start, port)


def hand_on(client, start, port, change=bytes):
    """CHANGE is done to what the server says."""
    with socket.create_connection(("127.0.0.1", int(port))) as server:
        server.sendall(start)
        ways = selectors.DefaultSelector()
        ways.register(client, selectors.EVENT_READ, (server, bytes))
        ways.register(server, selectors.EVENT_READ, (client, change))
        while True:
            for key, _ in ways.select():
                data = key.fileobj.recv(65536)
                if not data:
                    return
                other, changed = key.data
                other.sendall(changed(data))


if __name__ == "__main__":
    Server(sys.argv[1], sys.argv[2], sys.argv[3:]).run()
