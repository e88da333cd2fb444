# SPDX-License-Identifier: GPL-2.0-only
"""Random changes to a namespace, as netlink messages, and what ip(8) says of the namespace."""
import re
import socket
import struct
import subprocess
import time

import netlink
from netlink import ACK, APPEND, CREATE, EXCL, REPLACE, REQUEST, attribute

DEVICES = ['v0', 'v1', 'v2']
SETUP = """
link set lo up
link add v0 type veth peer name p0
link add v1 type veth peer name p1
link add v2 type veth peer name p2
"""
# what differs from one moment to the next without anybody's doing
VOLATILE = re.compile(r'\b(dead|linkdown)\b ?|(expires|used|cache|valid_lft|preferred_lft) ?\S*|\bref \d+|probes \d+')


def ip(*words, check=True):
	done = subprocess.run(['ip', *words], capture_output=True, text=True)
	if check and done.returncode:
		raise RuntimeError(f'ip {" ".join(words)}: {done.stderr}')
	return done.stdout


def prepare():
	"""Three links with far ends of their own, without duplicate address detection."""
	for name in ('all', 'default'):
		for key in ('accept_dad', 'dad_transmits', 'router_solicitations', 'accept_ra'):
			with open(f'/proc/sys/net/ipv6/conf/{name}/{key}', 'w') as file:
				file.write('0')
	for line in SETUP.strip().splitlines():
		ip(*line.split())
	for name in DEVICES:
		for each in (name, name.replace('v', 'p')):
			ip('link', 'set', each, 'addrgenmode', 'none')
			ip('link', 'set', each, 'up')
	# routes that the kernel adds a moment later
	time.sleep(0.5)


def by_interface(lines):
	"""The IPv6 addresses of an interface sorted: those that no change named keep their place."""
	told, addresses = [], []
	for line in lines + ['']:
		if line.strip().startswith('inet6'):
			addresses.append(line)
		elif line.strip() or line == '':
			told += sorted(addresses) if addresses and line and not line.startswith(' ') else []
			addresses = [] if line and not line.startswith(' ') else addresses
			told += [line] if line.strip() else []
	return told + sorted(addresses)


def state():
	"""Everything that ip tells, by command."""
	asked = ['-d -4 route show table all', '-d -6 route show table all', '-4 rule', '-6 rule', '-d addr', '-d nexthop',
		'-4 neigh show nud permanent', '-6 neigh show nud permanent', '-4 neigh show proxy', '-6 neigh show proxy']
	for _ in range(100):
		# an IPv6 address has its local route a moment later, and loses it a moment later
		addresses = sorted(re.findall(r'inet6 (\S+)/', ip('-6', 'addr')))
		routes = ip('-6', 'route', 'show', 'table', 'local', 'type', 'local', 'proto', 'kernel')
		if addresses == sorted(re.findall(r'local (\S+) .* metric 0', routes)):
			break
		time.sleep(0.005)
	told = {}
	for words in asked:
		lines = [line.rstrip() for line in VOLATILE.sub('', ip(*words.split(), check=False)).splitlines()]
		if words.endswith('permanent'):
			# with them come those that a daemon has learned, whose state changes by itself
			lines = [re.sub('REACHABLE|STALE|DELAY|PROBE|FAILED', '', line) for line in lines if 'nud' not in line]
		if words.endswith('addr'):
			lines = by_interface(lines)
		# neighbours and next hops are in no order
		told[words] = sorted(lines) if 'neigh' in words or 'nexthop' in words else lines
	return told


def difference(before, after):
	lines = []
	for words in before:
		if before[words] != after[words]:
			lines += [f'ip {words}'] + [f'  - {line}' for line in before[words] if line not in after[words]]
			lines += [f'  + {line}' for line in after[words] if line not in before[words]]
			if sorted(before[words]) == sorted(after[words]):
				lines += ['  in another order:'] + [f'  {a} | {b}' for a, b in zip(before[words], after[words]) if a != b]
	return '\n'.join(lines)


def packed(text):
	return socket.inet_pton(socket.AF_INET6 if ':' in text else socket.AF_INET, text)


class Changes:
	"""Messages drawn from a small world, so that they meet."""

	def __init__(self, random):
		self.random, self.sequence, self.relayed = random, 0, False
		self.index = {name: socket.if_nametoindex(name) for name in DEVICES + ['lo']}

	def message(self, kind, flags, body):
		self.sequence += 1
		return netlink.message(kind, REQUEST | ACK | flags, self.sequence, body)

	def new_flags(self):
		return CREATE | self.random.choice([EXCL, REPLACE, APPEND, APPEND, 0, 0])

	def device(self):
		return self.index[self.random.choice(DEVICES)]

	def gateway(self, version):
		number, host = self.random.randrange(3), self.random.randrange(2, 6)
		return packed(f'10.0.{number}.{host}' if version == 4 else f'fd00:{number}::{host}')

	def hop(self, version):
		"""Attributes of a next hop, and whether it has a gateway."""
		random = self.random
		if random.random() < 0.25:
			return attribute(4, self.device()), False
		gateway = attribute(5, self.gateway(version))
		# IPv4 by way of an IPv6 neighbour: RTA_VIA
		if version == 4 and random.random() < 0.08:
			return attribute(18, struct.pack('=H', 10) + packed('fe80::1')) + attribute(4, self.device()), True
		return gateway + (attribute(4, self.device()) if random.random() < 0.3 else b''), True

	def multipath(self, version):
		hops = b''
		for _ in range(self.random.randrange(2, 4)):
			inner, _gateway = self.hop(version)
			flags = 4 if self.random.random() < 0.1 else 0
			hops += struct.pack('=HBBi', 8 + len(inner), flags, self.random.randrange(3), self.device()) + inner
		return attribute(9, hops)

	def prefix(self, version):
		random = self.random
		if random.random() < 0.1:
			return b'', 0
		if version == 4:
			# also what addresses bring along: connected and local routes
			text, length = random.choice([('10.1.0.0', 16), ('10.2.0.0', 16), ('10.2.0.0', 24), ('10.3.3.3', 32),
				('10.0.0.0', 24), ('10.0.1.0', 24), ('10.0.0.2', 32), ('10.0.0.1', 32), ('10.0.1.255', 32)])
		else:
			text, length = random.choice([('fd01::', 32), ('fd02::', 32), ('fd02::', 64), ('fd03::3', 128),
				('fd00:0::', 64), ('fd00:1::', 64), ('fd00:0::2', 128), ('fd00:0::1', 128), ('ff00::', 8), ('fe80::', 64)])
		return attribute(1, packed(text)), length

	def route(self):
		random = self.random
		version = random.choice([4, 6])
		destination, length = self.prefix(version)
		delete = random.random() < 0.35
		table = random.choice([254, 254, 254, 254, 100, 1000, 255])
		# what nobody else than the kernel can make again is refused by the helper
		if version == 6 and table == 255 and not self.relayed:
			table = 254
		kind = random.choice([1] * 12 + [6, 7, 8, 2 if table == 255 else 1])
		attributes, gateway, flags = b'', False, 0
		if delete and random.random() < 0.5:
			pass
		elif kind in (6, 7, 8):
			pass
		elif random.random() < 0.2:
			attributes += self.multipath(version)
			gateway = True
		elif random.random() < 0.2:
			attributes += attribute(30, random.choice([1, 2, 3, 4, 5, 10, 11]))
			gateway = True
		else:
			inner, gateway = self.hop(version)
			attributes += inner
			flags = 4 if gateway and random.random() < 0.1 else 0
		if random.random() < 0.6:
			# IPv6 has nothing before 1, where the helper puts a route for a moment
			attributes += attribute(6, random.choice([1 if version == 4 else 2, 5, 10, 1024]))
		# of these the kernel does not take out an IPv6 address that is gone
		if random.random() < 0.12 and (version == 4 or kind == 1 and b'\x1e\0' not in attributes):
			number = random.randrange(3)
			attributes += attribute(7, packed(f'10.0.{number}.1' if version == 4 else f'fd00:{number}::1'))
		if random.random() < 0.15:
			attributes += attribute(8, attribute(2, random.choice([1300, 1400])) + attribute(8, 1200))
		if version == 6 and not delete and random.random() < 0.1:
			attributes += attribute(23, 5000)
		if version == 6 and random.random() < 0.1:
			attributes += attribute(20, bytes([random.choice([1, 3])]))
		scope = 255 if delete and random.random() < 0.7 else 0 if gateway or version == 6 or kind in (6, 7, 8) else 253
		if kind == 2:
			scope = 254
		tos = random.choice([0, 0, 0, 4, 8]) if version == 4 else 0
		if delete and random.random() < 0.5:
			kind = 0
		protocol = 0 if delete and random.random() < 0.6 else random.choice([3, 4, 4, 2, 16])
		body = struct.pack('=BBBBBBBBI', netlink.family(version), length, 0, tos, table if table < 256 else 0, protocol,
			scope, kind, flags) + destination + attribute(15, table) + attributes
		flags = 0 if delete else self.new_flags()
		# replacing can make two IPv6 routes of one metric and device, which adding cannot
		if version == 6 and not self.relayed:
			flags &= ~REPLACE
		return self.message(25 if delete else 24, flags, body)

	def rule(self):
		random = self.random
		version = random.choice([4, 6])
		delete = random.random() < 0.4
		attributes, source, table = b'', 0, random.choice([254, 100, 1000])
		if random.random() < 0.5:
			attributes += attribute(2, packed(random.choice(['10.1.0.0', '10.2.0.0'] if version == 4 else ['fd01::', 'fd02::'])))
			source = 16 if version == 4 else 32
		if random.random() < 0.85:
			attributes += attribute(6, random.choice([0, 100, 100, 200, 300, 32766, 32767]))
		if random.random() < 0.3:
			attributes += attribute(10, random.choice([1, 2]))
		if random.random() < 0.2:
			attributes += attribute(3, b'v0\0')
		if random.random() < 0.1:
			attributes += attribute(14, random.choice([0, 8]))
		flags = 2 if random.random() < 0.1 else 0
		action = random.choice([1] * 8 + [6, 7])
		if action == 1:
			attributes += attribute(15, table)
		body = struct.pack('=BBBBBBBBI', netlink.family(version), 0, source, 0, 0, 0, 0, action, flags) + attributes
		return self.message(33 if delete else 32, 0 if delete else CREATE | random.choice([0, EXCL]), body)

	def neighbour(self):
		random = self.random
		version = random.choice([4, 6])
		delete = random.random() < 0.4
		proxy = random.random() < 0.2
		state = random.choice([0x80, 0x80, 0x80, 4, 2, 0x40])
		attributes = attribute(1, self.gateway(version))
		if not delete and not proxy:
			attributes += attribute(2, bytes([2, 0, 0, 0, 0, random.randrange(4)]))
		flags = 8 if proxy else random.choice([0, 0, 0x80, 0x10])
		body = struct.pack('=BBHiHBB', netlink.family(version), 0, 0, self.device(), state, flags, 1) + attributes
		return self.message(29 if delete else 28, 0 if delete else CREATE | random.choice([EXCL, REPLACE]), body)

	def nexthop(self):
		random = self.random
		group = random.random() < 0.3
		number = random.choice([10, 11]) if group else random.choice([1, 2, 3, 4, 5])
		if random.random() < 0.4:
			return self.message(105, 0, struct.pack('=BBBBI', 0, 0, 0, 0, 0) + attribute(1, number))
		attributes, version = attribute(1, number), 4 if number < 4 else 6
		if group:
			members = random.sample([1, 2, 3] if number == 10 else [4, 5, 3], random.randrange(1, 3))
			attributes += attribute(2, b''.join(struct.pack('=IBBH', each, random.randrange(3), 0, 0) for each in members))
			version = None
		elif random.random() < 0.15:
			attributes += attribute(4, b'')
		else:
			place = random.randrange(3)
			attributes += attribute(5, self.index[DEVICES[place]])
			if random.random() < 0.8:
				attributes += attribute(6, packed(f'10.0.{place}.9' if version == 4 else f'fd00:{place}::9'))
		body = struct.pack('=BBBBI', netlink.family(version) if version else 0, 0, 4, 0, 0) + attributes
		return self.message(104, CREATE | random.choice([EXCL, REPLACE, REPLACE]), body)

	def address(self):
		random = self.random
		place = random.randrange(3)
		if random.random() < 0.5:
			text, length = random.choice([f'10.0.{place}.1', f'10.0.{place}.7', f'10.{place + 20}.0.1']), 24
		else:
			text, length = random.choice([f'fd00:{place}::1', f'fd00:{place}::7', f'fd2{place}::1', f'fe80::{place + 1}:1']), 64
		at = packed(text)
		delete = random.random() < 0.45
		attributes = attribute(2, at) + (attribute(1, at) if length == 24 or random.random() < 0.5 else attribute(1, at))
		if length == 24 and random.random() < 0.3:
			attributes += attribute(4, packed(text.rsplit('.', 1)[0] + '.255'))
		if not delete and random.random() < 0.1:
			attributes += attribute(9, random.choice([77, 5]))
		if not delete and random.random() < 0.15:
			attributes += attribute(8, random.choice([0x200, 0x400 if length == 24 else 0x2]))
		body = struct.pack('=BBBBI', 2 if length == 24 else 10, length, 0, 0, self.index[DEVICES[place]]) + attributes
		return self.message(21 if delete else 20, 0 if delete else CREATE | random.choice([EXCL, REPLACE]), body)

	def any(self, weights=(12, 3, 2, 4, 2)):
		kinds = [self.route, self.rule, self.neighbour, self.nexthop, self.address]
		return self.random.choices(kinds, weights)[0]()
