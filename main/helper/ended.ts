// SPDX-License-Identifier: MIT
// Why the helper is not there: what pkexec's exit code and words mean, in a person's words.
import type { AppError } from '../../app/contract/index.ts';
import { installWayOut } from './installation.ts';

type PolkitError = Extract<AppError, { kind: 'polkit' }>;
type Cause = PolkitError['cause'];

const WORDS: Record<Cause, Omit<PolkitError, 'kind' | 'cause'>> = {
  dismissed: {
    what: 'The question was dismissed',
    why: 'Nothing was changed',
    wayOut: 'Try again, and answer the question',
  },
  'not-authorised': {
    what: 'polkit did not allow it',
    why: 'The password was wrong, or a rule of this machine says no',
    wayOut: 'Ask who administers this machine',
  },
  'no-agent': {
    what: 'Nobody could ask for the password',
    why: 'No polkit agent is running in this session',
    wayOut:
      'Start the agent of your desktop (polkit-gnome, polkit-kde, lxpolkit, mate-polkit), or pkttyagent in a terminal',
  },
  'not-installed': {
    what: 'The helper is not installed',
    wayOut: installWayOut(),
  },
  unknown: { what: 'polkit could not be asked' },
};

export const polkitError = (cause: Cause, why?: string): AppError => ({
  kind: 'polkit',
  cause,
  ...WORDS[cause],
  ...(why !== undefined && { why }),
});

/** spawn(2) itself failed. */
export function notStarted(error: NodeJS.ErrnoException, isAsked: boolean): AppError {
  if (error.code === 'ENOENT')
    return isAsked
      ? {
          ...(polkitError('not-installed', 'The program pkexec is missing') as PolkitError),
          what: 'polkit is not installed',
          wayOut: 'Install the packages pkexec and polkitd (policykit-1 on older systems)',
        }
      : polkitError('not-installed');
  return {
    kind: 'helper',
    errno: Math.abs(error.errno ?? 0),
    errnoName: error.code ?? '',
    what: 'The helper could not be started',
    why: error.message,
  };
}

/** exit(3) codes of pkexec(1). */
const PKEXEC_DISMISSED = 126;
const PKEXEC_REFUSED = 127;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it wrote to standard error. */
  said: string;
  /** It had been there, and greeted. */
  wasReady: boolean;
}

/** What it complains of (kernel/worker/relay.c) when it has ended in order, and yet not everything is as it was. */
export const LEFT_BEHIND = 'differences to the old state are left';

/**
 * Whether it has put back what was not kept. It tells nothing of what it does at its end, but with 0 it ends only behind
 * that; when it or its worker is killed, it is a signal or another number.
 */
export const hasPutBack = ({ code, said }: Pick<Ended, 'code' | 'said'>): boolean =>
  code === 0 && !said.includes(LEFT_BEHIND);

/**
 * pkexec ends with 126 for a dismissed question and with 127 for a refusal, a missing agent and a missing program
 * alike; only its English words tell them apart.
 */
function causeOf(code: number | null, said: string): Cause | null {
  if (code === PKEXEC_DISMISSED) return 'dismissed';
  if (code !== PKEXEC_REFUSED) return null;
  if (/authentication agent|controlling terminal|\/dev\/tty/i.test(said)) return 'no-agent';
  if (/dismissed/i.test(said)) return 'dismissed';
  if (/not authori[sz]ed/i.test(said)) return 'not-authorised';
  if (/no such file/i.test(said) && !/authority|connect/i.test(said)) return 'not-installed';
  return 'unknown';
}

export function endedWords({ code, signal, said, wasReady }: Ended): AppError {
  const words = said.trim().slice(-300);
  // a helper itself never ends with pkexec's codes
  const cause = wasReady ? null : causeOf(code, said);
  if (cause === 'unknown')
    return {
      ...(polkitError(
        'unknown',
        words === '' ? 'pkexec ended with 127 and said nothing' : words,
      ) as PolkitError),
      wayOut: 'See whether polkitd and the system bus run: systemctl status polkit dbus',
    };
  if (cause) return polkitError(cause);
  const how = signal ? `It was ended by ${signal}` : `Its exit code was ${code}`;
  return {
    kind: 'helper',
    errno: 0,
    errnoName: '',
    what: wasReady ? 'The helper has ended' : 'The helper could not be started',
    why: words === '' ? how : `${how}; it said: ${words}`,
    wayOut: 'Try again; polkit will ask anew',
  };
}
