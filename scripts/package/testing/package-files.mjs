// SPDX-License-Identifier: MIT
// What is in the debs and archives: lists, modes, owners, control data, programs; nothing of it is run.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lib/root.mjs';
import { arch, version } from '../facts.mjs';
import { test } from './harness.mjs';
import { archiveFiles, contents, debFiles, read, unhashed } from './lists.mjs';

/** Programs of ours, in debs and archives; of koffi's files one is executable, too, as it comes. */
const OURS = /(^|\/)(routelens|routelens-cli|rtmgr-user|routelens-(helper|worker)|trampolines\.cjs)$/;
const SCRIPTS = /\/system\/(un)?install-system$/;
/** Electron's; its libraries are executable, as they come. */
const ELECTRONS = /\/lib\/routelens\/(chrome-sandbox|chrome_crashpad_handler|lib\w+\.so(\.\d+)?)$/;

/**
 * Nothing is set-user-id, writable by others, or anybody's but root's. Links are the program's own name only.
 * @param {string} file @param {Record<string, string>} links
 */
function modesAndOwners(file, links) {
  const owner = file.endsWith('.deb') ? 'root/root' : '0/0';
  /** @type {Record<string, string>} */
  const seen = {};
  for (const { mode, owner: by, path, target } of contents(file)) {
    const isProgram = !mode.startsWith('d') && [OURS, SCRIPTS, ELECTRONS].some((names) => names.test(path));
    let expected = mode.startsWith('d') ? 'drwxr-xr-x' : isProgram ? '-rwxr-xr-x' : '-rw-r--r--';
    if (mode.startsWith('l')) {
      seen[path] = target;
      expected = 'lrwxrwxrwx';
    }
    assert.equal(`${mode} ${by} ${path}`, `${expected} ${owner} ${path}`);
  }
  assert.deepEqual(seen, links);
}

/** @param {string} file @param {string[]} expected @param {string} [above] the one folder of an archive */
function listIs(file, expected, above = '') {
  const files = contents(file).filter(({ mode }) => !mode.startsWith('d'));
  const paths = files.map(({ path }) => path);
  for (const path of paths) assert.ok(path.startsWith(above), `${path} is not below ${above}`);
  assert.deepEqual(unhashed(paths.map((path) => path.slice(above.length))), expected.sort());
}

/** @param {string} deb @param {string} name @param {RegExp[]} needs */
function debControl(deb, name, needs) {
  const field = (/** @type {string} */ word) => read(['dpkg-deb', '-f', deb, word]).trim();
  assert.equal(field('Package'), name);
  assert.equal(field('Version'), version);
  assert.equal(field('Architecture'), arch.debian);
  assert.equal(field('Conflicts'), name === 'routelens' ? 'routelens-chromium' : 'routelens');
  assert.equal(field('Replaces'), field('Conflicts'));
  const depends = field('Depends');
  for (const needed of [/libc6 \(>= 2\.\d+\)/, /libstdc\+\+6/, /util-linux/, ...needs])
    assert.match(depends, needed);
  assert.match(field('Recommends'), /pkexec.*polkitd.*dkms/);
  const scripts = read(['dpkg-deb', '-I', deb]);
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm'])
    assert.match(scripts, new RegExp(`\\* +${script} `));
}

/** What an attacker would have to get past is there, and no path of this machine. @param {string} file */
function isHardened(file) {
  const text = read(['readelf', '-W', '-h', '-l', '-d', '-s', file]);
  assert.match(text, /Type: +DYN/, 'position independent');
  assert.match(text, /GNU_RELRO/);
  assert.match(text, /BIND_NOW|FLAGS.*NOW/);
  assert.match(text, /GNU_STACK.* RW +0x/, 'no executable stack');
  assert.match(text, /__stack_chk_fail/);
  const bytes = readFileSync(file, 'latin1');
  assert.ok(!bytes.includes(root), `${file} names the folder that it was built in`);
}

/** @param {string} tree of a deb @param {string} rtmgrUser where it is in there */
export async function testPrograms(tree, rtmgrUser) {
  const helpers = ['helper', 'worker'].map((name) => `usr/libexec/routelens/routelens-${name}`);
  for (const program of [...helpers, rtmgrUser])
    await test(`${program}: is hardened`, () => isHardened(join(tree, program)));
}

/**
 * @param {string} name of the package
 * @param {{ deb: string, archive: string, program: string[], needs: RegExp[] }} what the two files, what is to be in
 *   the program's folder, and what the deb depends on
 */
export async function testPackages(name, { deb, archive, program, needs }) {
  const isLinked = name === 'routelens';
  const above = `${name}-${version}-linux-${arch.node}`;
  await test(`${name}.deb: has exactly the files that it should`, () => listIs(deb, debFiles(name, program)));
  await test(`${name}.deb: all belongs to root, and nothing is set-user-id`, () =>
    modesAndOwners(deb, isLinked ? { 'usr/bin/routelens': '../lib/routelens/routelens' } : {}));
  await test(`${name}.deb: says what it is and what it needs`, () => debControl(deb, name, needs));
  await test(`${name}.tar.gz: has exactly the files that it should`, () =>
    listIs(archive, archiveFiles(program), `${above}/`));
  await test(`${name}.tar.gz: all belongs to root, and nothing is set-user-id`, () =>
    modesAndOwners(archive, isLinked ? { [`${above}/routelens`]: 'lib/routelens/routelens' } : {}));
}
