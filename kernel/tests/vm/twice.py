# SPDX-License-Identifier: GPL-2.0-only
"""One program that starts the helper twice, through pkexec: python3 twice.py FOLDER_OF_WIRE"""
import sys

sys.path.insert(0, sys.argv[1])
import wire

for mode in 'module', 'module':
	helper = wire.Helper(mode, pkexec=True, timeout=40)
	print(wire.describe('hello', helper.ask('hello')), helper.end())
