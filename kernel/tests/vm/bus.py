# SPDX-License-Identifier: GPL-2.0-only
"""An authentication agent of polkit that says `dismissed` whenever it is asked, as a person's does whose window is
closed; and as much of D-Bus as that takes. Polkit's own textual agent cannot: it dies of Ctrl-C, which is no answer."""
import os
import socket
import struct

CALL, ERROR = 1, 3
PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE = range(1, 9)
TYPES = {PATH: 'o', INTERFACE: 's', MEMBER: 's', ERROR_NAME: 's', REPLY_SERIAL: 'u', DESTINATION: 's', SIGNATURE: 'g'}
AUTHORITY = 'org.freedesktop.PolicyKit1.Authority'
CANCELLED = 'org.freedesktop.PolicyKit1.Error.Cancelled'


def padded(data, to):
	return data + b'\0' * (-len(data) % to)


def put(data, kind, value):
	if kind in 'so':
		text = value.encode()
		return padded(data, 4) + struct.pack('<I', len(text)) + text + b'\0'
	if kind == 'g':
		return data + bytes([len(value)]) + value.encode() + b'\0'
	size = {'u': 4, 'i': 4, 't': 8}[kind]
	return padded(data, size) + struct.pack({'u': '<I', 'i': '<i', 't': '<Q'}[kind], value)


def variant(data, kind, value):
	return put(put(data, 'g', kind), kind, value)


class Bus:
	def __init__(self, path):
		self.line, self.serial, self.rest = socket.socket(socket.AF_UNIX), 0, b''
		self.line.connect(path)
		self.line.sendall(b'\0AUTH EXTERNAL ' + str(os.getuid()).encode().hex().encode() + b'\r\n')
		if not self.line.recv(256).startswith(b'OK '):
			raise PermissionError('the bus does not know us')
		self.line.sendall(b'BEGIN\r\n')
		self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello', '', b'')

	def send(self, kind, fields, body):
		self.serial += 1
		told = b''
		for number, value in sorted(fields.items()):
			told = variant(padded(told, 8) + bytes([number]), TYPES[number], value)
		head = struct.pack('<cBBBIII', b'l', kind, 0, 1, len(body), self.serial, len(told))
		self.line.sendall(padded(head + told, 8) + body)
		return self.serial

	def call(self, destination, path, interface, member, signature, body):
		fields = {DESTINATION: destination, PATH: path, INTERFACE: interface, MEMBER: member}
		serial = self.send(CALL, {**fields, **({SIGNATURE: signature} if signature else {})}, body)
		while True:
			kind, _serial, told, body = self.receive()
			if told.get(REPLY_SERIAL) == serial:
				if kind == ERROR:
					raise RuntimeError(told[ERROR_NAME], body)
				return

	def exactly(self, count):
		while len(self.rest) < count:
			data = self.line.recv(65536)
			if not data:
				raise EOFError('the bus has gone')
			self.rest += data
		taken, self.rest = self.rest[:count], self.rest[count:]
		return taken

	def receive(self):
		head = self.exactly(16)
		_order, kind, _flags, _version, length, serial, size = struct.unpack('<cBBBIII', head)
		told, fields, at = self.exactly(size + -size % 8), {}, 0
		while at < size:
			at += -at % 8
			number, sign, at = told[at], told[at + 2:at + 3].decode(), at + 4
			if sign == 'g':
				fields[number], at = told[at + 1:at + 1 + told[at]].decode(), at + 2 + told[at]
				continue
			at += -at % 4
			value = struct.unpack_from('<I', told, at)[0]
			at += 4
			if sign != 'u':
				value, at = told[at:at + value].decode(), at + value + 1
			fields[number] = value
		return kind, serial, fields, self.exactly(length)


def start_time(pid):
	with open(f'/proc/{pid}/stat', encoding='latin1') as file:
		return int(file.read().rpartition(')')[2].split()[19])


def subject(pid):
	"""(sa{sv}): the process pid."""
	entries = b''
	for name, kind, value in ('pid', 'u', pid), ('start-time', 't', start_time(pid)), ('uid', 'i', os.getuid()):
		entries = variant(put(padded(entries, 8), 's', name), kind, value)
	# the array's length is that of its entries, which begin at a multiple of 8
	return padded(put(b'', 's', 'unix-process') + b'\0' * 3 + struct.pack('<I', len(entries)), 8) + entries


def dismiss(pid, ready):
	"""Serves the process until it is ended; calls ready() once it does. Answers nothing but `cancelled`."""
	bus = Bus('/run/dbus/system_bus_socket')
	body = put(put(subject(pid), 's', 'C'), 's', '/agent')
	bus.call('org.freedesktop.PolicyKit1', '/org/freedesktop/PolicyKit1/Authority', AUTHORITY,
		'RegisterAuthenticationAgent', '(sa{sv})ss', body)
	ready()
	while True:
		kind, serial, told, _body = bus.receive()
		if kind == CALL and told.get(MEMBER) == 'BeginAuthentication':
			print('Password: (dismissed)', flush=True)
			bus.send(ERROR, {DESTINATION: told[SENDER], REPLY_SERIAL: serial, ERROR_NAME: CANCELLED, SIGNATURE: 's'},
				put(b'', 's', 'The person has closed the window'))
