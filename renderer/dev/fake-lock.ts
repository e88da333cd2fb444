// SPDX-License-Identifier: MIT
// The lock of the fake bridge, its changes on trial, and whose routes are whose: what the helper and polkit do, made up.
import type {
  AppError,
  Bridge,
  EventName,
  Outcome,
  RouteOwner,
  RouteRow,
  Settled,
  TargetState,
} from '../../app/contract/index.ts';
import { DAEMON_PROTOCOLS, fail, ok } from '../../app/contract/index.ts';

type Names = Extract<keyof Bridge, `lock.${string}` | `pending.${string}` | 'route.owners'>;

/** What it needs of the fake main process. */
interface Fake {
  rows: RouteRow[];
  target: TargetState;
  prefs: { confirmSeconds: number };
  emit(event: EventName, payload: unknown): void;
  /** The rows are others now. */
  tell(added: number, changed: number, deletedIds?: number[]): void;
  readonly calls: { name: string; args: unknown }[];
}

export class FakeLock {
  /** What polkit says to the next question; null: yes. */
  refusal: AppError | null = null;
  /** What the helper says to the next wish to keep or put back; null: yes. */
  answer: AppError | null = null;
  /** How long polkit thinks, ms. */
  thinks = 0;
  idleMs = 15 * 60_000;
  /** Why the screen's lock is not noticed. */
  unheard: string | null = null;
  /** Of the messages that put back, so many are refused. */
  failed = 0;
  private readonly fake: Fake;
  private before: RouteRow[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private takenBack: (() => void) | null = null;

  constructor(fake: Fake) {
    this.fake = fake;
  }

  private set(patch: Partial<TargetState>): TargetState {
    this.fake.target = { ...this.fake.target, ...patch };
    this.fake.emit('target.state', this.fake.target);
    return this.fake.target;
  }

  /** Called before each write: where there is a lock, the first one begins a trial, and each begins the time anew. */
  beforeWrite(): void {
    const { target, rows } = this.fake;
    if (target.lock?.state !== 'unlocked' || target.target !== 'system') return;
    if (!target.pending) this.before = [...rows];
    this.trial((target.pending?.changes ?? 0) + 1, this.fake.prefs.confirmSeconds);
  }

  /** Starts a trial, or its time anew. */
  trial(changes: number, seconds: number, leftMs = seconds * 1000): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end('expired'), leftMs);
    this.set({ pending: { changes, seconds, endsAt: Date.now() + leftMs } });
  }

  /** Ends the trial; tells it where nobody asked for it. */
  end(how: Settled['how']): Settled | null {
    clearTimeout(this.timer);
    const { pending } = this.fake.target;
    if (!pending) return null;
    if (how !== 'kept' && this.before.length > 0) {
      this.fake.rows = this.before;
      this.fake.tell(0, pending.changes);
    }
    this.before = [];
    this.set({ pending: null });
    const isKept = how === 'kept';
    const settled: Settled = {
      how,
      changes: pending.changes,
      restored: isKept ? 0 : pending.changes,
      failed: isKept ? 0 : this.failed,
    };
    if (how === 'expired') this.fake.emit('pending.settled', settled);
    return settled;
  }

  /** Locks as main does it: the helper ends, and puts back what waits. */
  lock(error: AppError | null = null): TargetState {
    this.takenBack?.();
    const settled = this.end('reverted');
    const state = this.set({
      writable: false,
      lock: { state: 'locked', relocksAt: null, error, unheard: this.unheard },
    });
    if (settled) this.fake.emit('pending.settled', settled);
    return state;
  }

  private async unlock(): Promise<Outcome<TargetState>> {
    const { lock } = this.fake.target;
    if (!lock) return fail({ kind: 'invalid', what: 'The target that is open has no lock' });
    if (lock.state !== 'unlocked') {
      this.set({ lock: { state: 'unlocking', relocksAt: null, error: null, unheard: this.unheard } });
      const isTakenBack = await new Promise<boolean>((resolve) => {
        this.takenBack = () => resolve(true);
        setTimeout(() => resolve(false), this.thinks);
      });
      this.takenBack = null;
      if (isTakenBack) return fail({ kind: 'cancelled', what: 'The question was taken back' });
      const { refusal } = this;
      this.refusal = null;
      if (refusal) {
        this.lock(refusal);
        return fail(refusal);
      }
    }
    const relocksAt = Date.now() + this.idleMs;
    return ok(
      this.set({
        writable: true,
        lock: { state: 'unlocked', relocksAt, error: null, unheard: this.unheard },
      }),
    );
  }

  private settle(how: 'kept' | 'reverted'): Outcome<Settled> {
    const { answer } = this;
    this.answer = null;
    if (answer) return fail(answer);
    const settled = this.end(how);
    return settled ? ok(settled) : fail({ kind: 'gone', what: 'No changes wait to be kept' });
  }

  /** Commands are understood as far as their destination. */
  private owners(rowIds: readonly number[], commands: string): RouteOwner[] {
    const owners = new Map<number, RouteOwner>();
    for (const { id, destination, isDefault, protocol } of this.fake.rows) {
      const name = isDefault ? 'default' : destination;
      const isTouched = rowIds.includes(id) || new RegExp(`\\b(del|replace) ${name}`).test(commands);
      if (!isTouched || !DAEMON_PROTOCOLS.has(protocol.value)) continue;
      const owner = owners.get(protocol.value) ?? { protocol, routes: 0, examples: [] };
      owner.routes++;
      if (owner.examples.length < 3) owner.examples.push(name);
      owners.set(protocol.value, owner);
    }
    return [...owners.values()];
  }

  bridge(): Pick<Bridge, Names> {
    const called = <A, T>(name: string, make: (args: A) => Promise<T> | T) => {
      return async (args: A): Promise<T> => {
        this.fake.calls.push({ name, args });
        return make(args);
      };
    };
    return {
      'lock.unlock': called('lock.unlock', () => this.unlock()),
      'lock.touch': called('lock.touch', () => {
        const { lock } = this.fake.target;
        const relocksAt = lock?.state === 'unlocked' ? Date.now() + this.idleMs : null;
        if (lock && relocksAt !== null) this.set({ lock: { ...lock, relocksAt } });
        return ok({ relocksAt });
      }),
      'lock.lock': called('lock.lock', () => ok(this.lock())),
      'pending.keep': called('pending.keep', () => this.settle('kept')),
      'pending.revert': called('pending.revert', () => this.settle('reverted')),
      'route.owners': called('route.owners', ({ rowIds, commands }: { rowIds: number[]; commands: string }) =>
        ok(this.owners(rowIds, commands)),
      ),
    };
  }
}
