// SPDX-License-Identifier: MIT
// For tests: a life of the module with a helper that does what a script says, on a machine that is a folder.
import { afterEach, beforeEach } from 'vitest';
import type { HelloAnswer, ModuleLife, ModuleLogLine } from '../../app/contract/index.ts';
import { ok } from '../../app/contract/index.ts';
import { INSTALLED, scriptedHelper } from '../helper/testing.ts';
import type { ScriptedHelper } from '../helper/testing.ts';
import { LifeOfModule } from './life.ts';
import type { LifeHooks } from './life.ts';

/** What the module answers to the first greeting; messages 3 and 4 of the inspector show it. */
export const HELLO: HelloAnswer = {
  version: 1,
  release: '0.1.0',
  text: 'Routelens',
  seen: { length: 32, type: 'RTMGR_MSG_HELLO', flags: [], seq: 7, pid: 0 },
  portId: 4711,
  uid: 1000,
  writable: true,
  tookMs: 1,
  messageIds: [3, 4],
};

const NETLINK_HEAD =
  'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n';

class Bench {
  world!: ScriptedHelper;
  life!: LifeOfModule;
  told: ModuleLife[] = [];
  logged: ModuleLogLine[] = [];
  /** What was asked of the window. */
  calls: string[] = [];

  begin(hooks: Partial<LifeHooks> = {}): void {
    this.told = [];
    this.logged = [];
    this.calls = [];
    this.life = new LifeOfModule({
      changed: (now) => void this.told.push(now),
      logged: (lines) => void this.logged.push(...lines),
      looked: () => void this.calls.push('looked'),
      greet: async () => ok(HELLO),
      leave: async () => {
        this.calls.push('leave');
        return true;
      },
      comeBack: () => void this.calls.push('comeBack'),
      ...hooks,
    });
  }
  /** With another window. */
  async again(hooks: Partial<LifeHooks>): Promise<void> {
    await this.life.close();
    this.begin(hooks);
  }

  install(): void {
    this.world.put(INSTALLED, 'not really ELF');
  }
  /** What /sys/module/rtmgr says. */
  set(name: string, value: string | number): void {
    this.world.put(`sys/module/rtmgr/${name}`, `${value}\n`);
  }
  /** /proc/net/netlink with sockets of protocol 31 at these ports, with the inodes 90, 91, … */
  netlink(...ports: number[]): void {
    const line = (port: number, i: number): string =>
      `0000000040dc2c09 31  ${port}          00000000 0        0        0     2        0        ${90 + i}\n`;
    this.world.put('proc/net/netlink', NETLINK_HEAD + ports.map(line).join(''));
  }
}

/** Made anew for each test of the file. */
export function useBench(): Bench {
  const bench = new Bench();
  beforeEach(() => {
    bench.world = scriptedHelper();
    bench.begin();
  });
  afterEach(async () => {
    await bench.life.close();
    bench.world.end();
  });
  return bench;
}

export const whats = (now: ModuleLife): string[] =>
  now.steps.map(({ who, what, ok: isOk }) => `${isOk ? '' : '! '}${who}: ${what}`);
