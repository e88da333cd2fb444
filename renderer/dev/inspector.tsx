// SPDX-License-Identifier: MIT
// The inspector alone with made-up messages, to look at while working on it: `npx vite renderer`, then
// /dev/inspector.html?variant=page&theme=dark&n=200&select=41. Not part of any build.
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../src/theme/tokens.css';
import '../src/theme/base.css';
import { Inspector } from '../src/inspector/index.ts';
import { errorSample, FakeTrace, routeSample, row } from '../src/inspector/testing.ts';

const query = new URLSearchParams(location.search);
document.documentElement.dataset['theme'] = query.get('theme') ?? 'light';
const fake = new FakeTrace();
const n = Number(query.get('n') ?? 60);

for (let i = 1; i <= n;) {
  const third = i % 250;
  const what = `10.${third}.0.0/16 via 192.0.2.2 dev lan0 table main`;
  if (i % 13 === 0 && i + 3 <= n) {
    // two cascaded requests and their answers
    for (const k of [0, 1]) {
      fake.add(
        row(i + k, { datagram: i, verdict: { kind: 'ok' }, related: [i + 2 + k], summary: what }),
        routeSample(i + k, third),
      );
    }
    for (const k of [0, 1]) {
      fake.add(
        row(i + 2 + k, {
          direction: 'in',
          type: 'NLMSG_ERROR',
          flags: ['CAPPED'],
          latency: 0.3 + k,
          length: 36,
          port: 4242,
          related: [i + k],
          verdict: { kind: 'ok' },
          summary: 'Acknowledged',
        }),
        errorSample(i + k, 0, ''),
      );
    }
    i += 4;
  } else if (i % 7 === 0 && i + 1 <= n) {
    const verdict = { kind: 'error', errnoName: 'EEXIST', text: 'File exists' } as const;
    fake.add(row(i, { verdict, related: [i + 1], summary: what }), routeSample(i, third));
    fake.add(
      row(i + 1, {
        direction: 'in',
        type: 'NLMSG_ERROR',
        flags: ['CAPPED', 'ACK_TLVS'],
        latency: 0.214,
        length: 36,
        port: 4242,
        related: [i],
        verdict,
        summary: 'File exists',
      }),
      errorSample(i, 17, 'EEXIST'),
    );
    i += 2;
  } else if (i % 11 === 0) {
    fake.add(
      row(i, {
        socket: 'dump',
        type: 'RTM_GETROUTE',
        flags: ['REQUEST', 'DUMP'],
        verdict: { kind: 'data', parts: 1_000_000, done: true },
        summary: 'all IPv4 routes',
        related: [i + 1],
      }),
    );
    i++;
  } else if (i % 5 === 0) {
    fake.add(
      row(i, {
        direction: 'in',
        socket: 'events',
        verdict: { kind: 'event' },
        flags: ['CREATE'],
        port: 0,
        summary:
          '2001:db8:1234:5678:9abc:def0:1234:0/112 via fe80::a8bb:ccff:fedd:eeff dev wg-very-long-name table 100000',
      }),
    );
    i++;
  } else if (i % 17 === 0) {
    fake.add(
      row(i, {
        direction: 'in',
        socket: 'dump',
        flags: ['MULTI'],
        verdict: { kind: 'data', parts: 1000, done: false },
        skipped: 998_000,
        latency: 12.7,
        summary: what,
      }),
    );
    i++;
  } else {
    fake.add(
      row(i, {
        verdict: i % 19 === 0 ? { kind: 'lost', text: 'No answer within 10 s' } : { kind: 'pending' },
        summary: what,
      }),
      routeSample(i, third),
    );
    i++;
  }
}
fake.seen = Number(query.get('seen') ?? fake.seen);
if (query.has('paused')) {
  fake.paused = true;
  fake.missed = 34;
}
if (query.has('broken')) {
  const sample = fake.messages[fake.messages.length - 1]!.sample;
  sample.roots[2]!.error = 'rta_len is 3, less than the attribute header';
}
const select = query.get('select');
Object.assign(window, { fake });
createRoot(document.getElementById('root')!).render(
  <div style={{ height: Number(query.get('height')) || '100%' }}>
    <Inspector
      variant={query.get('variant') === 'page' ? 'page' : 'dock'}
      bridge={fake.bridge}
      highlight={(query.get('lit') ?? '').split(',').map(Number)}
      {...(select === null ? {} : { selected: Number(select) })}
    />
  </div>,
);
