# SPDX-License-Identifier: GPL-2.0-only
"""The program's side of kernel/worker/protocol.h: starts a helper, asks it, takes its answers, events, descriptors."""
import array
import errno
import os
import select
import signal
import socket
import struct
import subprocess
import time

INSTALLED = '/usr/libexec/routelens/routelens-helper'
ANSWER = 0x8000
VERBS = {'hello': 1, 'status': 16, 'load': 17, 'unload': 18, 'log': 19, 'open': 32, 'keep': 33, 'revert': 34}
EVENTS = {0x4001: 'log', 0x4002: 'pending', 0x4003: 'settled'}
REASONS = ['none', 'bad-request', 'not-installed', 'unsafe-file', 'kernel', 'no-namespace', 'pending']
LOADED = ['no', 'live', 'coming', 'going']
HOW = ['kept', 'reverted', 'expired']
HEAD = struct.Struct('=III')


class Ended(Exception):
	"""The helper (or pkexec, which never started it) has ended: its exit status and its words."""

	def __init__(self, status, words):
		super().__init__(f'ended {status} {words}')
		self.status, self.words = status, words


class Frame:
	def __init__(self, kind, tag, body):
		self.kind, self.tag, self.fds = kind, tag, []
		self.error = self.reason = 0
		self.waiting = 0
		if kind & ANSWER:
			self.error, self.reason, self.waiting = HEAD.unpack_from(body)
			body = body[HEAD.size:]
		self.body = body

	@property
	def reason_name(self):
		return REASONS[self.reason] if self.reason < len(REASONS) else str(self.reason)


class Helper:
	"""One child. `timeout` is how long an answer may take, in seconds (pkexec may ask a person first)."""

	def __init__(self, mode, path=None, pkexec=False, user=None, timeout=20):
		self.timeout, self.tag, self.rest, self.frames, self.events = timeout, 0, b'', [], []
		path = path or os.environ.get('ROUTELENS_HELPER') or INSTALLED
		mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		words = (['pkexec', '--disable-internal-agent'] if pkexec else []) + [path] + ([mode] if mode else [])
		self.child = subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, user=user)
		theirs.close()
		self.requests = mine
		self.out = self.child.stdout.fileno()

	def ask(self, verb, payload=b''):
		"""Sends a request and waits for its answer, with its descriptors."""
		self.tag += 1
		kind = VERBS.get(verb, verb)
		self.send(HEAD.pack(HEAD.size + len(payload), kind, self.tag) + payload)
		return self.answer(self.tag)

	def send(self, packet):
		try:
			self.requests.send(packet)
		except OSError as error:
			if error.errno not in (errno.EPIPE, errno.ECONNRESET):
				raise
			self.finish()

	def answer(self, tag):
		end = time.monotonic() + self.timeout
		while True:
			for frame in self.frames:
				if frame.kind & ANSWER and frame.tag == tag:
					self.frames.remove(frame)
					if frame.waiting:
						frame.fds = self.descriptors(frame.waiting)
					return frame
			self.receive(end)

	def event(self, name, seconds):
		"""The next event of this name, or None when there is none in time."""
		end = time.monotonic() + seconds
		while True:
			for frame in self.events:
				if EVENTS.get(frame.kind) == name:
					self.events.remove(frame)
					return frame
			try:
				self.receive(end)
			except TimeoutError:
				return None

	def receive(self, end):
		"""Takes what standard output brings until at least one frame is whole."""
		if not select.select([self.out], [], [], max(0, end - time.monotonic()))[0]:
			raise TimeoutError(f'no answer within {self.timeout} s')
		data = os.read(self.out, 65536)
		if not data:
			self.finish()
		self.rest += data
		while len(self.rest) >= HEAD.size:
			length, kind, tag = HEAD.unpack_from(self.rest)
			if length < HEAD.size or length > 64 * 1024:
				raise ValueError(f'a frame of {length} bytes')
			if len(self.rest) < length:
				break
			frame = Frame(kind, tag, self.rest[HEAD.size:length])
			(self.frames if kind & ANSWER else self.events).append(frame)
			self.rest = self.rest[length:]

	def descriptors(self, count):
		room = socket.CMSG_SPACE(count * 4)
		data, control, _flags, _from = self.requests.recvmsg(1, room, socket.MSG_CMSG_CLOEXEC)
		fds = array.array('i')
		for level, kind, body in control:
			if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
				fds.frombytes(body[:len(body) - len(body) % 4])
		if len(data) != 1 or len(fds) != count:
			raise ValueError(f'{count} descriptors announced, {len(fds)} with {len(data)} bytes came')
		return list(fds)

	def finish(self):
		"""Waits for its end and raises it."""
		try:
			status = self.child.wait(self.timeout)
		except subprocess.TimeoutExpired:
			raise TimeoutError('standard output has ended, the helper has not') from None
		raise Ended(status, self.child.stderr.read().decode(errors='replace').strip().replace('\n', ' / '))

	def end(self, seconds=10):
		"""Closes its standard input, as a program's end does. Answers its exit status; None: it goes on."""
		self.requests.close()
		try:
			return self.child.wait(seconds)
		except subprocess.TimeoutExpired:
			return None

	def kill(self, number=signal.SIGKILL):
		self.child.send_signal(number)


def strings(body):
	return [text.decode(errors='replace') for text in body.split(b'\0')]


def describe(verb, frame):
	"""The words for an answer or an event, `name=value` where it is of one value."""
	body = frame.body
	if not body:
		return ''
	if verb == 'hello':
		version, uid, module = struct.unpack_from('=III', body)
		return f'version={version} uid={uid} mode={"module" if module else "routes"} release={body[12:].decode()}'
	if verb == 'status':
		loaded, refcount, owner, most, size, installed = struct.unpack_from('=IIIIII', body)
		texts = (strings(body[24:]) + ['', '', ''])[:3]
		reason = REASONS[installed] if installed < len(REASONS) else installed
		return (f'loaded={LOADED[loaded] if loaded < len(LOADED) else loaded} refcount={refcount} owner={owner} '
			f'max_routes={most} bytes={size} installed={reason} version={texts[0]} srcversion={texts[1]} path={texts[2]}')
	if verb == 'open':
		return 'portid=%d send_max=%d' % struct.unpack_from('=II', body)
	if verb == 'pending':
		return 'changes=%d left_ms=%d' % struct.unpack_from('=II', body)
	if verb in ('keep', 'revert', 'settled'):
		how, changes, restored, failed = struct.unpack_from('=IIII', body)
		return f'how={HOW[how] if how < len(HOW) else how} changes={changes} restored={restored} failed={failed}'
	if verb == 'log':
		return body[8:].decode(errors='replace')
	return body.decode(errors='replace').rstrip('\n').replace('\n', ' / ')


def error_name(number):
	return errno.errorcode.get(number, str(number)) if number else '0'
