// SPDX-License-Identifier: MIT
// The life of the module in the fake bridge: any state at once, and its way from one to the next when it is asked for.
import type {
  AppError,
  Bridge,
  ModuleHolder,
  ModuleLife,
  ModuleLogLine,
  ModuleStateId,
  Outcome,
  RtmgrStats,
} from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { BUILD_LINES, KERNEL, LOAD_STEPS, LOG_LINES, PROBLEMS, UNLOAD_STEPS } from './fake-module-data.ts';

type Names = Extract<keyof Bridge, `module.${string}`>;
type Emit = (event: 'module.changed' | 'module.logged', payload: unknown) => void;
type Loaded = NonNullable<ModuleLife['loaded']>;

export const OURS: ModuleHolder = { portId: 4243, pid: 4242, process: 'node', isOurs: true };
export const OTHERS: ModuleHolder[] = [
  { portId: 5151, pid: 5151, process: 'ip', isOurs: false },
  { portId: 3_221_225_473, pid: null, process: null, isOurs: false },
];

const LOADED: Loaded = {
  version: '0.1.0',
  srcversion: '533BB7E5866E52F63B9ACCB',
  refcount: 0,
  bytes: 131_072,
  owner: 1000,
  maxRoutes: 4_194_304,
  holders: [],
};

const READY: ModuleLife = {
  state: 'ready',
  problem: null,
  kernel: KERNEL,
  headers: { isThere: true, package: `linux-headers-${KERNEL}` },
  built: {
    path: '/home/ada/routelens/kernel/build/rtmgr.ko',
    version: '0.1.0',
    vermagic: `${KERNEL} SMP preempt mod_unload modversions`,
  },
  canBuild: true,
  build: null,
  installation: { kind: 'clone', installer: null },
  installed: { path: `/lib/modules/${KERNEL}/updates/dkms/rtmgr.ko`, version: '0.1.0' },
  helper: { path: '/usr/libexec/routelens/routelens-helper', isThere: true, hasPolkit: true },
  loaded: null,
  steps: [],
  canCancel: false,
  isFollowing: false,
};
const MAIN = { value: 254, name: 'main' };
export const STATS: RtmgrStats = {
  counts: { routes: 1240, bytes: 217_088, messages: 3511, errors: 2, uptime_ns: 4_271e9, lookups: 12 },
  tables: [
    { family: 4, table: MAIN, routes: 1200, nodes: 310, bytes: 196_608 },
    { family: 6, table: MAIN, routes: 31, nodes: 12, bytes: 12_288 },
    { family: 4, table: { value: 100, name: '100' }, routes: 9, nodes: 4, bytes: 8192 },
    { family: 6, table: { value: 255, name: 'local' }, routes: 0, nodes: 0, bytes: 0 },
  ],
};
const NOTHING = { built: null, installed: null };

/** What is there in each state. */
const STATES: Record<ModuleStateId, Partial<ModuleLife>> = {
  unsupported: NOTHING,
  'no-headers': { ...NOTHING, headers: { isThere: false, package: READY.headers.package } },
  'not-built': NOTHING,
  building: {
    ...NOTHING,
    canCancel: true,
    build: { lines: BUILD_LINES.slice(0, 5), began: Date.now() - 4000 },
  },
  'not-installed': {
    installed: null,
    helper: { ...READY.helper, isThere: false, hasPolkit: false },
    problem: PROBLEMS['not-installed'],
  },
  ready: {},
  loading: { steps: LOAD_STEPS.slice(0, 1), canCancel: true },
  loaded: { loaded: LOADED, steps: LOAD_STEPS, isFollowing: true },
  busy: {
    loaded: { ...LOADED, refcount: 3, holders: [OURS, ...OTHERS] },
    problem: PROBLEMS.busy,
    steps: UNLOAD_STEPS.slice(0, 2),
  },
  unloading: { loaded: LOADED, steps: UNLOAD_STEPS.slice(0, 1) },
  'refused-polkit': { problem: PROBLEMS.dismissed, steps: LOAD_STEPS.slice(0, 1) },
  'refused-kernel': { problem: PROBLEMS.signature, steps: LOAD_STEPS.slice(0, 4) },
  lost: { problem: PROBLEMS.lost },
};

export const lifeIn = (state: ModuleStateId, more: Partial<ModuleLife> = {}): ModuleLife => ({
  ...READY,
  ...STATES[state],
  state,
  ...more,
});

export class FakeModule {
  life: ModuleLife = lifeIn('no-headers');
  lines: ModuleLogLine[] = [];
  /** Why the next load, unload or build is refused: the state that it leads to. */
  refusal: { state: ModuleStateId; problem: AppError } | null = null;
  /** What the next operation is not even begun for. */
  failure: AppError | null = null;
  /** What it counts, or why it does not tell. */
  stats: Outcome<RtmgrStats> = ok(STATS);
  /** How long each thing takes, ms. */
  takes = 0;
  readonly calls: { name: string; args: unknown }[] = [];
  readonly #emit: Emit;
  #isCancelled = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Goes to this state, and tells the page. */
  become(state: ModuleStateId, more: Partial<ModuleLife> = {}): void {
    this.tell(lifeIn(state, more));
  }

  tell(life: ModuleLife): ModuleLife {
    this.life = life;
    this.#emit('module.changed', structuredClone(life));
    return life;
  }

  log(...texts: string[]): void {
    const from = this.lines.at(-1)?.time ?? 812_345.678;
    const more = texts.map((text, at) => ({ time: from + 0.031 * (at + 1), text }));
    this.lines = [...this.lines, ...more];
    this.#emit('module.logged', more);
  }

  #wait(ms = this.takes): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
  }

  async #act(name: string, args: unknown, act: () => Promise<ModuleLife>): Promise<Outcome<ModuleLife>> {
    this.calls.push({ name, args });
    const { failure } = this;
    this.failure = null;
    if (failure) return fail(failure);
    return ok(structuredClone(await act()));
  }

  /** What stays when the state changes. */
  #kept(): Partial<ModuleLife> {
    const { built, installed, helper, loaded, isFollowing, headers } = this.life;
    return { built, installed, helper, loaded, isFollowing, headers, problem: null, build: null };
  }

  async #refused(): Promise<ModuleLife | null> {
    await this.#wait();
    const { refusal } = this;
    this.refusal = null;
    return (
      refusal &&
      this.tell(lifeIn(refusal.state, { ...this.#kept(), steps: this.life.steps, problem: refusal.problem }))
    );
  }

  async #build(): Promise<void> {
    this.#isCancelled = false;
    const began = Date.now();
    for (let lines = 1; lines <= BUILD_LINES.length; lines++) {
      await this.#wait();
      if (this.#isCancelled) return void this.tell(lifeIn('not-built'));
      this.tell(lifeIn('building', { build: { lines: BUILD_LINES.slice(0, lines), began } }));
    }
    if (!(await this.#refused())) this.become('not-installed', { built: READY.built });
  }

  readonly bridge: Pick<Bridge, Names> = {
    'module.state': (args) => this.#act('module.state', args, async () => this.life),
    'module.stats': async (args) => {
      this.calls.push({ name: 'module.stats', args });
      return this.stats;
    },
    'module.build': (args) =>
      this.#act('module.build', args, async () => {
        const life = this.tell(lifeIn('building', { build: { lines: [], began: Date.now() } }));
        void this.#build();
        return life;
      }),
    'module.cancel': (args) =>
      this.#act('module.cancel', args, async () => {
        this.#isCancelled = true;
        return this.life;
      }),
    'module.load': (args) =>
      this.#act('module.load', args, async () => {
        this.tell(lifeIn('loading', { ...this.#kept(), steps: LOAD_STEPS.slice(0, 1) }));
        this.#isCancelled = false;
        const refused = await this.#refused();
        if (refused) return refused;
        if (this.#isCancelled) return this.tell(lifeIn('ready', this.#kept()));
        const loaded = { ...LOADED, ...(args.maxRoutes !== null && { maxRoutes: args.maxRoutes }) };
        if (this.lines.length === 0) this.log(...LOG_LINES);
        return this.tell(lifeIn('loaded', { ...this.#kept(), loaded, isFollowing: true, steps: LOAD_STEPS }));
      }),
    'module.unload': (args) =>
      this.#act('module.unload', args, async () => {
        this.tell(lifeIn('unloading', { ...this.#kept(), steps: UNLOAD_STEPS.slice(0, 1) }));
        const refused = await this.#refused();
        if (refused) return refused;
        this.log('rtmgr: unloaded');
        return this.tell(lifeIn('ready', { ...this.#kept(), loaded: null, steps: UNLOAD_STEPS }));
      }),
    'module.follow': (args) =>
      this.#act('module.follow', args, async () => this.tell({ ...this.life, isFollowing: true })),
    'module.log': async () => ok([...this.lines]),
  };
}
