// SPDX-License-Identifier: MIT
// The tables against the system's C headers: every constant, every size, every offset, every errno, by a C program that
// is made from the tables and compiled here. And the other way round: what the headers have, the tables have.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRNO, errnoText } from './errno.ts';
import type { Attribute, AttributeSet, Entry, Enumeration, Flags, Struct } from './schema.ts';
import * as tables from './tables/index.ts';

const HEADERS = [
  'stddef.h',
  'stdio.h',
  'string.h',
  'errno.h',
  'sys/socket.h',
  'linux/in.h',
  'linux/in6.h',
  'linux/if.h',
  'linux/if_arp.h',
  'linux/netlink.h',
  'linux/rtnetlink.h',
  'linux/if_link.h',
  'linux/if_addr.h',
  'linux/neighbour.h',
  'linux/fib_rules.h',
  'linux/nexthop.h',
  'linux/net_namespace.h',
  'linux/veth.h',
  'linux/icmpv6.h',
  'linux/lwtunnel.h',
  'linux/mpls_iptunnel.h',
  'linux/seg6.h',
  'linux/seg6_iptunnel.h',
  'linux/seg6_local.h',
  'linux/rpl_iptunnel.h',
  'linux/ioam6_iptunnel.h',
  'linux/ila.h',
  'linux/version.h',
];
const RTMGR = join(import.meta.dirname, '../../kernel/include/uapi/rtmgr.h');
const INCLUDES = `${HEADERS.map((name) => `#include <${name}>\n`).join('')}#include "${RTMGR}"\n`;

type Table = Enumeration | Flags | AttributeSet | Struct;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  ['enumeration', 'flags', 'attributes', 'struct'].includes(String(value.kind));

const all: [string, Table][] = Object.entries(tables).flatMap(([name, value]) =>
  isTable(value) ? [[name, value]] : [],
);
const structs = all.flatMap(([, table]) => (table.kind === 'struct' ? [table] : []));

interface Constant {
  name: string;
  value: number;
  since: string | undefined;
}
const entryOf = ([name, entry]: [string, Entry | Attribute]): Constant =>
  'value' in entry
    ? { name, value: entry.value, since: entry.since }
    : { name, value: entry[0], since: entry[2] };
const constants: Constant[] = all.flatMap(([, table]) =>
  table.kind === 'struct' ? [] : Object.entries<Entry | Attribute>(table.entries).map(entryOf),
);
const tableNames = new Set(constants.map(({ name }) => name));

let folder = '';
/** Preprocessed headers: enums as they are. */
let text = '';
/** Macros by name. */
const macros = new Map<string, string>();
/** Kernel series of the headers, e.g. `6.1`. */
let series = '';

function gcc(args: readonly string[]): string {
  try {
    return execFileSync('gcc', args, {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error('not run: there is no gcc; apt-get install gcc linux-libc-dev', { cause: error });
    throw error;
  }
}

/** Compiles and runs a program and answers its lines. */
function run(name: string, body: string): string[] {
  const source = join(folder, `${name}.c`);
  const program = join(folder, name);
  writeFileSync(source, `${INCLUDES}int main(void)\n{\n${body}\treturn 0;\n}\n`);
  // from 6.12 on the first reserved byte of struct nexthop_grp has a name
  gcc(['-std=gnu11', '-Wall', '-Dweight_high=resvd1', '-o', program, source]);
  return execFileSync(program, { encoding: 'utf8' }).trimEnd().split('\n');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'routelens-headers-'));
  const source = join(folder, 'all.c');
  writeFileSync(source, INCLUDES);
  text = gcc(['-E', '-P', source]);
  for (const line of gcc(['-E', '-dM', source]).split('\n')) {
    const match = /^#define (\w+)(?: (.*))?$/.exec(line);
    if (match?.[1]) macros.set(match[1], match[2] ?? '');
  }
  const code = Number(macros.get('LINUX_VERSION_CODE'));
  series = `${code >> 16}.${(code >> 8) & 0xff}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tables and C headers', () => {
  test('every constant has the value it has in C', () => {
    const words = new Set(text.match(/\w+/g));
    const there = (name: string): boolean => words.has(name) || macros.has(name);
    // What came after Debian 12's kernel is compared where the headers have it.
    const comparable = constants.filter(({ name, since }) => since === undefined || there(name));
    expect(comparable.length).toBeGreaterThan(600);
    const lines = run(
      'constants',
      comparable
        .map(
          ({ name }) => `\tprintf("%s %llu\\n", "${name}", (unsigned long long)(unsigned int)(${name}));\n`,
        )
        .join(''),
    );
    expect(lines).toEqual(comparable.map(({ name, value }) => `${name} ${value >>> 0}`));
  });

  test('every struct has the size, offsets, field sizes and signs that it has in C', () => {
    expect(structs.length).toBeGreaterThan(20);
    const wanted: string[] = [];
    let body = '';
    for (const { c, size, fields } of structs) {
      wanted.push(`${c} ${size}`);
      body += `\tprintf("${c} %zu\\n", sizeof(${c}));\n`;
      // NLMSG_DONE carries a bare int.
      if (!c.startsWith('struct ')) continue;
      for (const [name, { offset, type }] of Object.entries(fields)) {
        const width = type.kind === 'struct' ? type.struct.size : type.size;
        const member = `((${c} *)0)->${name}`;
        if (type.kind === 'integer') {
          wanted.push(`${c}.${name} ${offset} ${width} ${type.signed ? 1 : 0}`);
          body += `\tprintf("${c}.${name} %zu %zu %d\\n", offsetof(${c}, ${name}), sizeof(${member}), (__typeof__(${member}))-1 < 1);\n`;
        } else {
          wanted.push(`${c}.${name} ${offset} ${width}`);
          body += `\tprintf("${c}.${name} %zu %zu\\n", offsetof(${c}, ${name}), sizeof(${member}));\n`;
        }
      }
    }
    expect(run('structs', body)).toEqual(wanted);
  });

  test('every struct has all fields that it has in C', () => {
    for (const { c, size, fields } of structs) {
      // Without gaps up to sizeof, but for the last bytes of alignment.
      let position = 0;
      for (const [name, { offset, type }] of Object.entries(fields)) {
        expect(offset, `${c}.${name}`).toBe(position);
        position += type.kind === 'struct' ? type.struct.size : (type.size ?? 0);
      }
      expect(size - position, c).toBeLessThan(8);
    }
  });

  test('every errno has its number and the text of strerror(3)', () => {
    const defined = [...macros].flatMap(([name, value]) =>
      /^E[A-Z0-9]+$/.test(name) && /^(\d+|E\w+)$/.test(value) ? [name] : [],
    );
    expect(defined.length).toBeGreaterThan(130);
    expect(Object.keys(ERRNO).sort()).toEqual(defined.sort());
    const lines = run(
      'errno',
      defined.map((name) => `\tprintf("%s %d %s\\n", "${name}", ${name}, strerror(${name}));\n`).join(''),
    );
    const byName = new Map<string, readonly [number, string]>(Object.entries(ERRNO));
    expect(lines).toEqual(
      defined.map((name) => {
        const [number, said] = byName.get(name) ?? [0, ''];
        expect(errnoText(number)).toBe(said);
        return `${name} ${number} ${said}`;
      }),
    );
  });
});

describe('what the headers have, the tables have', () => {
  /** Newer headers bring what this program cannot know yet; Debian 12's must be known entirely. */
  const unknown = (names: readonly string[]): string[] =>
    series === '6.1' ? names.filter((name) => !tableNames.has(name)) : [];

  // Only a choice of these is of use here.
  const PARTIAL = new Set(['AF', 'ARPHRD', 'IPPROTO', 'IFLA_AF']);
  // Limits and aliases that say nothing of their own.
  const LIMIT =
    /^__|_MAX$|_MASK$|^(RTM_BASE|NLM_F_DUMP|IFA_F_TEMPORARY|FIB_RULE_DEV_DETACHED|NUD_NONE|NHA_RES_(GROUP|BUCKET)_UNSPEC|IFLA_(TARGET|IF)_NETNSID|RTMGR_MSG_BASE)$/;

  const enums: string[][] = [];
  beforeAll(() => {
    for (const [, body] of text.matchAll(/\benum\b[^{};]*\{([^}]*)\}/g))
      enums.push((body ?? '').split(',').flatMap((part) => /^\s*(\w+)/.exec(part)?.[1] ?? []));
  });

  test('every enumerator of every enum that a table stands for', () => {
    let compared = 0;
    for (const [name, table] of all) {
      if (table.kind === 'struct' || PARTIAL.has(name)) continue;
      const last = Object.keys(table.entries).find((entry) => enums.some((list) => list.includes(entry)));
      if (last === undefined) continue;
      const body = enums.find((list) => list.includes(last)) ?? [];
      expect(unknown(body.filter((one) => !LIMIT.test(one))), name).toEqual([]);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  test('every RTA_*', () => {
    const list = enums.find((one) => one.includes('RTA_NH_ID')) ?? [];
    expect(list.filter((one) => !one.startsWith('__')).length).toBeGreaterThanOrEqual(31);
    expect(unknown(list.filter((one) => !one.startsWith('__')))).toEqual([]);
  });

  test('every macro of the families of flags and numbers that are macros', () => {
    const prefixes = [
      'NLM_F_',
      'RTPROT_',
      'RTNH_F_',
      'RTM_F_',
      'IFA_F_',
      'IFAPROT_',
      'NUD_',
      'NTF_',
      'RTAX_FEATURE_',
      'FIB_RULE_',
      'RTEXT_FILTER_',
      'NLA_F_',
    ];
    const names = [...macros.keys()].filter(
      (name) => prefixes.some((prefix) => name.startsWith(prefix)) && !LIMIT.test(name),
    );
    expect(names.length).toBeGreaterThan(80);
    expect(unknown(names)).toEqual([]);
    const messages = [...macros.keys()].filter((name) => /^RTM_(NEW|DEL|GET|SET)[A-Z]+$/.test(name));
    expect(messages.length).toBeGreaterThan(60);
    expect(unknown(messages)).toEqual([]);
  });
});
