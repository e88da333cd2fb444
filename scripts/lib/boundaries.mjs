// SPDX-License-Identifier: MIT
// Shows that the import rules fire. A rule that finds nothing because it is written wrongly looks like a clean tree, so
// each forbidden import is tried in a scratch tree with our configuration, and each allowed one beside it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

/** File, what it imports, and whether that is forbidden. @type {[string, string, boolean][]} */
const CASES = [
  ['main/a.ts', '../renderer/src/x.ts', true],
  ['main/b.ts', 'electron', true],
  ['main/c.ts', 'koffi', true],
  ['main/netlink/d.ts', 'koffi', true],
  ['main/netlink/libc.ts', 'koffi', false],
  ['main/e.ts', '../app/chromium/x.ts', true],
  ['main/table/f.ts', '../../app/shell/x.ts', true],
  ['main/g.ts', '../app/contract/index.ts', false],
  ['renderer/src/h.tsx', '../../main/x.ts', true],
  ['renderer/src/i.tsx', 'node:fs', true],
  ['renderer/src/j.tsx', '../../app/shell/x.ts', true],
  ['renderer/src/k.tsx', '../../app/contract/index.ts', false],
  ['app/contract/l.ts', '../../main/x.ts', true],
  ['app/contract/m.ts', 'node:fs', true],
  ['app/contract/n.ts', 'zod', false],
  ['app/shell/o.ts', 'electron', true],
  ['app/chromium/p.ts', 'electron', true],
  ['app/electron/q.ts', 'electron', false],
  ['app/electron/r.ts', '../../renderer/src/x.ts', true],
  ['app/shell/s.ts', '../../renderer/src/x.ts', true],
  ['app/chromium/t.ts', '../../renderer/src/x.ts', true],
  ['app/cli/u.ts', '../../renderer/src/x.ts', true],
];

/** Answers what is wrong with the rules, an empty list when nothing is. @returns {string[]} */
export function checkBoundaryRules() {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-boundaries-'));
  try {
    cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [file, imported] of CASES) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `import { x } from '${imported}';\nexport const y = x;\n`);
    }
    const { stdout, stderr } = spawnSync(
      join(root, 'node_modules/.bin/oxlint'),
      ['-c', '.oxlintrc.json', '--format=json', '.'],
      { cwd: folder, encoding: 'utf8' },
    );
    /** @type {{ diagnostics: { code: string, filename: string }[] }} */
    const { diagnostics } = JSON.parse(stdout || `{"diagnostics":[]}`);
    const refused = new Set(
      diagnostics
        .filter((d) => d.code.includes('no-restricted-imports'))
        .map((d) => d.filename.replace(/^\.\//, '')),
    );
    if (refused.size === 0) return [`the import rules found nothing at all: ${stderr.slice(0, 200)}`];
    return CASES.filter(([file, , isForbidden]) => refused.has(file) !== isForbidden).map(
      ([file, imported, isForbidden]) =>
        `${dirname(file)}/ importing ${imported} should be ${isForbidden ? 'refused' : 'allowed'}, and is not`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
