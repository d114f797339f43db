#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What listens and asks in the tests of the uplink (uplink.t).

  serve WORD[+N] LOG ADDRESS... answers with WORD on port 7, TCP and UDP, and on port 17, TCP, once its client has
                                spoken; a line in LOG for each peer; on port 53 answers any query for a name; all
                                ports are higher by N. Prints "ready" once it listens
  ask QUESTION...               prints the answers, or "nothing". A question is tcp,ADDRESS or udp,ADDRESS, or
                                talk,ADDRESS for TCP where the client speaks first, and perhaps ,PORT and ,DEVICE
                                (SO_BINDTODEVICE)
  attack DEV ADDRESS...         sends UDP and TCP frames to these addresses through DEV, to its neighbour
  trace                         prints what the kernel says to tracing the one pasta that there is, and to opening its
                                namespaces, root and descriptors
"""
import concurrent.futures
import ctypes
import errno
import os
import selectors
import socket
import struct
import sys
import time

PATIENCE = 3


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def open_socket(kind, address, port):
    sock = socket.socket(family_of(address), kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen()
    return sock


def answer_name(query):
    """An A record 203.0.113.9 for whatever was asked; none for other types."""
    end = query.index(b"\0", 12) + 5
    is_a = query[end - 4:end - 2] == b"\0\1"
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x05\0\x04" + socket.inet_aton("203.0.113.9")
    return (query[:2] + b"\x81\x80" + query[4:6] + (b"\0\1" if is_a else b"\0\0") + b"\0\0\0\0" + query[12:end] +
            (record if is_a else b""))


def answer_stream(peer, reply, waits):
    try:
        if not waits or peer.recv(64):
            peer.sendall(reply)
    except OSError:
        pass  # it has gone


def serve(word, log_path, *addresses):
    reply, _, more = word.partition("+")
    reply, more = reply.encode(), int(more or 0)
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    selector = selectors.DefaultSelector()
    for address in addresses:
        for kind, port, data in ((stream, 7, (reply, False)), (stream, 17, (reply, True)), (datagram, 7, reply),
                                 (datagram, 53, None)):
            selector.register(open_socket(kind, address, port + more), selectors.EVENT_READ, data)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            sock, reply = key.fileobj, key.data
            if sock.type == socket.SOCK_STREAM:
                peer, _ = sock.accept()
                peer.settimeout(PATIENCE)
                answer_stream(peer, *reply)
                peer.close()
            else:
                data, sender = sock.recvfrom(2048)
                sock.sendto(reply if reply else answer_name(data), sender)
            with open(log_path, "a") as log:
                print(sock.type.name, sock.getsockname()[0], file=log)


def ask_one(way, address, port="7", device=""):
    kind = socket.SOCK_DGRAM if way == "udp" else socket.SOCK_STREAM
    sock = socket.socket(family_of(address), kind)
    sock.settimeout(PATIENCE)
    try:
        if device:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        sock.connect((address, int(port)))
        if way != "tcp":
            sock.send(b"hello")
        return sock.recv(64).decode() or "nothing"
    except OSError:
        return "nothing"


def ask(*questions):
    """All at once, since what is closed does not answer."""
    with concurrent.futures.ThreadPoolExecutor(len(questions)) as pool:
        print(*pool.map(lambda question: ask_one(*question.split(",")), questions))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packet(source, target, protocol, payload, at):
    family = family_of(target)
    src, dst = socket.inet_pton(family, source), socket.inet_pton(family, target)
    pseudo = src + dst + struct.pack("!LL" if family == socket.AF_INET6 else "!HH",
                                     *((len(payload), protocol) if family == socket.AF_INET6
                                       else (protocol, len(payload))))
    payload = payload[:at] + struct.pack("!H", checksum(pseudo + payload)) + payload[at + 2:]
    if family == socket.AF_INET6:
        return 0x86dd, struct.pack("!LHBB", 6 << 28, len(payload), protocol, 64) + src + dst + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) + src + dst
    return 0x0800, head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def neighbour(device):
    """The MAC address that the gateway's answers came from."""
    with open("/proc/net/arp") as table:
        for line in table:
            fields = line.split()
            if fields[-1] == device and fields[3] != "00:00:00:00:00:00":
                return bytes.fromhex(fields[3].replace(":", ""))
    return None


def await_neighbour(device):
    """A busy machine may take longer than the kernel asks for it."""
    for _ in range(10):
        ask_one("udp", "198.51.100.1")
        mac = neighbour(device)
        if mac:
            return mac
    return sys.exit("no neighbour: the test is wrong")


def attack(device, *addresses):
    mac = await_neighbour(device)
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind((device, 0))
    own = raw.getsockname()[4]
    sources = {socket.AF_INET: "192.0.2.2", socket.AF_INET6: "2001:db8::2"}
    port = 20000
    for address in addresses:
        source = sources[family_of(address)]
        port += 1
        udp = struct.pack("!HHHH", port, 7, 13, 0) + b"hello"
        tcp = struct.pack("!HHLLBBHHH", port, 7, 1, 0, 0x50, 2, 65535, 0, 0)
        for protocol, payload, at in ((17, udp, 6), (6, tcp, 16)):
            kind, data = packet(source, address, protocol, payload, at)
            try:
                raw.send(mac + own + struct.pack("!H", kind) + data)
            except OSError as error:
                # A frame before this one has ended pasta, and its device is down or gone.
                if error.errno in (errno.ENETDOWN, errno.ENXIO, errno.ENODEV):
                    return
                raise
    # By now the frames were handled: pasta takes them in order.
    ask_one("udp", "198.51.100.1")
    time.sleep(0.2)


def trace():
    """Through a socket of pasta a program inside would reach what is kept from it."""
    libc = ctypes.CDLL(None, use_errno=True)
    (pid,) = [name for name in os.listdir("/proc") if name.isdigit() and
              b"\0--config-net\0" in open(f"/proc/{name}/cmdline", "rb").read()]
    answers = [ptrace_answer(libc, int(pid))]
    for path in ("ns/net", "ns/user", "root", "cwd", "fd/1", "mem"):
        try:
            os.close(os.open(f"/proc/{pid}/{path}", os.O_RDONLY))
            answers.append("opened")
        except OSError as error:
            answers.append(errno.errorcode[error.errno])
    print(*answers)


def ptrace_answer(libc, pid):
    seize, detach = 0x4206, 17
    if libc.ptrace(seize, pid, None, None) < 0:
        return errno.errorcode[ctypes.get_errno()]
    libc.ptrace(detach, pid, None, None)
    return "traced"


if __name__ == "__main__":
    {"serve": serve, "ask": ask, "attack": attack, "trace": trace}[sys.argv[1]](*sys.argv[2:])
