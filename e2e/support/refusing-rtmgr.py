#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An rtmgr that answers every request with one errno, as one does that is not for the asker. Serves on NETLINK_USERSOCK
like rtmgr-user: says `port N`, ends with its parent. usage: refusing-rtmgr.py ERRNO-NAME"""
import errno
import os
import select
import socket
import struct
import sys

NLMSG = struct.Struct('=IHHII')
parent = os.getppid()
served = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
served.bind((0, 0))
port = served.getsockname()[0]
print(f'port {port}', flush=True)
while os.getppid() == parent:
    if not select.select([served], [], [], 0.5)[0]:
        continue
    datagram, (asker, _groups) = served.recvfrom(65536)
    _length, _kind, _flags, sequence, _pid = NLMSG.unpack_from(datagram)
    error = struct.pack('=i', -getattr(errno, sys.argv[1])) + datagram
    served.sendto(NLMSG.pack(NLMSG.size + len(error), 2, 0, sequence, asker) + error, (asker, 0))
