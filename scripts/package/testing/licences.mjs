// SPDX-License-Identifier: MIT
// Licences: every library that is shipped is listed with its text, and Debian's file of copyrights says whose each file
// is.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lib/root.mjs';
import { buildRenderer } from '../../build.mjs';
import { walk } from '../files.mjs';
import { shippedPackages } from '../licences.mjs';
import { test } from './harness.mjs';
import { contents } from './lists.mjs';

/** The npm package that a path is of. @param {string} path */
const packageOf = (path) => /.*node_modules\/(@[^/]+\/[^/]+|[^@/][^/]*)\//.exec(path)?.[1];

/** Those in the bundles of the main process, by their maps. @returns {string[]} */
function inMain() {
  const main = join(root, 'dist/main');
  const maps = readdirSync(main).filter((file) => file.endsWith('.cjs.map'));
  assert.ok(maps.length > 6);
  return maps.flatMap((map) => JSON.parse(readFileSync(join(main, map), 'utf8')).sources);
}

/**
 * Those in the page: what the bundler says of a build that gives the very bytes which are shipped. Maps would say
 * nothing of style sheets and fonts.
 * @param {string} outDir @returns {Promise<string[]>}
 */
async function inPage(outDir) {
  /** @type {string[]} */
  const sources = [];
  await buildRenderer({
    outDir,
    plugins: [
      {
        name: 'what-is-in-it',
        generateBundle(_options, bundle) {
          for (const part of Object.values(bundle))
            sources.push(...(part.type === 'chunk' ? Object.keys(part.modules) : part.originalFileNames));
        },
      },
    ],
  });
  const shipped = join(root, 'dist/renderer');
  assert.deepEqual(walk(outDir), walk(shipped));
  for (const path of walk(outDir).filter((name) => /\.\w+$/.test(name)))
    assert.ok(readFileSync(join(outDir, path)).equals(readFileSync(join(shipped, path))), path);
  return sources;
}

/**
 * Every package that is in a bundle, or lies beside, has its licence in the file that is shipped.
 * @param {string} out @param {string} scratch
 */
async function librariesAreListed(out, scratch) {
  const staged = join(out, 'stage/electron');
  const beside = walk(staged).filter((path) => path.startsWith('node_modules/'));
  const paths = { main: inMain(), page: await inPage(join(scratch, 'page')), beside };
  const found = Object.fromEntries(
    Object.entries(paths).map(([where, all]) => [where, new Set(all.map(packageOf).filter(Boolean))]),
  );
  // of each part one that is surely in it, so that an empty search is not taken for a good one
  for (const [where, name] of Object.entries({ main: 'zod', page: 'react-dom', beside: 'koffi' }))
    assert.ok(found[where]?.has(name), `${name} is not in ${where}`);
  for (const font of ['inter', 'jetbrains-mono'])
    assert.ok(found['page']?.has(`@fontsource-variable/${font}`));
  const listed = new Set(shippedPackages());
  const text = readFileSync(join(out, 'stage/licences/third-party-licences.txt'), 'utf8');
  for (const [where, names] of Object.entries(found))
    for (const name of names)
      assert.ok(listed.has(`${name}`), `${name} (${where}) is shipped without its licence`);
  for (const name of listed) {
    const [, part = ''] = text.split(`${'='.repeat(80)}\n${name} `);
    assert.match(part, /^\d[^\n]+\n[\w.-]+\n={80}\n\n\S/, `${name} is not in the file`);
  }
}

/** @param {string} folder */
function textsAreThere(folder) {
  const text = (/** @type {string} */ file) => readFileSync(join(folder, file), 'utf8');
  assert.match(text('GPL-2.0-only.txt'), /GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/);
  assert.match(text('Linux-syscall-note.txt'), /does \*not\* cover user programs/);
}

/** The paragraphs of a file of copyrights that name files. @param {string} text */
const stanzas = (text) =>
  text
    .split(/\n{2,}/)
    .filter((part) => part.startsWith('Files:'))
    .map((part) => {
      const field = (/** @type {string} */ name) =>
        new RegExp(`^${name}: *(.+(?:\\n .+)*)`, 'm').exec(part)?.[1] ?? '';
      const patterns = field('Files').split(/\s+/);
      return { patterns, copyright: field('Copyright'), licence: field('License') };
    });

/** As Debian matches: a star takes slashes, too. @param {string} pattern */
const matcher = (pattern) =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/**
 * Whose each file is by Debian's file of copyrights: the last paragraph that matches says it.
 * @param {string} deb @param {string} tree @param {string} name
 * @param {Record<string, [string, RegExp]>} expected by path: licence and whose
 */
function copyrights(deb, tree, name, expected) {
  const text = readFileSync(join(tree, 'usr/share/doc', name, 'copyright'), 'utf8');
  assert.doesNotMatch(text, /@[A-Z-]+@/);
  const all = stanzas(text);
  const files = contents(deb).flatMap(({ mode, path }) => (mode.startsWith('d') ? [] : [path]));
  for (const { patterns } of all)
    for (const pattern of patterns)
      assert.ok(
        files.some((path) => matcher(pattern).test(path)),
        `${pattern} names no file`,
      );
  for (const [path, [licence, whose]] of Object.entries(expected)) {
    assert.ok(files.includes(path), `${path} is not in the package`);
    const last = all.findLast(({ patterns }) => patterns.some((pattern) => matcher(pattern).test(path)));
    assert.equal(last?.licence, licence, path);
    assert.match(last?.copyright ?? '', whose, path);
  }
  for (const licence of new Set(all.map((stanza) => stanza.licence)))
    assert.match(text, new RegExp(`\\n\\nLicense: ${licence}\\n \\S`), `no text of ${licence}`);
  assert.match(text, /does \*not\* cover user programs/);
}

/** @param {string} deb @param {string} tree @param {string} name @param {Record<string, [string, RegExp]>} expected */
export async function testCopyrights(deb, tree, name, expected) {
  const [source = ''] = readdirSync(join(tree, 'usr/src'));
  const ours = /Routelens developers/;
  await test(`${name}.deb: says of each file whose it is, and under which terms`, () =>
    copyrights(deb, tree, name, {
      'usr/bin/routelens-cli': ['MIT', ours],
      'usr/libexec/routelens/routelens-helper': ['GPL-2.0-only', ours],
      [`usr/src/${source}/dkms.conf`]: ['GPL-2.0-only', ours],
      [`usr/src/${source}/include/uapi/rtmgr.h`]: ['GPL-2.0-only WITH Linux-syscall-note', ours],
      ...expected,
    }));
  await test(`${name}.deb: the source of the module has the texts of its licences`, () =>
    textsAreThere(join(tree, 'usr/src', source, 'LICENSES')));
}

/** @param {string} out of `npm run package` @param {string} scratch */
export async function testLicences(out, scratch) {
  await test('licences: every library that is shipped is listed with its text', () =>
    librariesAreListed(out, scratch));
  await test('licences: the texts of our own are there', () => {
    textsAreThere(join(out, 'stage/licences'));
    assert.ok(existsSync(join(out, 'stage/licences/LICENSE')));
  });
}
