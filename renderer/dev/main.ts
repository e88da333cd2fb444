// SPDX-License-Identifier: MIT
// The whole window with a made-up main process: `npx vite renderer`, then /dev/index.html?routes=1000000&theme=dark.
// Also &state=lost, &delay=5, &live (changes by themselves), &readonly, &hint=off. `fake` is there in the console.
import type { ConnectionState, Prefs } from '../../app/contract/index.ts';
import { FakeMain } from './fake-bridge.ts';

const query = new URLSearchParams(location.search);
const fake = new FakeMain({
  routes: Number(query.get('routes') ?? 0),
  state: (query.get('state') ?? 'connected') as ConnectionState,
  delay: Number(query.get('delay') ?? 1),
  writable: !query.has('readonly'),
  prefs: {
    theme: (query.get('theme') ?? 'system') as Prefs['theme'],
    density: query.has('compact') ? 'compact' : 'normal',
    dismissed: query.get('hint') === 'off' ? ['first-start'] : [],
  },
});
Object.assign(window, { routelens: fake.bridge, fake });
if (query.has('live')) setInterval(() => fake.touch(Math.floor(Math.random() * 12)), 700);
await import('../src/main.tsx');
