// SPDX-License-Identifier: MIT
// The whole main process without a window, for tests that put it into a namespace of its own, where it may change
// "This machine" and be killed: operations come as lines of JSON on standard input, answers and events go out likewise.
import { createInterface } from 'node:readline';
import type { EventName, OperationName, TargetId } from '../../../app/contract/index.ts';
import { createRoutelens } from '../../index.ts';

const EVENTS: readonly EventName[] = ['target.state', 'pending.settled', 'targets.changed'];

const [target, configDir, idleMs] = process.argv.slice(2);
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

createRoutelens({
  shell: 'chromium',
  shellReason: 'a test',
  version: '0.0.0',
  target: target as TargetId,
  configDir: configDir!,
  ...(idleMs !== undefined && { lockIdleMs: Number(idleMs) }),
})
  .then((app) => {
    for (const event of EVENTS) app.on(event, (payload) => say({ event, payload }));
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => {
      const { id, name, args } = JSON.parse(line) as { id: number; name: string; args: never };
      if (name === 'screenLocked') {
        app.screenLocked();
        return;
      }
      if (name === 'screenUnheard') {
        app.screenUnheard(args);
        return;
      }
      void app.handlers[name as OperationName](args).then((outcome) => say({ id, outcome }));
    });
    lines.once('close', () => void app.close().then(() => process.exit(0)));
    say({ event: 'ready' });
  })
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
