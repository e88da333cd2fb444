// SPDX-License-Identifier: MIT
// A namespace that plays the machine: the program inside sees it as "This machine", and may change it and be killed. The
// real machine is not touched. Its loopback is its own, too, so the way to the window's test port is led out.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';

export interface Machine {
  /** What to put before a command so that it runs inside. */
  enter: readonly string[];
  /** Runs a command inside, and answers what it said. */
  run(...words: string[]): string;
  /** True while ip(8) shows this route in the main table. */
  has(destination: string): boolean;
  /** A port outside that leads to this one inside. */
  reach(port: number): Promise<number>;
  end(): Promise<void>;
}

/** Routes of a person, of a DHCP client and of a routing daemon, over links into which nobody says a word. */
const TOPOLOGY = [
  'link set lo up',
  'link add eth0 type veth peer name far0',
  'link set eth0 up',
  'link set far0 up',
  'address add 192.0.2.1/24 dev eth0',
  'address add 2001:db8:1::1/64 dev eth0 nodad',
  'route add default via 192.0.2.254 proto dhcp metric 100',
  'route add 10.1.0.0/16 via 192.0.2.2 proto static',
  'route add 10.2.0.0/16 via 192.0.2.3 proto bird metric 32',
  'route add 10.3.0.0/16 via 192.0.2.4 proto static mtu 1400',
];

const PIPE =
  "const s=require('node:net').connect(Number(process.argv[1]),'127.0.0.1');process.stdin.pipe(s).pipe(process.stdout);s.on('error',()=>process.exit(1))";

/** For the program's environment: a desktop that can be heard, though the tests' machines have none. */
export const HEARD = {
  PATH: `${join(process.cwd(), 'e2e/support/bin')}:${process.env['PATH'] ?? ''}`,
} as const;
/** None at all. */
export const UNHEARD = {
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
  DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
} as const;

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

export async function openMachine(namespaces: readonly string[] = []): Promise<Machine> {
  // a /run of its own, for named namespaces
  const script = 'mount -t tmpfs tmpfs /run && echo ready && exec cat';
  const holder = spawn('unshare', ['-Urnm', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve);
    holder.once('exit', () => reject(new Error('no namespace for the test')));
  });
  const enter = ['nsenter', '-t', String(holder.pid), '-U', '-n', '-m', '--preserve-credentials'];
  const run = (...words: string[]): string =>
    execFileSync(enter[0]!, [...enter.slice(1), ...words], { encoding: 'utf8' });
  for (const line of TOPOLOGY) run('ip', ...line.split(' '));
  for (const name of namespaces) {
    run('ip', 'netns', 'add', name);
    run('ip', '-n', name, 'link', 'set', 'lo', 'up');
    run('ip', '-n', name, 'route', 'add', '10.50.0.0/16', 'dev', 'lo', 'proto', 'static');
  }

  const servers: Server[] = [];
  const pipes = new Set<ChildProcess>();
  return {
    enter,
    run,
    has: (destination) => run('ip', 'route', 'show', destination).includes(destination),
    reach: (port) =>
      new Promise((resolve) => {
        const server = createServer((socket) => {
          const words = [...enter.slice(1), process.execPath, '-e', PIPE, String(port)];
          const pipe = spawn(enter[0]!, words, { stdio: ['pipe', 'pipe', 'ignore'] });
          pipes.add(pipe);
          socket.pipe(pipe.stdin);
          pipe.stdout.pipe(socket);
          pipe.stdin.on('error', () => socket.destroy());
          socket.on('error', () => pipe.kill());
          pipe.once('exit', () => {
            pipes.delete(pipe);
            socket.destroy();
          });
        });
        servers.push(server);
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
      }),
    async end() {
      for (const server of servers) server.close();
      for (const pipe of pipes) pipe.kill();
      holder.stdin.end();
      await exited(holder);
    },
  };
}
