// SPDX-License-Identifier: MIT
// npm start: installs what is missing, builds what is stale, picks a shell and opens the window on the Lab. Runs on a
// bare clone, so it imports nothing but Node's own modules and files beside it.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRtmgrUser, ensureBuilt } from './lib/build.mjs';
import { hasDisplay, startXvfb } from './lib/display.mjs';
import { findElectron, obtainElectron } from './lib/electron.mjs';
import { SYSTEM, ensureNodeModules, ensureSystem } from './lib/packages.mjs';
import { cache, giveUp, root, say } from './lib/root.mjs';

/** Another build than dist/, for tests. */
const dist = process.env['ROUTELENS_DIST'] ?? 'dist';

const HELP = `npm start -- [options]
  --shell=electron|chromium  which window; without it Electron when its binary is there or can be had, else Chromium
  --target=lab|system        what to open; without it the target of the last time, at first the Lab
  --smoke FILE.png           add, change and delete a route in the Lab through the page, check each against a fresh
                             dump, write a picture of the window; ends with 0, or with 1 and the reason
  --help                     this text
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        shell: { type: 'string' },
        target: { type: 'string' },
        smoke: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.shell !== undefined && values.shell !== 'electron' && values.shell !== 'chromium') {
      throw new Error(`There is no shell ${values.shell}`);
    }
    if (
      values.target !== undefined &&
      !/^(lab|system|rtmgr-user|rtmgr-kernel|netns:.+)$/.test(values.target)
    ) {
      throw new Error(`There is no target ${values.target}`);
    }
    if (values.smoke !== undefined && values.target !== undefined && values.target !== 'lab') {
      throw new Error('--smoke changes routes and works on the Lab only');
    }
    return values;
  } catch (error) {
    say(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

/** @returns {Promise<{ shell: 'electron' | 'chromium', binary: string | null, why: string }>} */
async function pickShell(/** @type {string | undefined} */ asked) {
  if (asked === 'chromium') return { shell: 'chromium', binary: null, why: 'asked for by --shell' };
  const present = findElectron();
  const obtained =
    present === null ? await obtainElectron({ again: asked === 'electron' }) : { binary: present };
  if (obtained.binary !== null) {
    const why = asked
      ? 'asked for by --shell'
      : present
        ? 'its binary is present'
        : 'its binary was downloaded';
    return { shell: 'electron', binary: obtained.binary, why };
  }
  if (asked === 'electron')
    giveUp(`Electron was asked for, but ${obtained.why}.\nThe other shell: npm start -- --shell=chromium`);
  const why = `Electron is not here: ${obtained.why}; to have it: npx install-electron, or set ELECTRON_OVERRIDE_DIST_PATH`;
  return { shell: 'chromium', binary: null, why };
}

function runElectron(/** @type {string} */ binary, /** @type {string[]} */ args) {
  const isRoot = process.getuid?.() === 0;
  const child = spawn(
    binary,
    [...(isRoot ? ['--no-sandbox'] : []), join(root, dist, 'main/electron.cjs'), ...args],
    {
      cwd: root,
      stdio: 'inherit',
      detached: true,
    },
  );
  const killAll = () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // all of it has gone
    }
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, () => {
      child.kill(signal);
      setTimeout(killAll, 5000);
    });
  }
  process.once('exit', killAll);
  child.once('error', (error) => giveUp(`Electron did not start: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (signal !== null) say(`Electron ended by ${signal}`);
    process.exit(code ?? 1);
  });
}

/** The shell's bundle runs in this very process: a second Node would cost a tenth of a second. */
function runChromium(/** @type {string[]} */ args) {
  const bundle = join(root, dist, 'main/chromium.cjs');
  process.argv = [process.execPath, bundle, ...args];
  createRequire(import.meta.url)(bundle);
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// npm runs scripts in the root; a file is named from where the person is
const smoke = options.smoke && resolve(process.env['INIT_CWD'] ?? '.', options.smoke);
ensureNodeModules();
const { shell, binary, why } = await pickShell(options.shell);
const needsDisplay = !hasDisplay();
ensureSystem([
  SYSTEM.unshare,
  ...(shell === 'chromium' ? [SYSTEM.chromium] : []),
  ...(needsDisplay ? [SYSTEM.xvfb] : []),
]);
ensureBuilt({ dist, args: dist === 'dist-old' ? ['--old'] : [] });
buildRtmgrUser();
say(`Shell: ${shell === 'electron' ? 'Electron' : 'Chromium'} (${why})`);

/** @type {string[]} */
const args = [];
if (options.target !== undefined) args.push(`--target=${options.target}`);
if (smoke !== undefined) args.push(`--smoke=${smoke}`);
if (needsDisplay) {
  const { name } = await startXvfb();
  process.env['DISPLAY'] = name;
  if (smoke === undefined) {
    mkdirSync(cache, { recursive: true });
    const picture = join(cache, 'window.png');
    args.push(`--screenshot=${picture}`);
    say(
      `There is no display: started a virtual one (${name}); a screenshot comes to ${picture}; Ctrl-C ends all`,
    );
  } else say(`There is no display: started a virtual one (${name})`);
}
process.env['ROUTELENS_SHELL_REASON'] = why;
if (shell === 'electron') runElectron(/** @type {string} */ (binary), args);
else runChromium(args);
