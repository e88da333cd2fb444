// SPDX-License-Identifier: MIT
// Where the helper is, and how it is started.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError, Installation, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { HelperMode } from './client.ts';
import { INSTALLATION, installWayOut } from './installation.ts';

/** Where package and `npm run install-system` put it; polkit's actions name this path. */
const HELPER_PATH = '/usr/libexec/routelens/routelens-helper';
const POLICY_PATH = '/usr/share/polkit-1/actions/org.routelens.policy';
const PKEXEC_PATHS = ['/usr/bin/pkexec', '/bin/pkexec', '/usr/local/bin/pkexec'];

/** What the answers here depend on. Tests say it; the program takes what it runs in. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** User id; root is not asked by polkit. */
  uid: number;
  /** A folder that stands for /. */
  root: string;
  installation: Installation;
}

const ours = (): Surroundings => ({
  env: process.env,
  uid: process.getuid?.() ?? -1,
  root: '/',
  installation: INSTALLATION,
});

export interface HelperPlace {
  path: string;
  isThere: boolean;
  /** pkexec and our actions are there, or nobody needs to be asked. */
  hasPolkit: boolean;
  /** Why it can't be started, when it can't. */
  problem: AppError | null;
}

export interface HelperCommand {
  program: string;
  words: string[];
  /** By pkexec, which asks polkit, and so perhaps the person; or directly, as root or because a test named it. */
  how: 'pkexec' | 'root' | 'named';
}

/** Another helper than the installed one, for development and tests; it runs as the user, and nobody is asked. */
const named = ({ env }: Surroundings): string | undefined => env['ROUTELENS_HELPER'] || undefined;

function howStarted(around: Surroundings): HelperCommand['how'] {
  if (named(around) !== undefined) return 'named';
  return around.uid === 0 ? 'root' : 'pkexec';
}

/** Looks; a few stat(2) calls. */
export function helperPlace(around: Surroundings = ours()): HelperPlace {
  const { root } = around;
  const path = named(around) ?? HELPER_PATH;
  // one that a test named lies where it says
  const isThere = existsSync(named(around) ?? join(root, HELPER_PATH));
  const isUnasked = howStarted(around) !== 'pkexec';
  const hasPkexec = isUnasked || PKEXEC_PATHS.some((at) => existsSync(join(root, at)));
  const hasPolicy = isUnasked || existsSync(join(root, POLICY_PATH));
  const wayOut = installWayOut(around.installation);
  const missing = (what: string, why: string, wayOut: string): AppError => ({
    kind: 'polkit',
    cause: 'not-installed',
    what,
    why,
    wayOut,
  });
  let problem: AppError | null = null;
  if (!isThere) problem = missing('The helper is not installed', `${path} is missing`, wayOut);
  else if (!hasPkexec)
    problem = missing(
      'polkit is not installed',
      'The program pkexec is missing; it asks for the right to start the helper',
      'Install the packages pkexec and polkitd (policykit-1 on older systems)',
    );
  else if (!hasPolicy)
    problem = missing('polkit does not know Routelens', `${POLICY_PATH} is missing`, wayOut);
  return { path, isThere, hasPolkit: hasPkexec && hasPolicy, problem };
}

export function helperCommand(
  mode: HelperMode,
  askInTerminal: boolean,
  around: Surroundings = ours(),
): Outcome<HelperCommand> {
  const { path, problem } = helperPlace(around);
  if (problem) return fail(problem);
  const how = howStarted(around);
  if (how !== 'pkexec') return ok({ program: path, words: [mode], how });
  // pkexec's own agent reads a password from the terminal that the window was started in, where nobody looks
  const agent = askInTerminal ? [] : ['--disable-internal-agent'];
  return ok({ program: 'pkexec', words: [...agent, path, mode], how });
}
