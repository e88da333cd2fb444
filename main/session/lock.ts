// SPDX-License-Identifier: MIT
// The lock of a target that is written through the helper, and the changes that wait to be kept. Unlocked is only while
// the helper runs; it ends when the person does nothing for a while, when the screen is locked, and with the target.
// What was not kept is put back by the helper itself, whatever becomes of this program.
import type { AppError, Lock as WholeLock, Outcome, Pending, Settled } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { Guard, Relay, RelayEnd } from '../targets/target.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';
import { openRelayLine } from './relay-line.ts';
import type { RelayLine } from './relay-line.ts';

/** Whether the screen's lock is noticed is the shell's to know. */
type Lock = Omit<WholeLock, 'unheard'>;

/** Without the person's doing anything, ms. */
export const IDLE_MS = 15 * 60_000;
/** A timer does not count the time that the machine sleeps; the clock on the wall does. */
const LOOK_MS = 20_000;
/** When it will be locked is told anew when it has moved by this much, ms. */
const TOLD_MS = 1000;
/** How long the helper's own last words may take to come after its socket was closed, ms. */
const LAST_WORDS_MS = 500;

/** How long it is waited for what is put back when it is locked, ms. A helper that hangs must not hold up the end. */
const REVERT_MS = 10_000;

const late = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref();
  });

const IDLE: AppError = {
  kind: 'cancelled',
  what: 'Editing was locked because nothing was done for a while',
  wayOut: 'Unlock editing again',
};
const SCREEN_LOCKED: AppError = {
  kind: 'cancelled',
  what: 'Editing was locked with the screen',
  wayOut: 'Unlock editing again',
};
const NOTHING_PENDING: AppError = { kind: 'gone', what: 'No changes wait to be kept' };
const TAKEN_BACK: AppError = { kind: 'cancelled', what: 'The question was taken back' };

/** What became of changes of which the helper has not told itself: only how it ended says something of them. */
const settledByEnd = (
  waiting: Pending | null,
  isCutOff: boolean,
  { hasPutBack, why }: RelayEnd,
): Settled => ({
  how: hasPutBack ? 'ended' : 'unknown',
  changes: waiting?.changes ?? 0,
  restored: 0,
  failed: 0,
  ...(!hasPutBack && isCutOff && { more: true as const }),
  ...(!hasPutBack && { why }),
});

export interface LockOptions {
  guard: Guard;
  trace: Remote<TraceService>;
  /** How long changes wait to be kept, as it is wished now. */
  confirmSeconds: () => number;
  /** State or pending changes are others now. */
  onChange: () => void;
  /** Changes were put back though nobody asked for it. */
  onSettled: (settled: Settled) => void;
  idleMs?: number;
}

interface Open {
  relay: Relay;
  line: RelayLine;
}

export class EditLock {
  private readonly options: LockOptions;
  private readonly idleMs: number;
  private open: Open | null = null;
  private current: Lock = { state: 'locked', relocksAt: null, error: null };
  private waiting: Pending | null = null;
  /** What is under way, and how to stop it. */
  private unlocking: { done: Promise<Outcome<void>>; stop: AbortController } | null = null;
  private locking: Promise<void> | null = null;
  private touched = 0;
  /** Of all lines, one after the other. */
  private lastSeq = 0;
  /** Its place is about to be taken by another. */
  private leaving: Relay | null = null;
  private retiming: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(options: LockOptions) {
    this.options = options;
    this.idleMs = options.idleMs ?? IDLE_MS;
  }

  get state(): Lock {
    return this.current;
  }
  /** Why it can't be unlocked at all, when it can't. */
  get problem(): AppError | null {
    return this.options.guard.problem();
  }
  get pending(): Pending | null {
    return this.waiting;
  }
  /** The way to the kernel, while it is unlocked. */
  get line(): RelayLine | null {
    return this.open?.line ?? null;
  }

  unlock(): Promise<Outcome<void>> {
    if (this.unlocking) return this.unlocking.done;
    const stop = new AbortController();
    const done = this.unlockNow(stop.signal).finally(() => {
      this.unlocking = null;
    });
    this.unlocking = { done, stop };
    return done;
  }

  private async unlockNow(signal: AbortSignal): Promise<Outcome<void>> {
    await this.locking;
    if (this.open) return ok(undefined);
    this.tell({ state: 'unlocking', relocksAt: null, error: null });
    const confirmSeconds = this.options.confirmSeconds();
    const relay = await this.options.guard.unlock({ confirmSeconds, signal });
    const taken = relay.ok ? await this.take(relay.value) : relay;
    if (!taken.ok) {
      // taken back by the person: that is no error
      const error = signal.aborted ? null : taken.error;
      this.tell({ state: 'locked', relocksAt: null, error });
      return taken;
    }
    if (!signal.aborted) return ok(undefined);
    await this.lock();
    return fail(TAKEN_BACK);
  }

  private openLine(relay: Relay): Promise<Outcome<RelayLine>> {
    const { trace } = this.options;
    return openRelayLine(relay.socket, trace, this.lastSeq, (error) => this.lost(relay, error));
  }

  private async closeLine(line: RelayLine): Promise<void> {
    await line.close();
    this.lastSeq = Math.max(this.lastSeq, line.channel.sequence);
  }

  private async take(relay: Relay): Promise<Outcome<void>> {
    const line = await this.openLine(relay);
    if (!line.ok || this.closed) {
      if (line.ok) await line.value.close();
      await relay.end();
      return line.ok ? fail(TAKEN_BACK) : line;
    }
    this.open = { relay, line: line.value };
    this.touched = Date.now();
    this.tell({ state: 'unlocked', relocksAt: this.touched + this.idleMs, error: null });
    this.watch();
    this.listen(relay);
    return ok(undefined);
  }

  private listen(relay: Relay): void {
    relay.listen({
      pending: (changes, leftMs) => this.isPending(relay, changes, leftMs),
      settled: (settled) => {
        if (this.open?.relay === relay) this.wasSettled(settled, true);
      },
      ended: (error) => {
        if (this.open?.relay === relay) void this.lock(error);
      },
    });
  }

  private isPending(relay: Relay, changes: number, leftMs: number): void {
    if (this.open?.relay !== relay) return;
    this.waiting = { changes, endsAt: Date.now() + leftMs, seconds: relay.confirmSeconds };
    this.options.onChange();
  }

  private wasSettled(settled: Settled, isTold: boolean): void {
    this.waiting = null;
    this.options.onChange();
    if (isTold) this.options.onSettled(settled);
    // it may have been wished for meanwhile
    this.retime();
  }

  /** The person wishes another time: it holds from the next change on. For what waits the time stays as it was told. */
  retime(): void {
    this.retiming = this.retiming.then(() => this.retimeNow());
  }

  /** Resolves when the line may be used: for a moment one takes the place of another. */
  ready(): Promise<void> {
    return this.retiming;
  }

  private async retimeNow(): Promise<void> {
    const { open } = this;
    const seconds = this.options.confirmSeconds();
    // 0: where nothing has to be kept, that stays so
    if (!open || this.waiting || [0, seconds].includes(open.relay.confirmSeconds)) return;
    this.leaving = open.relay;
    const relay = await open.relay.reopen(seconds);
    if (!relay.ok) {
      this.leaving = null;
      return;
    }
    const line = await this.openLine(relay.value);
    if (this.open !== open || !line.ok) {
      if (line.ok) await line.value.close();
      if (this.open === open && !line.ok) await this.lock(line.error);
      return;
    }
    this.open = { relay: relay.value, line: line.value };
    this.listen(relay.value);
    await this.closeLine(open.line);
  }

  /** The relay is dead: the helper has closed it, or ends; then its own words come in a moment. */
  private lost(relay: Relay, error: AppError): void {
    setTimeout(() => {
      if (this.open?.relay === relay && this.leaving !== relay) void this.lock(error);
    }, LAST_WORDS_MS).unref();
  }

  /** The person did something. */
  touch(): void {
    if (!this.open) return;
    this.touched = Date.now();
    const relocksAt = this.touched + this.idleMs;
    if (relocksAt - (this.current.relocksAt ?? 0) >= TOLD_MS) this.tell({ ...this.current, relocksAt });
  }

  private watch(): void {
    clearTimeout(this.timer);
    if (!this.open) return;
    const left = this.touched + this.idleMs - Date.now();
    if (left <= 0) {
      void this.lock(IDLE);
      return;
    }
    this.timer = setTimeout(() => this.watch(), Math.min(left, LOOK_MS));
    this.timer.unref();
  }

  /** Settles what is pending, as the person wishes. */
  async settle(how: 'keep' | 'revert'): Promise<Outcome<Settled>> {
    const { open } = this;
    if (!open) return fail(NOTHING_PENDING);
    // the helper knows of changes a moment before it is heard of them here
    const settled = await open.relay[how]();
    if (!settled.ok) return settled;
    if (this.open === open) this.wasSettled(settled.value, false);
    return settled.value.changes > 0 ? settled : fail(NOTHING_PENDING);
  }

  /** Locks, and puts back what is pending. `why`: told as the reason, when it was not the person's wish. */
  lock(why: AppError | null = null): Promise<void> {
    this.unlocking?.stop.abort();
    this.locking ??= this.lockNow(why).finally(() => {
      this.locking = null;
    });
    return this.locking;
  }

  screenLocked(): void {
    if (this.open || this.unlocking) void this.lock(SCREEN_LOCKED);
  }

  private async lockNow(why: AppError | null): Promise<void> {
    clearTimeout(this.timer);
    const { open, waiting } = this;
    if (!open) return;
    this.open = null;
    this.waiting = null;
    this.tell({ state: 'locked', relocksAt: null, error: why });
    // asked for, so that the person is told what became of it; without an answer the end of the helper does it, too
    const settled = await Promise.race([open.relay.revert(), late(REVERT_MS)]);
    const isCutOff = open.line.channel.hasUnanswered;
    const end = await open.relay.end();
    await this.closeLine(open.line);
    if (settled?.ok) {
      if (settled.value.changes > 0) this.options.onSettled(settled.value);
    } else if (waiting || (isCutOff && !end.hasPutBack && open.relay.confirmSeconds > 0))
      this.options.onSettled(settledByEnd(waiting, isCutOff, end));
  }

  /** With the target. */
  async close(): Promise<void> {
    this.closed = true;
    const { unlocking } = this;
    await this.lock();
    await unlocking?.done;
  }

  private tell(state: Lock): void {
    this.current = state;
    this.options.onChange();
  }
}
