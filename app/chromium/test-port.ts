// SPDX-License-Identifier: MIT
// For tests only (ROUTELENS_TEST_PORT=1): says on which port Playwright can attach. Otherwise no port is open.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The port that Chromium wrote into its profile; null while it has not. */
export function readTestPort(profile: string): number | null {
  try {
    const [port = ''] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
    return /^[0-9]+$/.test(port) ? Number(port) : null;
  } catch {
    return null;
  }
}

/** Writes `test port N` once it is known and the page is there: who attaches earlier finds one that is about to go. */
export async function announceTestPort(
  profile: string,
  shown: Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  await shown;
  const timer = setInterval(() => {
    const port = readTestPort(profile);
    if (port === null) return;
    clearInterval(timer);
    say(`test port ${port}`);
  }, 20);
  timer.unref();
}
