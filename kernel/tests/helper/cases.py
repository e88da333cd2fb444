# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the helper as a process are written in: cases, their counts, and a helper started in odd ways."""
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

import wire

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, '../../build')
# LeakSanitizer starts a process and traces us with it at the end; seccomp forbids both. The fuzz targets look for leaks.
os.environ['ASAN_OPTIONS'] = 'detect_leaks=0'
ROOT = os.getuid() == 0
NOBODY = 65534

_cases = []
# What a case that failed would leave behind.
_started = []


class Skip(Exception):
	pass


def case(function):
	"""Runs it for each helper, in the order of the file."""
	_cases.append(function)
	return function


def only(function):
	"""Runs this one instead of all that the file has."""
	_cases[:] = [function]


def check(true_so, *told):
	if not true_so:
		raise AssertionError(' '.join(str(word) for word in told))


def equal(got, wanted):
	check(got == wanted, f'{got!r} instead of {wanted!r}')


def run_cases(helpers):
	passed = failed = skipped = 0
	for name, helper in helpers:
		for function in _cases:
			try:
				function(helper)
				passed += 1
			except Skip as why:
				skipped += 1
				print(f'{name}: {function.__name__}: skipped: {why}', flush=True)
			except Exception:
				failed += 1
				print(f'{name}: {function.__name__}: FAILED\n{traceback.format_exc()}', flush=True)
			finally:
				for process in _started:
					process.kill()
					process.wait()
				_started.clear()
	print(f'{passed} passed, {failed} failed, {skipped} skipped')
	return 1 if failed or not passed else 0


def capable(number):
	"""Whether we have a capability."""
	with open('/proc/self/status', encoding='utf8') as file:
		return any(line.startswith('CapEff') and int(line.split()[1], 16) >> number & 1 for line in file)


def needs_root():
	"""To act as others, or to look into a process that is not dumpable."""
	if not ROOT:
		raise Skip('needs root')


class Child:
	"""A helper with a line and a pipe that a test may close, leave unread or hand to others."""

	def __init__(self, helper, mode='module', words=None, **how):
		self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		self.line.settimeout(10)
		self.rest = b''
		how.setdefault('stderr', subprocess.PIPE)
		how.setdefault('stdout', subprocess.PIPE)
		how.setdefault('stdin', theirs)
		self.process = subprocess.Popen([helper] + ([mode] if words is None else words), **how)
		_started.append(self.process)
		theirs.close()

	def send(self, verb, payload=b'', tag=1):
		self.line.send(wire.HEAD.pack(wire.HEAD.size + len(payload), wire.VERBS.get(verb, verb), tag) + payload)

	def answer(self):
		"""(type, tag, error, reason, rest) of the next frame, or None at the end."""
		head = self.read(wire.HEAD.size)
		if not head:
			return None
		length, kind, tag = wire.HEAD.unpack(head)
		body = self.read(length - wire.HEAD.size)
		if not kind & wire.ANSWER:
			return kind, tag, None, None, body
		error, reason, _fds = wire.HEAD.unpack_from(body)
		return kind & ~wire.ANSWER, tag, error, wire.REASONS[reason], body[wire.HEAD.size:]

	def read(self, length):
		"""As many bytes of standard output, or fewer at its end. A helper that says nothing fails the case."""
		out = self.process.stdout.fileno()
		while len(self.rest) < length:
			if not select.select([out], [], [], 10)[0]:
				raise TimeoutError('no answer within 10 s')
			data = os.read(out, 1 << 20)
			if not data:
				break
			self.rest += data
		told, self.rest = self.rest[:length], self.rest[length:]
		return told

	def ask(self, verb, payload=b''):
		self.send(verb, payload)
		return self.answer()

	def ready(self):
		"""It has started: rights are given up, signals are blocked."""
		equal(self.ask('hello')[2], 0)
		return self

	def status(self, pid=None):
		"""/proc/PID/status as a dictionary: of itself, or of this process."""
		with open(f'/proc/{pid or self.process.pid}/status', encoding='utf8') as file:
			return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)

	def wait(self, seconds=10):
		return self.process.wait(seconds)

	def end(self):
		"""Ends it as a program does; it must end well and have said nothing."""
		self.line.close()
		status = self.wait()
		words = self.process.stderr.read().decode() if self.process.stderr else ''
		equal((status, words), (0, ''))
		return status

	def words(self):
		return self.process.stderr.read().decode()

	def lives(self):
		time.sleep(0.1)
		return self.process.poll() is None


def eventually(so, seconds=10):
	"""Waits until it is so; what is not there yet is not."""
	end = time.monotonic() + seconds
	while time.monotonic() < end:
		try:
			if so():
				return
		except FileNotFoundError:
			pass
		time.sleep(0.02)
	raise AssertionError(f'not so within {seconds} s')


def gone(pid, seconds=10):
	"""Whether a process that is not our child ends in time."""
	end = time.monotonic() + seconds
	while time.monotonic() < end:
		try:
			with open(f'/proc/{pid}/stat', encoding='utf8') as file:
				if file.read().rsplit(')', 1)[1].split()[0] == 'Z':
					return True
		except FileNotFoundError:
			return True
		time.sleep(0.02)
	return False
