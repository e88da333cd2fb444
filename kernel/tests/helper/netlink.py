# SPDX-License-Identifier: GPL-2.0-only
"""Just enough NETLINK_ROUTE to change tables over a relay and to read what the kernel answers."""
import errno
import ipaddress
import os
import select
import socket
import struct

REQUEST, ACK, REPLACE, EXCL, CREATE, APPEND = 1, 4, 0x100, 0x200, 0x400, 0x800
DUMP = 0x300
NEW = {'route': 24, 'rule': 32, 'neighbour': 28, 'nexthop': 104, 'address': 20}
# The bytes of each one's own header after its family.
HEADERS = {'route': 11, 'rule': 11, 'neighbour': 11, 'nexthop': 7, 'address': 7}
FLAGS = {'add': CREATE | EXCL, 'replace': CREATE | REPLACE, 'append': CREATE | APPEND, 'prepend': CREATE, 'delete': 0}
TYPES = {'unicast': 1, 'blackhole': 6, 'unreachable': 7, 'prohibit': 8}
HEADER = struct.Struct('=IHHII')


def attribute(kind, value):
	if isinstance(value, int):
		value = struct.pack('=I', value)
	return struct.pack('=HH', 4 + len(value), kind) + value + b'\0' * (-len(value) % 4)


def message(kind, flags, sequence, body):
	return HEADER.pack(HEADER.size + len(body), kind, flags, sequence, 0) + body


def ifindex(name):
	return int(name) if name.isdigit() else socket.if_nametoindex(name)


def family(version):
	return socket.AF_INET if version == 4 else socket.AF_INET6


def words(rest):
	return dict(zip(rest[::2], rest[1::2]))


def route(verb, prefix, *rest):
	"""route VERB PREFIX [via A] [dev D] [table N] [metric N] [proto N] [nhid N] [type T] [tos N]"""
	net, say = ipaddress.ip_network(prefix), words(rest)
	# what a deletion leaves open, matches any
	gone = verb == 'delete'
	table, kind = int(say.get('table', 254)), TYPES[say['type']] if 'type' in say else 0 if gone else 1
	scope = 255 if gone else 0 if 'via' in say or 'nhid' in say or net.version == 6 or kind != 1 else 253
	body = struct.pack('=BBBBBBBBI', family(net.version), net.prefixlen, 0, int(say.get('tos', 0)),
		table if table < 256 else 0, int(say.get('proto', 0 if gone else 4)), scope, kind, 0)
	if net.prefixlen:
		body += attribute(1, net.network_address.packed)
	body += attribute(15, table)
	for name, number, value in [('via', 5, lambda text: ipaddress.ip_address(text).packed), ('dev', 4, ifindex),
			('metric', 6, int), ('nhid', 30, int)]:
		if name in say:
			body += attribute(number, value(say[name]))
	return body


def rule(_verb, priority, *rest):
	"""rule VERB PRIORITY [from PREFIX] [table N] [family 4|6]"""
	say = words(rest)
	source = ipaddress.ip_network(say['from']) if 'from' in say else None
	version = source.version if source else int(say.get('family', 4))
	table = int(say.get('table', 254))
	body = struct.pack('=BBBBBBBBI', family(version), 0, source.prefixlen if source else 0, 0,
		table if table < 256 else 0, 0, 0, 1, 0)
	if source and source.prefixlen:
		body += attribute(2, source.network_address.packed)
	return body + attribute(6, int(priority)) + attribute(15, table)


def neighbour(_verb, address, *rest):
	"""neighbour VERB ADDRESS dev D [lladdr XX:…]: permanent"""
	say, at = words(rest), ipaddress.ip_address(address)
	body = struct.pack('=BBHiHBB', family(at.version), 0, 0, ifindex(say['dev']), 0x80, 0, 1) + attribute(1, at.packed)
	return body + (attribute(2, bytes.fromhex(say['lladdr'].replace(':', ''))) if 'lladdr' in say else b'')


def nexthop(_verb, number, *rest):
	"""nexthop VERB ID [via A] [dev D] [blackhole 4|6]"""
	say = words(rest)
	at = ipaddress.ip_address(say['via']) if 'via' in say else None
	version = at.version if at else int(say.get('blackhole', 4))
	body = struct.pack('=BBBBI', family(version) if rest else 0, 0, 4 if rest else 0, 0, 0) + attribute(1, int(number))
	if 'blackhole' in say:
		body += attribute(4, b'')
	if 'dev' in say:
		body += attribute(5, ifindex(say['dev']))
	return body + (attribute(6, at.packed) if at else b'')


def address(_verb, prefix, *rest):
	"""address VERB PREFIX dev D"""
	at, say = ipaddress.ip_interface(prefix), words(rest)
	body = struct.pack('=BBBBI', family(at.version), at.network.prefixlen, 0, 0, ifindex(say['dev']))
	return body + attribute(2, at.ip.packed) + attribute(1, at.ip.packed)


NOUNS = {'route': route, 'rule': rule, 'neighbour': neighbour, 'nexthop': nexthop, 'address': address}


def change(noun, verb, sequence, rest):
	kind = NEW[noun] + (1 if verb == 'delete' else 0)
	return message(kind, REQUEST | ACK | FLAGS[verb], sequence, NOUNS[noun](verb, *rest))


def messages(data):
	at = 0
	while at + HEADER.size <= len(data):
		length, kind, flags, sequence, port = HEADER.unpack_from(data, at)
		if length < HEADER.size or at + length > len(data):
			raise ValueError(f'a message of {length} bytes, {len(data) - at} are there')
		yield kind, flags, sequence, port, data[at + HEADER.size:at + length]
		at += (length + 3) & ~3


def verdict(flags, body):
	"""What an NLMSG_ERROR says: the errno's name (or 0) and the kernel's sentence."""
	code, text = -struct.unpack_from('=i', body)[0], ''
	at = 4 + (HEADER.size if flags & 0x100 else (HEADER.unpack_from(body, 4)[0] + 3) & ~3)
	while flags & 0x200 and at + 4 <= len(body):
		length, kind = struct.unpack_from('=HH', body, at)
		if kind & 0x3fff == 1:
			text = body[at + 4:at + length].rstrip(b'\0').decode(errors='replace')
		at += max(4, (length + 3) & ~3)
	return errno.errorcode.get(code, str(code)) if code else '0', text


def receive(fd, seconds):
	if not select.select([fd], [], [], seconds)[0]:
		raise TimeoutError('nothing came over the relay')
	return os.read(fd, 1024 * 1024)


def acknowledged(fd, sequence, seconds, port=None):
	"""Waits for the NLMSG_ERROR of this sequence number."""
	while True:
		data = receive(fd, seconds)
		if not data:
			return 'EPIPE', 'the relay is closed'
		for kind, flags, seq, to, body in messages(data):
			if kind == 2 and seq == sequence:
				if port is not None and to != port:
					raise ValueError(f'nlmsg_pid {to} instead of {port}')
				return verdict(flags, body)


def count(fd, noun, version, seconds):
	"""How many of them a dump over this descriptor lists."""
	os.write(fd, message(NEW[noun] + 2, REQUEST | DUMP, 1, struct.pack('=B', family(version)) + b'\0' * HEADERS[noun]))
	found = 0
	while True:
		for kind, flags, seq, _to, body in messages(receive(fd, seconds)):
			if kind == 3 and seq == 1:
				error = struct.unpack_from('=i', body)[0]
				if error:
					raise OSError(-error, 'dump')
				return found
			if kind == 2 and seq == 1:
				raise OSError(-struct.unpack_from('=i', body)[0], 'dump')
			found += kind == NEW[noun]
