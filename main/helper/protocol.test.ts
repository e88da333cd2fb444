// SPDX-License-Identifier: MIT
// The tables against kernel/worker/protocol.h, by a C program that is made from them and compiled here; and the frames.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as P from './protocol.ts';

const HEADER = join(import.meta.dirname, '../../kernel/worker/protocol.h');
const CONSTANTS: Record<string, number> = { ...P.LIMITS, ...P.VERB, ...P.EVENT, ...P.REASON };

/** Compiles and runs a program that prints one number a line. */
function compiled(body: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-helper-'));
  try {
    const source = join(folder, 'all.c');
    const include = `#include <stddef.h>\n#include <stdio.h>\n#include "${HEADER}"\n`;
    writeFileSync(source, `${include}int main(void)\n{\n${body}\treturn 0;\n}\n`);
    execFileSync('gcc', ['-std=gnu11', '-Wall', '-o', join(folder, 'all'), source]);
    return execFileSync(join(folder, 'all'), { encoding: 'utf8' }).trim().split('\n').map(Number);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const print = (expression: string): string => `\tprintf("%ld\\n", (long)(${expression}));\n`;

describe('protocol.h', () => {
  test('every constant has the value it has in C', () => {
    const names = Object.keys(CONSTANTS);
    expect(compiled(names.map(print).join(''))).toEqual(Object.values(CONSTANTS));
  });

  test('every struct has the size and the offsets it has in C', () => {
    const structs = Object.keys(P.STRUCTS) as (keyof typeof P.STRUCTS)[];
    const lines = structs.flatMap((name) => [
      print(`sizeof(struct ${name})`),
      ...P.STRUCTS[name].map((field) => print(`offsetof(struct ${name}, ${field})`)),
    ]);
    const ours = structs.flatMap((name) => [P.sizeOf(name)].concat(P.STRUCTS[name].map((_, i) => 4 * i)));
    expect(compiled(lines.join(''))).toEqual(ours);
  });

  test('the header has nothing that the tables lack', () => {
    const text = readFileSync(HEADER, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const constants = [...text.matchAll(/^\s*(?:#define )?(HELPER_[A-Z_]+)(?: [^\n]+|,| =)/gm)].map(
      (m) => m[1]!,
    );
    expect(constants.length).toBeGreaterThan(20);
    expect(constants.filter((name) => !(name in CONSTANTS))).toEqual([]);
    const structs = [...text.matchAll(/^struct (\w+) \{([^}]*)\}/gm)];
    expect(
      Object.fromEntries(
        structs.map((m) => [m[1], [...m[2]!.matchAll(/uint32_t (\w+);/g)].map((f) => f[1])]),
      ),
    ).toEqual(P.STRUCTS);
  });
});

const frame = (type: number, tag: number, payload: Uint8Array): Uint8Array =>
  P.encodeRequest(type, tag, payload);

describe('frames', () => {
  test('come out as they went in, however the stream is cut', () => {
    const one = fc.record({
      type: fc.integer({ min: 1, max: 0xffff }),
      tag: fc.integer({ min: 0, max: 0xffff_ffff }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), fc.integer({ min: 1, max: 64 }), (sent, size) => {
        const bytes = Buffer.concat(sent.map(({ type, tag, payload }) => frame(type, tag, payload)));
        const reader = new P.FrameReader();
        const got: P.Frame[] = [];
        for (let at = 0; at < bytes.byteLength; at += size)
          got.push(...reader.push(bytes.subarray(at, at + size))!);
        expect(got).toEqual(sent);
      }),
    );
  });

  test('that are shorter than their head, or too long, end the stream', () => {
    for (const len of [0, 11, P.LIMITS.HELPER_FRAME_MAX + 1, 0xffff_ffff])
      expect(new P.FrameReader().push(P.writeStruct('helper_head', { len, type: 1, tag: 1 }))).toBeNull();
    const longest = frame(1, 1, new Uint8Array(P.LIMITS.HELPER_FRAME_MAX - 12));
    expect(new P.FrameReader().push(longest)).toHaveLength(1);
  });

  test('any bytes are frames or none, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const one of new P.FrameReader().push(bytes) ?? []) {
          P.readStruct('helper_status', one.payload);
          P.readLogEvent(one.payload);
        }
      }),
    );
  });
});
