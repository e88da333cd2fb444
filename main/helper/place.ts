// SPDX-License-Identifier: MIT
// Where the helper is, and how it is started.
import { existsSync } from 'node:fs';
import type { AppError, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import type { HelperMode } from './client.ts';
import { installWayOut } from './installation.ts';

/** Where package and `npm run install-system` put it; polkit's actions name this path. */
export const HELPER_PATH = '/usr/libexec/routelens/routelens-helper';
export const POLICY_PATH = '/usr/share/polkit-1/actions/org.routelens.policy';
const PKEXEC_PATHS = ['/usr/bin/pkexec', '/bin/pkexec', '/usr/local/bin/pkexec'];

export interface HelperPlace {
  path: string;
  isThere: boolean;
  /** pkexec and our actions are there, or nobody needs to be asked. */
  hasPolkit: boolean;
  /** Why it can't be started, when it can't. */
  problem: AppError | null;
}

/** Another helper than the installed one, for development and tests; it runs as the user, and nobody is asked. */
const named = (): string | undefined => process.env['ROUTELENS_HELPER'] || undefined;
const isRoot = (): boolean => process.getuid?.() === 0;

/** Looks; a few stat(2) calls. */
export function helperPlace(): HelperPlace {
  const path = named() ?? HELPER_PATH;
  const isThere = existsSync(path);
  const isUnasked = named() !== undefined || isRoot();
  const hasPkexec = isUnasked || PKEXEC_PATHS.some((at) => existsSync(at));
  const hasPolicy = isUnasked || existsSync(POLICY_PATH);
  const missing = (what: string, why: string, wayOut: string): AppError => ({
    kind: 'polkit',
    cause: 'not-installed',
    what,
    why,
    wayOut,
  });
  let problem: AppError | null = null;
  if (!isThere) problem = missing('The helper is not installed', `${path} is missing`, installWayOut());
  else if (!hasPkexec)
    problem = missing(
      'polkit is not installed',
      'The program pkexec is missing; it asks for the right to start the helper',
      'Install the packages pkexec and polkitd (policykit-1 on older systems)',
    );
  else if (!hasPolicy)
    problem = missing('polkit does not know Routelens', `${POLICY_PATH} is missing`, installWayOut());
  return { path, isThere, hasPolkit: hasPkexec && hasPolicy, problem };
}

export interface HelperCommand {
  program: string;
  words: string[];
  /** By pkexec, which asks polkit, and so perhaps the person; or directly, as root or because a test named it. */
  how: 'pkexec' | 'root' | 'named';
}

export function helperCommand(mode: HelperMode, askInTerminal: boolean): Outcome<HelperCommand> {
  const { path, problem } = helperPlace();
  if (problem) return fail(problem);
  if (named() !== undefined) return ok({ program: path, words: [mode], how: 'named' });
  if (isRoot()) return ok({ program: path, words: [mode], how: 'root' });
  // pkexec's own agent reads a password from the terminal that the window was started in, where nobody looks
  const agent = askInTerminal ? [] : ['--disable-internal-agent'];
  return ok({ program: 'pkexec', words: [...agent, path, mode], how: 'pkexec' });
}
