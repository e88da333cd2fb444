// SPDX-License-Identifier: MIT
// Makes the golden vectors beside it: runs commands of our own command line against rtmgr-user under strace, and writes
// the bytes of every datagram that crossed its socket to NAME.json, with the command.
// Needs strace, kernel/build/rtmgr-user and a build:  node main/codec/golden-rtmgr/capture.mjs [NAME…]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const server = process.env['ROUTELENS_RTMGR_USER'] ?? join(root, 'kernel/build/rtmgr-user');
const FOUR = 'ip route add 203.0.113.0/24 via 192.0.2.1 dev lo metric 5';
const SIX = 'ip -6 route add unreachable 2001:db8:1::/48 metric 7';

/** name: words for the command line; `input`: what it reads; `before`: commands in the table already. */
const COMMANDS = {
  hello: { words: ['hello', 'good morning'] },
  'hello-silent': { words: ['hello'] },
  'stats-empty': { words: ['stats'] },
  stats: { words: ['stats'], before: `${FOUR}\n${SIX}\nip route add blackhole 198.51.100.0/24 table 100` },
  'flush-table': {
    words: ['flush', '--table', '100'],
    before: `${FOUR}\nip route add blackhole 198.51.100.0/24 table 100`,
  },
  'flush-all': { words: ['flush'], before: `${FOUR}\n${SIX}` },
  batch: { words: ['batch', '-'], input: `${FOUR}\n${SIX}\nip route add blackhole 198.51.100.0/24` },
  'batch-refused': {
    words: ['batch', '-'],
    input: `${SIX}\n${FOUR}\nip route del 198.51.100.0/24`,
    before: FOUR,
  },
  'batch-no-such-route': { words: ['batch', '-'], input: `${FOUR}\nip route del 198.51.100.0/24` },
  dump: {
    words: ['routes', '--target', 'rtmgr-user'],
    before: `${FOUR}\n${SIX}\nip route add 198.51.100.0/24 nexthop via 192.0.2.1 dev lo nexthop via 192.0.2.2 dev lo weight 3`,
  },
};

const cli = (words, port, input = '') => {
  try {
    execFileSync(process.execPath, [join(root, 'dist/main/cli.cjs'), ...words, '--port', port], {
      input,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  } catch (error) {
    // a refusal is what some are for
    if (error.status !== 1) throw error;
  }
};

/** The datagrams on the server's USERSOCK socket: `out` is to rtmgr, as a client sees it. */
function parse(text) {
  const fd = /^(?:\d+ +)?socket\(AF_NETLINK, [^,]+, NETLINK_USERSOCK\) += (\d+)/m.exec(text)?.[1];
  const datagrams = [];
  let open = null;
  for (const line of text.split('\n')) {
    const call = /^(?:\d+ +)?(sendmsg|recvmsg|sendto|recvfrom)\((\d+),/.exec(line);
    if (call) {
      const failed = / = -1 /.test(line) || /MSG_PEEK/.test(line);
      open =
        call[2] === fd && !failed ? { direction: call[1].startsWith('send') ? 'in' : 'out', hex: '' } : null;
      if (open) datagrams.push(open);
    }
    const dump = /^ \| [0-9a-f]+ {2}((?:[0-9a-f]{2} {1,2})+)/.exec(line);
    if (dump && open) open.hex += dump[1].replace(/ /g, '');
  }
  return datagrams.filter(({ hex }) => hex !== '');
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const folder = mkdtempSync(join(tmpdir(), 'routelens-golden-'));
const wanted = process.argv.slice(2);
for (const [name, { words, input, before }] of Object.entries(COMMANDS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const log = join(folder, name);
  const trace = 'trace=socket,sendmsg,recvmsg,sendto,recvfrom';
  const child = spawn(
    'strace',
    ['-s', '65535', '-e', trace, '-e', 'write=all', '-e', 'read=all', '-o', log, server, '--with-parent'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const port = await new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = /^port (\d+)$/m.exec(out)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error('rtmgr-user ended')));
  });
  if (before) cli(['batch', '-'], port, before);
  await pause(100);
  const had = parse(readFileSync(log, 'latin1')).length;
  cli(words, port, input);
  await pause(100);
  const datagrams = parse(readFileSync(log, 'latin1')).slice(had);
  child.removeAllListeners('exit');
  child.kill();
  if (datagrams.length === 0) throw new Error(`${name}: nothing was captured`);
  const command = `npm run -s cli -- ${words.join(' ')}`;
  const what = { command, ...(input ? { input } : {}), ...(before ? { before } : {}), datagrams };
  writeFileSync(join(here, `${name}.json`), `${JSON.stringify(what, null, 1)}\n`);
}
rmSync(folder, { recursive: true });
process.exit(0);
