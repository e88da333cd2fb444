// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { errnoName, errnoText } from './errno.ts';
import { loadNames, parseNames } from './names-files.ts';
import {
  encapName,
  familyName,
  flagNames,
  hopFlagNames,
  messageTypeName,
  messageTypeValue,
  namedTables,
  protocolName,
  routeFlagNames,
  routeTypeName,
  scopeName,
  tableName,
  useNames,
} from './names.ts';

describe('names', () => {
  test('of message types, both ways', () => {
    expect(messageTypeName(24)).toBe('RTM_NEWROUTE');
    expect(messageTypeName(2)).toBe('NLMSG_ERROR');
    expect(messageTypeName(0x100)).toBe('0x100');
    expect(messageTypeValue('RTM_NEWROUTE')).toBe(24);
    expect(messageTypeValue('0x100')).toBe(256);
    expect(messageTypeValue('RTM_NOTHING')).toBeNull();
    expect(messageTypeValue('toString')).toBeNull();
  });

  test('of flags, in the meaning they have for the message', () => {
    expect(flagNames(24, 0x605)).toEqual(['REQUEST', 'ACK', 'EXCL', 'CREATE']);
    expect(flagNames(24, 0x500)).toEqual(['REPLACE', 'CREATE']);
    expect(flagNames(26, 0x301)).toEqual(['REQUEST', 'DUMP']);
    expect(flagNames(26, 0x101)).toEqual(['REQUEST', 'ROOT']);
    expect(flagNames(25, 0x300)).toEqual(['NONREC', 'BULK']);
    expect(flagNames(2, 0x300)).toEqual(['CAPPED', 'ACK_TLVS']);
    expect(flagNames(3, 0x12)).toEqual(['MULTI', 'DUMP_INTR']);
    expect(flagNames(24, 0x8080)).toEqual(['0x80', '0x8000']);
  });

  test('of what routes carry', () => {
    expect([tableName(254), tableName(255), tableName(252), tableName(1000)]).toEqual([
      'main',
      'local',
      '252',
      '1000',
    ]);
    expect([protocolName(4), protocolName(186), protocolName(77)]).toEqual(['static', 'bgp', '77']);
    expect([scopeName(0), scopeName(253), scopeName(5)]).toEqual(['global', 'link', '5']);
    expect([routeTypeName(1), routeTypeName(6), routeTypeName(99)]).toEqual(['unicast', 'blackhole', '99']);
    expect(routeFlagNames(0x4 | 0x200 | 0x20000000)).toEqual(['onlink', 'cloned', 'offload_failed']);
    expect(hopFlagNames(0x11)).toEqual(['dead', 'linkdown']);
    expect([encapName(1), encapName(7), encapName(99)]).toEqual(['mpls', 'seg6local', '99']);
    expect([familyName(10), familyName(99)]).toEqual(['AF_INET6', '99']);
  });

  test('of errors', () => {
    expect([errnoName(17), errnoText(17)]).toEqual(['EEXIST', 'File exists']);
    expect([errnoName(-3), errnoText(-3)]).toEqual(['ESRCH', 'No such process']);
    expect(errnoName(95)).toBe('EOPNOTSUPP');
    expect(errnoName(11)).toBe('EAGAIN');
    expect([errnoName(0), errnoName(4000), errnoText(4000)]).toEqual(['OK', '4000', 'Unknown error 4000']);
  });
});

describe('names of the system', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
    useNames({ tables: new Map(), protocols: new Map(), scopes: new Map() });
  });
  const folder = (files: Record<string, string>): string => {
    const path = mkdtempSync(join(tmpdir(), 'routelens-names-'));
    folders.push(path);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(path, name, '..'), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    return path;
  };

  test('are lines of a number and a name', () => {
    expect([
      ...parseNames(
        '# comment\n255\tlocal\n\n0x10 hex # more\n#1 inr.ruhep\nbad line\n7\n99999999999 big\n 5  five\n',
      ),
    ]).toEqual([
      [255, 'local'],
      [16, 'hex'],
      [5, 'five'],
    ]);
  });

  test('go before the built-in ones, /etc before /usr, and the .d folders add to them', () => {
    const usr = folder({ rt_tables: '254 main\n100 usr\n', 'rt_tables.d/vendor.conf': '300 vendor\n' });
    const etc = folder({
      rt_tables: '254 hauptsache\n',
      'rt_tables.d/own.conf': '400 own\n',
      'rt_tables.d/README': '500 not read\n',
      rt_protos: '77 mine\n',
    });
    loadNames([usr, etc]);
    expect([tableName(254), tableName(100), tableName(300), tableName(400), tableName(500)]).toEqual([
      'hauptsache',
      '100',
      'vendor',
      'own',
      '500',
    ]);
    expect(tableName(255)).toBe('local');
    expect([protocolName(77), protocolName(4)]).toEqual(['mine', 'static']);
    expect(namedTables()).toEqual([
      [0, 'unspec'],
      [253, 'default'],
      [254, 'hauptsache'],
      [255, 'local'],
      [300, 'vendor'],
      [400, 'own'],
    ]);
  });

  test('are the built-in ones where there are no files', () => {
    loadNames(['/nowhere/at/all']);
    expect([tableName(254), protocolName(2), scopeName(254)]).toEqual(['main', 'kernel', 'host']);
  });
});
