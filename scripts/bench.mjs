// SPDX-License-Identifier: MIT
// npm run bench: measures the budgets of the project, each beside its peers in one run, interleaved, medians, ratios.
// Timings are for reading, not for passing: a missed budget says "missed" and the exit code stays 0. Everything runs
// inside private namespaces; the machine's own routes and links are not touched.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProgram } from './bundle-program.mjs';

/** A bench that is not over by then hangs. */
const LIMIT_MS = 8 * 60_000;

const root = join(import.meta.dirname, '..');
const out = join(root, '.cache/bench');

/**
 * What can be measured: entry file, where it runs, and how long it roughly takes.
 * `inside`: the whole bench runs in one private user and network namespace; others make namespaces of their own.
 */
const BENCHES = {
  dump: { entry: 'main/bench/dump.ts', inside: true, about: 'dump and decode 1,000,000 routes; memory' },
  insert: { entry: 'main/bench/insert.ts', inside: false, about: '200,000 inserts' },
  table: { entry: 'main/bench/table.ts', inside: true, about: 'sort and filter 1,000,000 rows' },
  window: { entry: 'e2e/bench/window.ts', inside: true, about: 'painting, scrolling, a burst of changes' },
  rtmgr: {
    entry: 'main/bench/rtmgr.ts',
    inside: true,
    about: "rtmgr's core and its netlink, 1,000,000 routes",
  },
  start: { entry: 'e2e/bench/start.ts', inside: false, about: 'npm start to the first painted route' },
};

const HELP = `npm run bench -- [options]
  --only NAME   one bench, may be given several times: ${Object.keys(BENCHES).join(', ')}
  --runs N      samples for each figure (5)
  --quick       fewer routes and 3 runs: to see that the benches work, not to judge by
  --json FILE   also writes the figures: [{ name, value, unit, peer, ratio, budget, met }]
`;

/** @typedef {{ name: string, value: number | null, unit: string, peer: string | null, ratio: number | null, budget: string, met: boolean | null }} Figure */

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** Compiles the C peer once. @returns {string} its path */
function compilePeer() {
  const source = join(root, 'scripts/bench/bare.c');
  const program = join(out, 'bare');
  if (!existsSync(program) || statSync(program).mtimeMs < statSync(source).mtimeMs) {
    execFileSync('gcc', ['-O2', '-o', program, source], { stdio: 'inherit' });
  }
  return program;
}

/** Builds rtmgr, user-mode, and the benchmark of its core. */
function buildRtmgr() {
  execFileSync('make', ['-C', join(root, 'kernel'), 'user', 'bench'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Runs one bench and reads its figures, one line of JSON each. @returns {Promise<Figure[]>} */
function run(
  /** @type {string} */ file,
  /** @type {boolean} */ inside,
  /** @type {Record<string, string>} */ env,
) {
  const command = inside ? ['unshare', '-Urn', process.execPath, file] : [process.execPath, file];
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] ?? '', command.slice(1), {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    const limit = setTimeout(() => {
      say(`  not over after ${LIMIT_MS / 60_000} minutes, ended`);
      child.kill('SIGKILL');
    }, LIMIT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      const figures = text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
      if (code !== 0) say(`  ended with exit code ${code}`);
      resolve(figures);
    });
  });
}

const digits = (/** @type {number} */ x) => (x >= 100 ? 0 : x >= 10 ? 1 : 2);
const show = (/** @type {number | null} */ x, unit = '') =>
  x === null ? '–' : `${x.toFixed(digits(x))}${unit && ` ${unit}`}`;
const verdict = (/** @type {boolean | null} */ met) => (met === null ? '' : met ? 'met' : 'missed');

function table(/** @type {Figure[]} */ figures) {
  const head = ['figure', 'value', 'peer', 'ratio', 'budget', ''];
  const rows = figures.map((f) => [
    f.name,
    f.value === null ? 'not measured' : show(f.value, f.unit),
    f.peer ?? '–',
    show(f.ratio),
    f.budget || '–',
    verdict(f.met),
  ]);
  const widths = head.map((word, i) => Math.max(word.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, i) => (i === 1 || i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((n) => '-'.repeat(n)).join('  '), ...rows.map(line)].join('\n');
}

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = values.only ?? Object.keys(BENCHES);
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    say(`bench: there is no bench ${unknown}\n${HELP}`);
    return 2;
  }
  if (!existsSync(join(root, 'dist/main/table.cjs'))) {
    say('bench: building first');
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  }
  mkdirSync(out, { recursive: true });
  if (names.includes('rtmgr')) buildRtmgr();
  const runs = Number(values.runs ?? (values.quick ? 3 : 5));
  const env = {
    BENCH_PEER: compilePeer(),
    BENCH_KERNEL: join(root, 'kernel/build'),
    BENCH_RUNS: String(runs),
    BENCH_ROUTES: values.quick ? '100000' : '1000000',
    BENCH_INSERTS: values.quick ? '20000' : '200000',
    BENCH_BURST: values.quick ? '10000' : '100000',
  };
  /** @type {Figure[]} */
  const figures = [];
  for (const name of names) {
    const { entry, inside, about } = BENCHES[/** @type {keyof typeof BENCHES} */ (name)];
    say(`bench ${name}: ${about}`);
    // not NAME.cjs: a thread of that name would be taken from here
    const bundle = `bench/${name}.bench.${entry.startsWith('e2e/') ? 'mjs' : 'cjs'}`;
    figures.push(...(await run(await bundleProgram(entry, bundle), inside, env)));
  }
  const cpu = cpus();
  process.stdout.write(
    `\n${cpu.length} × ${cpu[0]?.model ?? 'CPU'}, node ${process.version}, medians of ${runs}` +
      `${values.quick ? ', quick: figures are not to be judged by' : ''}\n\n${table(figures)}\n`,
  );
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  return 0;
}

process.exitCode = await main();
