// SPDX-License-Identifier: MIT
// npm run check: types, lint with import boundaries (and that these rules fire), format, dead exports, licences, length
// of files. It is the first part of npm test.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkBoundaryRules } from './lib/boundaries.mjs';
import { ensureNodeModules } from './lib/packages.mjs';
import { root, say } from './lib/root.mjs';
import { nothing } from './lib/suites.mjs';

/** Longer than this a file is named; it holds more than one idea, or a table. */
const LONG = 400;

const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

/** Runs a tool; its output is the finding. @returns {string[]} */
function tool(/** @type {string} */ name, /** @type {string[]} */ ...args) {
  const { status, stdout, stderr, error } = spawnSync(bin(name), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return [];
  return [`${stdout}${stderr}${error ? error.message : ''}`.trim() || `${name} ended with ${status}`];
}

/** Files that git keeps or would keep. */
function files() {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(stdout.split('\0').filter(Boolean))];
}

const isSource = (/** @type {string} */ file) =>
  /\.(ts|tsx|mjs|js|css|c|h|sh)$/.test(file) || file === '.ci/run';

/** @returns {{ head: string, lines: number } | null} */
function look(/** @type {string} */ file) {
  try {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    const isScript = lines[0]?.startsWith('#!') ?? false;
    return { head: lines[isScript ? 1 : 0] ?? '', lines: lines.length };
  } catch {
    // listed by git, deleted in the tree
    return null;
  }
}

function licences() {
  return files()
    .filter(isSource)
    .filter((file) => {
      const licence = file.startsWith('kernel/') ? 'GPL-2.0-only' : 'MIT';
      const seen = look(file);
      return seen !== null && !seen.head.includes(`SPDX-License-Identifier: ${licence}`);
    })
    .map((file) => `${file}: its first line does not name its licence`);
}

function longFiles() {
  return files()
    .filter(isSource)
    .flatMap((file) => {
      const lines = look(file)?.lines ?? 0;
      return lines > LONG ? [`${file}: ${lines} lines`] : [];
    });
}

/** @type {[string, () => string[]][]} */
const STEPS = [
  ['types', () => tool('tsc', '-b')],
  ['lint', () => tool('oxlint', '-c', '.oxlintrc.json', '--deny-warnings')],
  ['import boundaries', checkBoundaryRules],
  ['format', () => tool('prettier', '--check', '--log-level=warn', '.')],
  ['dead exports', () => tool('knip', '--no-progress', '--no-config-hints')],
  ['licences', licences],
];

/** Runs all steps, says what they found, and counts. */
export function check() {
  const counts = nothing();
  for (const [name, run] of STEPS) {
    const began = Date.now();
    const findings = run();
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    if (findings.length === 0) counts.passed++;
    else {
      counts.failed++;
      counts.failures.push(name);
    }
    say(`check: ${name}: ${findings.length === 0 ? 'passed' : 'failed'} (${seconds} s)`);
    for (const finding of findings) say(finding.replace(/^/gm, '  '));
  }
  const long = longFiles();
  if (long.length > 0) say(`check: longer than ${LONG} lines, worth a look: ${long.join(', ')}`);
  return counts;
}

if (process.argv[1] === import.meta.filename) {
  ensureNodeModules();
  const { failed } = check();
  process.exitCode = failed === 0 ? 0 : 1;
}
