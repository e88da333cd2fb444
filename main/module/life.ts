// SPDX-License-Identifier: MIT
// The life of the kernel module as one state: what is there (facts), what is going on (a task), and what went wrong last
// (a trouble). Every change is told; nothing is done twice at a time.
import type {
  AppError,
  HelloAnswer,
  ModuleLife,
  ModuleLogLine,
  ModuleStateId,
  ModuleStep,
  Outcome,
  RtmgrStats,
} from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { startHelper } from '../helper/client.ts';
import type { Helper, HelperEvent } from '../helper/client.ts';
import { followLog, loadModule, unloadModule } from '../helper/module.ts';
import type { ModuleAnswer } from '../helper/module.ts';
import { helperCommand, helperPlace } from '../helper/place.ts';
import { REASON } from '../helper/protocol.ts';
import { startBuild } from './build.ts';
import type { Build } from './build.ts';
import { ModuleCounts } from './counts.ts';
import { cannotLoad, loadError, lostError, unloadError } from './errors.ts';
import { lookAround } from './facts.ts';
import type { Facts } from './facts.ts';
import { stateOf } from './state.ts';
import type { Task, Trouble } from './state.ts';
import * as steps from './steps.ts';

export interface LifeHooks {
  changed(life: ModuleLife): void;
  logged(lines: ModuleLogLine[]): void;
  /** The module has come or gone through us: others need not wait until they notice. */
  looked(): void;
  /** Says HELLO; with the numbers of the messages where the inspector shows them. */
  greet(): Promise<Outcome<HelloAnswer | { writable: boolean; release: string }>>;
  /** Closes the window's own sockets of the module, which hold it. Answers whether there were any. */
  leave(): Promise<boolean>;
  /** Opens them again, when it stayed loaded. */
  comeBack(): void;
  /** pkexec may ask in the terminal. */
  askInTerminal?: boolean;
}

const LOOK_MS = 2000;
const MOST_LOG = 2000;
/** So many changes a second are enough for a page. */
const TELL_MS = 100;

export class LifeOfModule {
  private readonly hooks: LifeHooks;
  private facts: Facts | null = null;
  private task: Task | null = null;
  private trouble: Trouble | null = null;
  private steps: ModuleStep[] = [];
  private build: Build | null = null;
  private began = 0;
  private helper: Helper | null = null;
  private starting: Promise<Outcome<Helper>> | null = null;
  /** Takes the question to polkit back, while it is asked. */
  private asking: AbortController | null = null;
  private isFollowing = false;
  private readonly log: ModuleLogLine[] = [];
  private fresh: ModuleLogLine[] = [];
  private readonly timer: ReturnType<typeof setInterval>;
  private later: ReturnType<typeof setTimeout> | null = null;
  private told = '';
  private closed = false;
  private readonly counts = new ModuleCounts();
  /** A greeting that the inspector shows is still owed. */
  private owesGreeting = false;

  constructor(hooks: LifeHooks) {
    this.hooks = hooks;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  async state(): Promise<ModuleLife> {
    await this.look();
    return this.now();
  }

  /** What it counts, asked over a socket that nobody gets to see. */
  stats(): Promise<Outcome<RtmgrStats>> {
    return this.counts.read(
      () =>
        this.task || this.closed
          ? { kind: 'unavailable', what: `The module is ${this.task ?? 'left'}` }
          : null,
      () => this.facts?.loaded?.owner ?? null,
    );
  }

  lines(): ModuleLogLine[] {
    return [...this.log];
  }

  async startBuild(): Promise<Outcome<ModuleLife>> {
    const begun = await this.begin('building');
    if (!begun.ok) return begun;
    const started = startBuild(() => this.tellSoon());
    if (!started.ok) return this.end({ state: null, problem: started.error });
    this.build = started.value;
    this.began = Date.now();
    this.tell();
    void started.value.done.then(async (done) => {
      const isCancelled = !done.ok && done.error.kind === 'cancelled';
      await this.end(done.ok || isCancelled ? null : { state: null, problem: done.error });
    });
    return ok(this.now());
  }

  /** Stops a build, or takes the question to polkit back. */
  async cancel(): Promise<ModuleLife> {
    if (this.task === 'building') this.build?.cancel();
    else this.asking?.abort();
    return this.state();
  }

  async load(maxRoutes: number | null): Promise<Outcome<ModuleLife>> {
    const begun = await this.begin('loading');
    if (!begun.ok) return begun;
    await this.look();
    // nobody is asked for a password in vain
    const hopeless = this.facts && cannotLoad(this.facts);
    if (hopeless) return this.end({ state: null, problem: hopeless });
    const helper = await this.withHelper();
    if (!helper.ok) return this.end(this.troubleOf(helper.error));
    const { uid } = helper.value;
    const answer = await loadModule(helper.value, maxRoutes);
    if (!answer.ok) return this.unanswered(answer.error);
    const { error, reason, lines } = answer.value;
    if (reason !== REASON.HELPER_REASON_NONE && reason !== REASON.HELPER_REASON_KERNEL) {
      const problem = loadError(answer.value);
      this.step(steps.uncheckedStep(problem));
      return this.end({ state: null, problem });
    }
    this.step(steps.checkedStep(this.facts?.installed?.path ?? 'the installed rtmgr.ko'));
    this.step(steps.finitStep(uid, maxRoutes));
    if (error !== 0) return this.notLoaded(answer.value);
    this.step(...steps.kernelSteps(null, lines));
    await this.look();
    this.step(...steps.initSteps(lines, this.facts?.loaded?.bytes ?? 0));
    // its log needs no further question, now that the helper runs
    if (!this.isFollowing) await this.followWith(helper.value);
    this.keepLines(lines);
    this.hooks.looked();
    await this.greet();
    return this.end(null);
  }

  async unload(): Promise<Outcome<ModuleLife>> {
    const begun = await this.begin('unloading');
    if (!begun.ok) return begun;
    const helper = await this.withHelper();
    if (!helper.ok) return this.end(this.troubleOf(helper.error));
    const hadOpen = await this.hooks.leave();
    await this.counts.rest();
    if (hadOpen) this.step(steps.leftStep());
    const answer = await unloadModule(helper.value);
    if (!answer.ok) {
      if (hadOpen) this.hooks.comeBack();
      return this.unanswered(answer.error);
    }
    this.step(steps.deleteStep());
    const { error, lines } = answer.value;
    await this.look();
    if (error !== 0) {
      const { refcount = 0, holders = [] } = this.facts?.loaded ?? {};
      const problem = unloadError(answer.value, refcount - holders.length);
      this.step(steps.keptStep(problem));
      if (hadOpen) this.hooks.comeBack();
      const isBusy = problem.kind === 'module' && problem.cause === 'busy';
      const isGone = problem.kind === 'module' && problem.cause === 'not-loaded';
      return this.end({ state: isBusy ? 'busy' : isGone ? null : 'refused-kernel', problem });
    }
    this.owesGreeting = false;
    this.step(...steps.exitSteps(lines));
    this.keepLines(lines);
    this.hooks.looked();
    return this.end(null);
  }

  async follow(): Promise<Outcome<ModuleLife>> {
    if (this.isFollowing) return ok(await this.state());
    const helper = await this.startedHelper();
    const followed = helper.ok ? await this.followWith(helper.value) : helper;
    if (!followed.ok) return followed;
    return ok(await this.state());
  }

  /** The window has opened the module as its target: now a greeting is to be seen in the inspector. */
  async targetOpened(): Promise<void> {
    if (!this.owesGreeting || this.task) return;
    await this.greet();
    this.tell();
  }

  /** Ends the helper and a build; resolves when that is done. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    if (this.later) clearTimeout(this.later);
    this.asking?.abort();
    this.build?.cancel();
    const [helper] = await Promise.all([this.starting, this.build?.done, this.counts.rest()]);
    if (helper?.ok) await helper.value.end();
    await this.helper?.end();
  }

  // what is told

  private now(): ModuleLife {
    const { facts, trouble } = this;
    if (!facts) throw new Error('the module was not looked at yet');
    const { canLoad: _, isBuiltForThis: __, ...shown } = facts;
    const state: ModuleStateId = stateOf(facts, this.task, trouble);
    const isMissing = state === 'not-installed' || state === 'ready';
    return {
      ...shown,
      state,
      problem: this.task ? null : (trouble?.problem ?? (isMissing ? helperPlace().problem : null)),
      build: this.build && this.task === 'building' ? { lines: this.build.lines(), began: this.began } : null,
      steps: [...this.steps],
      canCancel: this.task === 'building' || this.asking !== null,
      isFollowing: this.isFollowing,
    };
  }

  private tell(): void {
    if (this.closed || !this.facts) return;
    const life = this.now();
    const text = JSON.stringify(life);
    if (text === this.told) return;
    this.told = text;
    this.hooks.changed(life);
  }

  private tellSoon(): void {
    this.later ??= setTimeout(() => {
      this.later = null;
      this.tell();
      if (this.fresh.length > 0 && !this.closed) this.hooks.logged(this.fresh.splice(0));
    }, TELL_MS);
  }

  private step(...said: steps.Said[]): void {
    for (const one of said) this.steps.push({ at: Date.now(), ...one });
    this.tell();
  }

  // what is there

  private async look(): Promise<void> {
    const now = await this.counts.without(lookAround);
    const before = this.facts;
    this.facts = now;
    if (!this.task && before) this.noticed(before, now);
    if (this.trouble?.isOver(now)) this.trouble = null;
    this.tell();
  }

  /** Somebody else loaded it, or removed it. */
  private noticed(before: Facts, now: Facts): void {
    if ((before.loaded === null) === (now.loaded === null)) return;
    const isGone = now.loaded === null;
    this.owesGreeting = false;
    this.trouble = isGone
      ? { state: 'lost', problem: lostError(), isOver: (facts) => facts.loaded !== null }
      : null;
    this.steps = [];
    this.step(isGone ? steps.lostStep() : steps.foundStep());
    this.hooks.looked();
  }

  // one task at a time

  private async begin(task: Task): Promise<Outcome<void>> {
    if (!this.facts) await this.look();
    if (this.closed) return fail({ kind: 'cancelled', what: 'The program is ending' });
    if (this.task) return fail({ kind: 'invalid', what: `The module is ${this.task} just now` });
    this.task = task;
    this.trouble = null;
    if (task !== 'building') this.steps = [];
    this.tell();
    return ok(undefined);
  }

  private async end(trouble: Omit<Trouble, 'isOver'> | null): Promise<Outcome<ModuleLife>> {
    await this.look();
    this.task = null;
    this.build = null;
    const then = this.facts;
    this.trouble = trouble && {
      ...trouble,
      isOver: (now) =>
        (trouble.state === 'busy' && (now.loaded?.refcount ?? 0) === 0) ||
        (then?.loaded === null) !== (now.loaded === null) ||
        JSON.stringify([then?.installed, then?.helper]) !== JSON.stringify([now.installed, now.helper]),
    };
    this.tell();
    return ok(this.now());
  }

  private troubleOf(problem: AppError): Omit<Trouble, 'isOver'> | null {
    // the person's own wish is no trouble
    if (problem.kind === 'cancelled') return null;
    const isRefused = problem.kind === 'polkit' && problem.cause !== 'not-installed';
    return { state: isRefused ? 'refused-polkit' : null, problem };
  }

  private unanswered(problem: AppError): Promise<Outcome<ModuleLife>> {
    this.step(steps.helperLostStep(problem));
    return this.end({ state: null, problem });
  }

  private notLoaded(answer: ModuleAnswer): Promise<Outcome<ModuleLife>> {
    const problem = loadError(answer);
    // the only refusal that comes from the module's own start
    const isTaken = problem.kind === 'module' && problem.cause === 'exists' && problem.errnoName === 'ENOMEM';
    if (isTaken) this.step(...steps.kernelSteps(null, answer.lines), steps.protocolTakenStep(problem));
    else this.step(...steps.kernelSteps(problem, answer.lines));
    this.keepLines(answer.lines);
    return this.end({ state: 'refused-kernel', problem });
  }

  private async greet(): Promise<void> {
    const answer = await this.hooks.greet();
    this.step(answer.ok ? steps.greetedStep(answer.value) : steps.notGreetedStep(answer.error));
    this.owesGreeting = answer.ok && !('messageIds' in answer.value);
  }

  // the helper

  /** With a step for each thing on the way. */
  private async withHelper(): Promise<Outcome<Helper>> {
    const isRunning = this.helper !== null;
    const command = helperCommand('module', this.hooks.askInTerminal ?? false);
    const how = command.ok ? command.value.how : null;
    if (!isRunning && how) this.step(steps.startedStep(how, helperPlace().path));
    const helper = await this.startedHelper();
    if (!helper.ok) this.step(steps.refusedStep(helper.error));
    else if (isRunning) this.step(steps.startedStep('runs', ''));
    else if (how === 'pkexec') this.step(steps.authorisedStep(helper.value.uid));
    return helper;
  }

  private startedHelper(): Promise<Outcome<Helper>> {
    if (this.helper) return Promise.resolve(ok(this.helper));
    if (this.starting) return this.starting;
    const asking = new AbortController();
    if (this.closed) asking.abort();
    this.asking = asking;
    this.tell();
    this.starting = startHelper('module', {
      onEvent: (event) => this.heard(event),
      onEnd: () => {
        this.helper = null;
        this.isFollowing = false;
        this.tell();
      },
      signal: asking.signal,
      askInTerminal: this.hooks.askInTerminal ?? false,
    }).then((started) => {
      this.starting = null;
      this.asking = null;
      if (started.ok) this.helper = started.value;
      this.tell();
      return started;
    });
    return this.starting;
  }

  // the log

  private async followWith(helper: Helper): Promise<Outcome<void>> {
    // it begins with the last load: what was kept comes again
    this.log.length = 0;
    this.isFollowing = true;
    const followed = await followLog(helper);
    if (!followed.ok) this.isFollowing = false;
    return followed;
  }

  /** Lines of an answer, where none come as events. */
  private keepLines(lines: readonly string[]): void {
    if (this.isFollowing) return;
    const time = Number(process.hrtime.bigint() / 1_000_000n);
    this.add(lines.map((text) => ({ time, text })));
  }

  private heard(event: HelperEvent): void {
    if (event.type === 'log') this.add([{ time: event.time, text: event.text }]);
  }

  private add(lines: readonly ModuleLogLine[]): void {
    this.log.push(...lines);
    this.log.splice(0, Math.max(0, this.log.length - MOST_LOG));
    this.fresh.push(...lines);
    this.tellSoon();
  }
}
