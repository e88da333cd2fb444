#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stands in for routelens-helper in tests: speaks kernel/worker/protocol.h, and does what a script says.

    ROUTELENS_HELPER=e2e/support/scripted-helper.py   the program starts this instead of pkexec and the helper
    ROUTELENS_SCRIPT=FILE.json                        the script; read anew before each answer, so a test may change it
    ROUTELENS_ROOT=FOLDER                             where the program looks for /sys/module/rtmgr, /proc/net/netlink,
                                                      /lib/modules/$(uname -r) ... (main/module/place.ts); a load makes
                                                      FOLDER/sys/module/rtmgr, an unload removes it

Everything in the script may be left out; an empty one, or none, succeeds at everything.

    {
      "start": {"delay_ms": 0, "exit": 126, "stderr": "Error executing command as another user: Request dismissed"},
                        before the greeting, as pkexec does it; with "exit" it ends there: 126 dismissed; 127 with the
                        words "Not authorized", "No authentication agent found." or "... No such file or directory"
      "uid": 1000,      whom polkit authorised (default: the caller); "version": 1
      "hello", "status", "load", "unload", "log", "open", "keep", "revert":
                        an answer, or a list of answers of which each is given once, the last one for ever:
        {
          "error": "EKEYREJECTED",      name or number; 0 when left out
          "reason": "kernel",           none bad-request not-installed unsafe-file kernel no-namespace pending;
                                        "kernel" when left out and there is an error of load or unload
          "lines": ["rtmgr: ..."],      of load and unload: what the kernel logged meanwhile
          "delay_ms": 500,              until it is answered
          "hang": true,                 it is never answered
          "exit": 1, "stderr": "...",   the helper ends instead; "signal": "KILL" likewise
          "effect": false               the answer only: nothing is loaded, opened or settled
          "sys": false                  of load: answers well, but /sys/module/rtmgr does not come
        }
      "module": {"version": "0.1.0", "srcversion": "...", "refcount": 0, "bytes": 131072}   of what a load brings
      "log_lines": ["rtmgr: one", {"after_ms": 300, "text": "rtmgr: two"}]     events once the log is followed
      "namespaces": ["blue"]            names that open takes; others answer no-namespace. The relay and its sockets are
                                        in the namespace that this process is in, whatever the name
      "die": {"after_ms": 1000, "exit": 1}    ends this long after the greeting
    }

The mode routes really relays: what comes over the relay goes to a NETLINK_ROUTE socket unchecked (in `unshare -Urn` it
takes changes). With a time to confirm it counts them, tells HELPER_EVENT_PENDING, and puts back by turning each
message round, last one first: enough for what a test adds or deletes with all its attributes.
"""
import array
import errno
import heapq
import json
import os
import select
import shutil
import signal
import socket
import struct
import sys
import time

ANSWER = 0x8000
VERBS = {1: 'hello', 16: 'status', 17: 'load', 18: 'unload', 19: 'log', 32: 'open', 33: 'keep', 34: 'revert'}
REASONS = ['none', 'bad-request', 'not-installed', 'unsafe-file', 'kernel', 'no-namespace', 'pending']
LOG, PENDING, SETTLED = 0x4001, 0x4002, 0x4003
KEPT, REVERTED, EXPIRED = 0, 1, 2
HEAD = struct.Struct('=III')
NLMSG = struct.Struct('=IHHII')
UNSET = 0xFFFFFFFF
NLMSG_ERROR, NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL = 2, 1, 4, 0x400, 0x200
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
SEND_MAX = 1 << 20

root = os.environ.get('ROUTELENS_ROOT', '')


def script():
    path = os.environ.get('ROUTELENS_SCRIPT')
    if not path or not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def number(error):
    return getattr(errno, error) if isinstance(error, str) else int(error)


def messages(datagram):
    """Each message of a datagram: type, flags, sequence, all its bytes."""
    at = 0
    while at + NLMSG.size <= len(datagram):
        length, kind, flags, sequence, _port = NLMSG.unpack_from(datagram, at)
        if length < NLMSG.size or at + length > len(datagram):
            return
        yield kind, flags, sequence, datagram[at:at + length]
        at += (length + 3) & ~3


def is_change(kind):
    """RTM_NEW* and RTM_DEL*: the lowest two bits are 0 and 1."""
    return kind >= 16 and kind & 3 in (0, 1)


class Relay:
    def __init__(self, seconds):
        self.seconds, self.asked, self.done, self.deadline = seconds, {}, [], None
        self.mine, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self.mine, self.theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_MAX)
        self.kernel = self.socket()
        self.port = self.kernel.getsockname()[0]

    @staticmethod
    def socket():
        made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        made.bind((0, 0))
        made.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        made.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 0)
        return made

    def close(self):
        for one in (self.mine, self.kernel):
            one.close()


class Helper:
    def __init__(self, mode):
        self.mode, self.given, self.timers, self.order = mode, {}, [], 0
        self.requests = socket.socket(fileno=os.dup(0))
        self.relay = None
        self.following = False

    # what goes out

    def write(self, kind, tag, payload):
        data = HEAD.pack(HEAD.size + len(payload), kind, tag) + payload
        while data:
            data = data[os.write(1, data):]

    def answer(self, verb, tag, error=0, reason='none', payload=b'', fds=()):
        if fds:
            rights = array.array('i', fds)
            self.requests.sendmsg([b'\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        result = HEAD.pack(number(error), REASONS.index(reason), len(fds))
        self.write(verb | ANSWER, tag, result + payload)

    def later(self, ms, work):
        self.order += 1
        heapq.heappush(self.timers, (time.monotonic() + ms / 1000, self.order, work))

    @staticmethod
    def leave(how):
        sys.stderr.write(how.get('stderr', ''))
        sys.stderr.flush()
        if 'signal' in how:
            os.kill(os.getpid(), signal.Signals['SIG' + how['signal']])
        os._exit(how.get('exit', 1))

    # requests

    def scripted(self, name):
        said = script().get(name, {})
        if isinstance(said, dict):
            return said
        turn = self.given.get(name, 0)
        self.given[name] = turn + 1
        return said[min(turn, len(said) - 1)] if said else {}

    def asked(self, packet):
        length, verb, tag = HEAD.unpack_from(packet)
        name = VERBS.get(verb)
        wrong_mode = verb >= 16 and (verb >= 32) != (self.mode == 'routes')
        if length != len(packet) or name is None or wrong_mode:
            self.answer(verb, tag, errno.EINVAL, 'bad-request')
            return
        said = self.scripted(name)
        payload = packet[HEAD.size:]
        if not said.get('hang'):
            self.later(said.get('delay_ms', 0), lambda: self.act(name, verb, tag, payload, said))

    def act(self, name, verb, tag, payload, said):
        if 'exit' in said or 'signal' in said:
            self.leave(said)
        error = number(said.get('error', 0))
        reason = said.get('reason', 'kernel' if error and name in ('load', 'unload') else 'none')
        lines = ''.join(line + '\n' for line in said.get('lines', [])).encode()
        if error or reason != 'none':
            self.answer(verb, tag, error, reason, lines)
        elif said.get('effect', True):
            getattr(self, name)(verb, tag, payload, said, lines)
        else:
            self.answer(verb, tag, 0, 'none', lines if name in ('load', 'unload') else b'')

    def hello(self, verb, tag, _payload, _said, _lines):
        now = script()
        uid = now.get('uid', os.getuid())
        body = HEAD.pack(now.get('version', 1), uid, self.mode == 'module') + os.uname().release.encode()
        self.answer(verb, tag, payload=body)
        if 'die' in now:
            self.later(now['die'].get('after_ms', 0), lambda: self.leave(now['die']))

    # the module

    @staticmethod
    def module():
        return {'version': '0.1.0', 'srcversion': '533BB7E5866E52F63B9ACCB', 'refcount': 0, 'bytes': 131072,
                **script().get('module', {})}

    def sys(self):
        return os.path.join(root, 'sys/module/rtmgr') if root else None

    def put(self, **files):
        folder = self.sys()
        os.makedirs(os.path.join(folder, 'parameters'), exist_ok=True)
        for name, value in files.items():
            with open(os.path.join(folder, name.replace('__', '/')), 'w', encoding='utf-8') as file:
                file.write(f'{value}\n')

    def got(self, name, usual):
        try:
            with open(os.path.join(self.sys(), name), encoding='utf-8') as file:
                return file.read().strip()
        except (OSError, TypeError):
            return usual

    def is_loaded(self):
        return self.sys() is not None and os.path.isdir(self.sys())

    def status(self, verb, tag, _payload, said, _lines):
        release = os.uname().release
        body = struct.pack(
            '=IIIIII', int(self.is_loaded()), int(self.got('refcnt', 0)), int(self.got('parameters/owner', UNSET)),
            int(self.got('parameters/max_routes', UNSET)), int(self.got('coresize', 0)),
            REASONS.index(said.get('installed', 'none')))
        texts = [self.got('version', ''), self.got('srcversion', ''),
                 f'/lib/modules/{release}/updates/dkms/rtmgr.ko']
        self.answer(verb, tag, payload=body + b''.join(text.encode() + b'\0' for text in texts))

    def load(self, verb, tag, payload, said, lines):
        if self.is_loaded():
            self.answer(verb, tag, errno.EEXIST, 'kernel')
            return
        most = struct.unpack('=I', payload)[0]
        module = self.module()
        if self.sys() and said.get('sys', True):
            self.put(version=module['version'], srcversion=module['srcversion'], refcnt=module['refcount'],
                     coresize=module['bytes'], initstate='live',
                     parameters__owner=script().get('uid', os.getuid()), parameters__max_routes=most or 4194304)
        usual = f'rtmgr: version {module["version"]}, netlink protocol 31\n'.encode()
        self.answer(verb, tag, payload=lines or usual)

    def unload(self, verb, tag, _payload, _said, lines):
        if self.sys() and not self.is_loaded():
            self.answer(verb, tag, errno.ENOENT, 'kernel')
            return
        if int(self.got('refcnt', 0)) > 0:
            self.answer(verb, tag, errno.EAGAIN, 'kernel')
            return
        if self.sys():
            shutil.rmtree(self.sys())
        self.answer(verb, tag, payload=lines or b'rtmgr: unloaded\n')

    def log(self, verb, tag, _payload, _said, _lines):
        self.answer(verb, tag)
        if self.following:
            return
        self.following = True
        for line in script().get('log_lines', []):
            line = line if isinstance(line, dict) else {'text': line}
            self.later(line.get('after_ms', 0), lambda text=line['text']: self.logged(text))

    def logged(self, text):
        self.write(LOG, 0, struct.pack('=Q', time.monotonic_ns() // 1000) + text.encode())

    # the relay

    def open(self, verb, tag, payload, _said, _lines):
        seconds = struct.unpack_from('=I', payload)[0]
        name = payload[4:].decode()
        if name and name not in script().get('namespaces', []):
            self.answer(verb, tag, errno.ENOENT, 'no-namespace')
            return
        if self.relay:
            if self.relay.done:
                self.answer(verb, tag, errno.EBUSY, 'pending')
                return
            self.relay.close()
        self.relay = Relay(seconds)
        more = [Relay.socket() for _ in range(3)] if name else []
        fds = [self.relay.theirs.fileno()] + [one.fileno() for one in more]
        self.answer(verb, tag, payload=struct.pack('=II', self.relay.port, SEND_MAX), fds=fds)
        self.relay.theirs.close()
        for one in more:
            one.close()

    def keep(self, verb, tag, _payload, _said, _lines):
        self.answer(verb, tag, payload=self.settled(KEPT))

    def revert(self, verb, tag, _payload, _said, _lines):
        self.answer(verb, tag, payload=self.settled(REVERTED))

    def settled(self, how):
        relay = self.relay
        done = relay.done if relay else []
        restored = failed = 0
        if how != KEPT:
            for message in reversed(done):
                if self.turned(message):
                    restored += 1
                else:
                    failed += 1
        if relay:
            relay.done, relay.deadline = [], None
        return struct.pack('=IIII', how, len(done), restored, failed)

    @staticmethod
    def turned(message):
        length, kind, _flags, _sequence, _port = NLMSG.unpack_from(message)
        flags = NLM_F_REQUEST | NLM_F_ACK | (NLM_F_CREATE | NLM_F_EXCL if kind & 1 else 0)
        one = Relay.socket()
        one.send(NLMSG.pack(length, kind ^ 1, flags, 1, 0) + message[NLMSG.size:])
        answer = one.recv(65536)
        one.close()
        return struct.unpack_from('=i', answer, NLMSG.size)[0] == 0

    def to_kernel(self):
        relay = self.relay
        datagram = relay.mine.recv(SEND_MAX)
        if not datagram:
            if relay.done:
                self.settled(EXPIRED)
            relay.close()
            self.relay = None
            return
        for kind, flags, sequence, message in messages(datagram):
            if is_change(kind):
                relay.asked[sequence] = message
        relay.kernel.send(datagram)

    def to_program(self):
        relay = self.relay
        datagram = relay.kernel.recv(SEND_MAX)
        relay.mine.send(datagram)
        for kind, _flags, sequence, message in messages(datagram):
            if kind != NLMSG_ERROR or sequence not in relay.asked:
                continue
            change = relay.asked.pop(sequence)
            if relay.seconds and struct.unpack_from('=i', message, NLMSG.size)[0] == 0:
                relay.done.append(change)
                relay.deadline = time.monotonic() + relay.seconds
                self.write(PENDING, 0, struct.pack('=II', len(relay.done), relay.seconds * 1000))

    # the loop

    def run(self):
        while True:
            now = time.monotonic()
            while self.timers and self.timers[0][0] <= now:
                heapq.heappop(self.timers)[2]()
            relay = self.relay
            if relay and relay.deadline and relay.deadline <= now:
                self.write(SETTLED, 0, self.settled(EXPIRED))
            waits = [at - time.monotonic() for at in
                     [self.timers[0][0] if self.timers else None, relay.deadline if relay else None] if at]
            ends = [self.requests] + ([relay.mine, relay.kernel] if relay else [])
            ready = select.select(ends, [], [], max(0, min(waits)) if waits else None)[0]
            if self.requests in ready:
                packet = self.requests.recv(4096)
                if not packet:
                    break
                self.asked(packet)
            if relay and self.relay is relay and relay.kernel in ready:
                self.to_program()
            if relay and self.relay is relay and relay.mine in ready:
                self.to_kernel()
        if self.relay and self.relay.done:
            self.settled(EXPIRED)


def main():
    begin = script().get('start', {})
    time.sleep(begin.get('delay_ms', 0) / 1000)
    if 'exit' in begin or 'signal' in begin:
        Helper.leave(begin)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    Helper(sys.argv[1]).run()


if __name__ == '__main__':
    main()
