// SPDX-License-Identifier: MIT
// The whole window with a made-up main process: `npx vite renderer`, then /dev/index.html?routes=1000000&theme=dark.
// Also &machine=locked (or unlocked; `fake.lock` is the lock, `fake.lock.trial(3, 30)` a trial), &module=STATE (any of ModuleStateId), &rtmgr, &state=lost, &delay=5, &live (changes by themselves), &readonly, &hint=off. `fake` is there in the console.
import type { ConnectionState, ModuleStateId, Prefs } from '../../app/contract/index.ts';
import { FakeMain } from './fake-bridge.ts';

const query = new URLSearchParams(location.search);
const fake = new FakeMain({
  routes: Number(query.get('routes') ?? 0),
  state: (query.get('state') ?? 'connected') as ConnectionState,
  delay: Number(query.get('delay') ?? 1),
  writable: !query.has('readonly'),
  ...(query.has('machine') && { machine: query.get('machine') as 'locked' | 'unlocked' }),
  rtmgr: query.has('rtmgr'),
  prefs: {
    theme: (query.get('theme') ?? 'system') as Prefs['theme'],
    density: query.has('compact') ? 'compact' : 'normal',
    dismissed: query.get('hint') === 'off' ? ['first-start', 'first-system'] : [],
  },
});
fake.module.takes = 600;
if (query.has('module')) fake.module.become(query.get('module') as ModuleStateId);
Object.assign(window, { routelens: fake.bridge, fake });
if (query.has('live')) setInterval(() => fake.touch(Math.floor(Math.random() * 12)), 700);
await import('../src/main.tsx');
