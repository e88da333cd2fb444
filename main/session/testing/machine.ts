// SPDX-License-Identifier: MIT
// For tests: a namespace that plays the machine, with links, addresses, routes, rules and next hops in it, and the main
// process inside, which sees it as "This machine". Nothing of the real machine is touched.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Events, Handlers, Outcome, TargetId, TargetState } from '../../../app/contract/index.ts';
import { bundleChild } from '../../netlink/testing/bundle-child.ts';
import { until } from '../testing.ts';

export interface Machine {
  /** Runs a command inside and answers what it said. */
  run(command: string, ...words: string[]): string;
  /** Commands of ip(8), one each. */
  ip(...lines: string[]): void;
  /** Everything that routing depends on, as ip(8) tells it. */
  look(): string;
  /** Processes of this program that live in it, whoever started them. */
  processes(program: string): number[];
  /** Starts the program in it. */
  start(options: MachineOptions): Promise<MachineProgram>;
  end(): Promise<void>;
}

export interface MachineOptions {
  /** The program that ROUTELENS_HELPER names. */
  helper: string;
  target?: TargetId;
  idleMs?: number;
  confirmSeconds?: number;
  env?: Record<string, string>;
}

export interface MachineProgram {
  h: Handlers;
  pid: number;
  /** Every target.state, oldest first. */
  states: TargetState[];
  settled: Events['pending.settled'][];
  state(): TargetState;
  /** What it wrote to standard error. */
  said(): string;
  screenLocked(): void;
  screenUnheard(why: string): void;
  /** SIGKILL to the program alone, as when it crashes. */
  kill(): Promise<void>;
  /** Ends it as closing the window does. */
  end(): Promise<void>;
  /** Processes of the helper that live. */
  helpers(): number[];
  /** Those that the real one has started, which talk with the program and remember what is put back. */
  workers(): number[];
}

/** A table with something of each kind. Nobody says a word into these links. */
const TOPOLOGY = [
  'link set lo up',
  'link add eth0 type veth peer name far0',
  'link add eth1 type veth peer name far1',
  // addresses that come by themselves, and later, would be differences
  ...['eth0', 'eth1', 'far0', 'far1'].map((name) => `link set ${name} addrgenmode none up`),
  'address add 192.0.2.1/24 dev eth0',
  'address add 198.51.100.1/24 dev eth1',
  'address add 2001:db8:1::1/64 dev eth0 nodad',
  'route add default via 192.0.2.254 proto dhcp metric 100',
  'route add 10.1.0.0/16 via 192.0.2.2 proto static',
  'route add 10.2.0.0/16 proto static nexthop via 192.0.2.3 weight 2 nexthop via 198.51.100.3',
  'route add 10.3.0.0/16 via 198.51.100.4 table 100 mtu 1400',
  'route add blackhole 10.4.0.0/16 metric 7',
  'route add 10.1.0.0/16 via 192.0.2.9 metric 50',
  '-6 route add 2001:db8:2::/48 via 2001:db8:1::2',
  'rule add from 10.9.0.0/16 table 100 priority 1000',
  'neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent',
  'nexthop add id 7 via 192.0.2.7 dev eth0',
  'route add 10.7.0.0/16 nhid 7',
];

/** Lines that ip(8) prints of what may be changed. */
const LOOKS: readonly string[][] = [
  ['-4', 'route', 'show', 'table', 'all'],
  ['-6', 'route', 'show', 'table', 'all'],
  ['-4', 'rule', 'show'],
  ['-6', 'rule', 'show'],
  ['nexthop', 'show'],
  ['neigh', 'show', 'nud', 'permanent'],
  ['-o', 'address', 'show'],
];

/** Those that descend from a process, found by /proc. */
function descendants(pid: number): number[] {
  let own: string[];
  try {
    own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  } catch {
    return [];
  }
  return own.flatMap((child) => descendants(Number(child)).concat(Number(child)));
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** As the kernel shortens it; the real helper's worker has no better name. */
const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
};

export const lives = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

function namespaceOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

export async function openMachine(): Promise<Machine> {
  const file = await bundleChild('main/session/testing/machine-child.ts');
  // a /run of its own, for named namespaces
  const holder = spawn(
    'unshare',
    ['-Urnm', 'sh', '-c', 'mount -t tmpfs tmpfs /run && echo ready && exec cat'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve);
    holder.once('exit', () => reject(new Error('no namespace for the test')));
  });
  const enter = ['-t', String(holder.pid), '-U', '-n', '-m', '--preserve-credentials'];
  const run = (command: string, ...words: string[]): string =>
    execFileSync('nsenter', [...enter, command, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const ip = (...lines: string[]): void => {
    for (const line of lines) run('ip', ...line.split(' '));
  };
  ip(...TOPOLOGY);
  const programs: MachineProgram[] = [];
  const folders: string[] = [];

  async function start(options: MachineOptions): Promise<MachineProgram> {
    const folder = mkdtempSync(join(tmpdir(), 'routelens-machine-'));
    folders.push(folder);
    const words = [options.target ?? 'system', folder, ...(options.idleMs ? [String(options.idleMs)] : [])];
    const child = spawn('nsenter', [...enter, 'env', '-C', process.cwd(), process.execPath, file, ...words], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ROUTELENS_HELPER: options.helper, ...options.env },
    });
    const pid = child.pid!;
    const states: TargetState[] = [];
    const settled: Events['pending.settled'][] = [];
    const waiting = new Map<number, (outcome: Outcome<never>) => void>();
    let lastId = 0;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    child.stderr.pipe(process.stderr, { end: false });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { id?: number; outcome: never; event?: string; payload: never };
      if (said.id !== undefined) waiting.get(said.id)?.(said.outcome);
      else if (said.event === 'target.state') states.push(said.payload);
      else if (said.event === 'pending.settled') settled.push(said.payload);
    });
    const helpers = (): number[] =>
      descendants(pid).filter((one) => commandOf(one).includes(options.helper) && lives(one));
    const send = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
    const h = new Proxy({} as Handlers, {
      get: (_, name: string) => (args: unknown) =>
        new Promise((resolve: (outcome: never) => void) => {
          const id = ++lastId;
          if (child.exitCode !== null || child.signalCode !== null) resolve(ended);
          waiting.set(id, resolve as never);
          send({ id, name, args });
        }),
    });
    child.stdin.on('error', () => {});
    // what nobody can answer any more
    const ended = { ok: false, error: { kind: 'internal', what: 'The program has ended' } } as never;
    child.once('exit', () => waiting.forEach((answer) => answer(ended)));
    const program: MachineProgram = {
      h,
      pid,
      states,
      settled,
      state: () => states.at(-1)!,
      said: () => said,
      screenLocked: () => send({ name: 'screenLocked' }),
      screenUnheard: (why) => send({ name: 'screenUnheard', args: why }),
      helpers,
      workers: () => descendants(pid).filter((one) => nameOf(one) === 'routelens-worke' && lives(one)),
      async kill() {
        child.kill('SIGKILL');
        await exited(child);
      },
      async end() {
        child.stdin.end();
        await exited(child);
      },
    };
    programs.push(program);
    const { confirmSeconds } = options;
    if (confirmSeconds !== undefined) await h['prefs.set']({ confirmSeconds });
    await until(
      () => states.at(-1)?.state,
      (state) => state !== undefined && state !== 'connecting',
      'still connecting',
      15_000,
    );
    return program;
  }

  return {
    run,
    ip,
    processes(program) {
      const own = readlinkSync(`/proc/${holder.pid}/ns/net`);
      return readdirSync('/proc')
        .map(Number)
        .filter(
          (pid) => pid > 0 && commandOf(pid).includes(program) && lives(pid) && namespaceOf(pid) === own,
        );
    },
    look: () => LOOKS.map((words) => `# ip ${words.join(' ')}\n${run('ip', ...words)}`).join('\n'),
    start,
    async end() {
      for (const program of programs) await program.end();
      holder.stdin.end();
      await exited(holder);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
