// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES, ok } from '../contract/index.ts';
import { dispatch } from './dispatch.ts';
import { EVENT_NAMES, forwardEvents } from './events.ts';
import { stubRoutelens } from './testing.ts';

const yes = { senderOk: true };
const silent = (): void => {};

describe('dispatch', () => {
  it('hands checked arguments to the handler and its answer back', async () => {
    const stub = stubRoutelens({ 'trace.locate': async ({ id }) => ok({ index: id + 1 }) });
    expect(await dispatch(stub.handlers, yes, 'trace.locate', { id: 41 }, silent)).toEqual(ok({ index: 42 }));
    expect(stub.calls).toEqual([{ name: 'trace.locate', args: { id: 41 } }]);
  });

  it('refuses another sender before it looks at anything else', async () => {
    const stub = stubRoutelens();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const outcome = await dispatch(stub.handlers, { senderOk: false }, 'app.info', {}, log);
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'refused' } });
    // the same words for a call that would be refused anyway: a stranger learns nothing
    expect(await dispatch(stub.handlers, { senderOk: false }, 'no.such', 1, silent)).toEqual(outcome);
    expect(stub.calls).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it.each([
    'no.such',
    '',
    'constructor',
    '__proto__',
    'toString',
    'on',
    7,
    null,
    undefined,
    {},
    ['app.info'],
  ])('refuses the operation %j', async (name) => {
    const stub = stubRoutelens();
    const outcome = await dispatch(stub.handlers, yes, name, {}, silent);
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'refused' } });
    expect(stub.calls).toEqual([]);
  });

  it.each([
    ['grid.rows', { start: 0, count: 501 }],
    ['grid.rows', { start: -1, count: 5 }],
    ['grid.rows', { start: 0.5, count: 5 }],
    ['grid.rows', { start: 0, count: 5, more: 1 }],
    ['grid.rows', undefined],
    ['app.info', null],
    ['app.info', []],
    ['app.info', { constructor: 1 }],
    ['trace.message', { id: '1' }],
    ['route.lookup', { address: 'a'.repeat(65) }],
    ['route.delete', { rowIds: [] }],
  ])('refuses %s with %j', async (name, args) => {
    const stub = stubRoutelens();
    const outcome = await dispatch(stub.handlers, yes, name, args, silent);
    expect(outcome).toMatchObject({
      ok: false,
      error: { kind: 'refused', what: expect.stringContaining(name) },
    });
    expect(stub.calls).toEqual([]);
  });

  it('turns a defect into an error without its stack, which is logged', async () => {
    const stub = stubRoutelens({
      'app.info': async () => {
        throw new Error('a secret path');
      },
    });
    const lines: string[] = [];
    const outcome = await dispatch(stub.handlers, yes, 'app.info', {}, (line) => void lines.push(line));
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'internal' } });
    expect(JSON.stringify(outcome)).not.toContain('secret');
    expect(lines.join('\n')).toMatch(/a secret path\n\s+at /);
  });

  it('lets every operation of the contract through to its handler or its schema', async () => {
    for (const name of OPERATION_NAMES) {
      const stub = stubRoutelens();
      const outcome = await dispatch(stub.handlers, yes, name, {}, silent);
      expect(outcome, name).toMatchObject({ ok: false });
      expect(JSON.stringify(outcome), name).not.toContain('There is no operation');
    }
  });
});

describe('forwardEvents', () => {
  it('hands on every event, until it is ended', () => {
    const stub = stubRoutelens();
    const seen: string[] = [];
    const end = forwardEvents(stub, (event) => seen.push(event));
    for (const name of EVENT_NAMES) stub.emit(name, {} as never);
    end();
    stub.emit('links.changed', []);
    expect(seen).toEqual(EVENT_NAMES);
  });
});
