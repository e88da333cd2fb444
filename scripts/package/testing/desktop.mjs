// SPDX-License-Identifier: MIT
// What a desktop sees of a package: its entry, icons, polkit actions, and the type that a capture has by it.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ICONS, ICON_SIZES, drawn, iconFolder } from '../../icons.mjs';
import { test } from './harness.mjs';
import { read } from './lists.mjs';

/** Width and height of a PNG. @param {string} file */
const pngSize = (file) => {
  const bytes = readFileSync(file);
  return [bytes.toString('latin1', 12, 16), bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

function icons() {
  for (const [name] of ICONS)
    for (const size of ICON_SIZES)
      assert.deepEqual(pngSize(join(iconFolder, `${size}x${size}/${name}.png`)), ['IHDR', size, size]);
  const seen = readFileSync(join(iconFolder, 'made-from'), 'utf8');
  assert.equal(seen, drawn(), 'the PNGs are of other drawings: npm run icons');
}

/** An icon is there in every size, and as a drawing. @param {string} tree @param {string} kind @param {string} name */
function hasIcon(tree, kind, name) {
  const theme = join(tree, 'usr/share/icons/hicolor');
  const files = ICON_SIZES.map((size) => `${size}x${size}/${kind}/${name}.png`);
  for (const file of [...files, `scalable/${kind}/${name}.svg`])
    assert.ok(existsSync(join(theme, file)), `${file} is not in the icon set`);
}

/** @param {string} tree of a deb */
function entry(tree) {
  const file = join(tree, 'usr/share/applications/routelens.desktop');
  const text = readFileSync(file, 'utf8');
  const programs = [...text.matchAll(/^Exec=(\S+)/gm)].map(([, program = '']) => program);
  assert.deepEqual(programs, ['routelens', 'routelens']);
  assert.ok(existsSync(join(tree, 'usr/bin/routelens')));
  hasIcon(tree, 'apps', /^Icon=(.+)$/m.exec(text)?.[1] ?? '');
  assert.equal(read(['desktop-file-validate', file]).trim(), '');
}

/**
 * The validator finds what is wrong: else a test with it would say nothing.
 * @param {string} tree @param {string} scratch
 */
function entryWouldBeRefused(tree, scratch) {
  const text = readFileSync(join(tree, 'usr/share/applications/routelens.desktop'), 'utf8');
  const file = join(scratch, 'broken.desktop');
  writeFileSync(file, text.replace(/^Categories=.*$/m, 'Categories=Nonsense;'));
  assert.throws(() => read(['desktop-file-validate', file]));
}

/** @param {string} tree of a deb */
function polkitActions(tree) {
  const file = join(tree, 'usr/share/polkit-1/actions/org.routelens.policy');
  read(['xmllint', '--noout', '--nonet', '--dtdvalid', '/usr/share/polkit-1/policyconfig-1.dtd', file]);
  const policy = readFileSync(file, 'utf8');
  const paths = [...policy.matchAll(/policykit\.exec\.path">(.+?)</g)].map(([, path = '']) => path);
  assert.equal(paths.length, 2);
  for (const path of paths) assert.ok(existsSync(join(tree, path)), `${path} is not in the package`);
  hasIcon(tree, 'apps', /<icon_name>(.+)<\/icon_name>/.exec(policy)?.[1] ?? '');
}

/** The head of a capture: a section header block without options. @param {boolean} isLittle */
function sectionHeader(isLittle) {
  const bytes = Buffer.alloc(28);
  const put = (/** @type {number} */ value, /** @type {number} */ at) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  put(0x0a0d0d0a, 0);
  put(bytes.length, 4);
  put(0x1a2b3c4d, 8);
  // version 1.0; the length of the section is not known
  put(isLittle ? 0x00000001 : 0x00010000, 12);
  bytes.fill(0xff, 16, 24);
  put(bytes.length, 24);
  return bytes;
}

/**
 * What GLib tells of files, by the types of shared-mime-info and by ours, and by no others of this machine.
 * @param {string} tree @param {string} scratch
 */
function mimeType(tree, scratch) {
  const share = join(scratch, 'share');
  const ours = join(tree, 'usr/share/mime/packages/routelens.xml');
  mkdirSync(join(share, 'mime/packages'), { recursive: true });
  cpSync('/usr/share/mime/packages/freedesktop.org.xml', join(share, 'mime/packages/freedesktop.org.xml'));
  const nowhere = join(scratch, 'nowhere');
  const facts = (/** @type {string} */ file) => {
    const places = [`XDG_DATA_DIRS=${share}`, `XDG_DATA_HOME=${nowhere}`];
    const text = read([
      'env',
      ...places,
      'LC_ALL=C',
      'gio',
      'info',
      '--attributes=standard::content-type,standard::icon',
      file,
    ]);
    const type = /content-type: (.+)/.exec(text)?.[1];
    return { type, icons: /standard::icon: (.+)/.exec(text)?.[1]?.split(', ') ?? [] };
  };
  /** @type {Record<string, [Buffer, string]>} without a name that says anything, but for the last three */
  const files = {
    little: [sectionHeader(true), 'application/x-pcapng'],
    big: [sectionHeader(false), 'application/x-pcapng'],
    // a magic of neither byte order, and the older format, which is not ours to name
    'not-a-capture': [Buffer.from(sectionHeader(true)).fill(0, 8, 12), 'application/octet-stream'],
    'broken.pcapng': [Buffer.from('nothing of a capture\n'), 'application/x-pcapng'],
    'named.pcapng': [sectionHeader(true), 'application/x-pcapng'],
    'named.pcap': [Buffer.from('d4c3b2a1020004000000000000000000', 'hex'), 'application/vnd.tcpdump.pcap'],
  };
  const folder = join(scratch, 'captures');
  mkdirSync(folder);
  for (const [name, [bytes]] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  read(['update-mime-database', join(share, 'mime')]);
  assert.equal(facts(join(folder, 'little')).type, 'application/octet-stream', 'known without us');
  cpSync(ours, join(share, 'mime/packages/routelens.xml'));
  read(['update-mime-database', join(share, 'mime')]);
  for (const [name, [, type]] of Object.entries(files))
    assert.equal(facts(join(folder, name)).type, type, name);
  const [icon = ''] = facts(join(folder, 'little')).icons;
  hasIcon(tree, 'mimetypes', icon);
  hasIcon(tree, 'mimetypes', /<generic-icon name="(.+?)"/.exec(readFileSync(ours, 'utf8'))?.[1] ?? '');
}

/** @param {string} tree of a deb @param {string} scratch */
export async function testDesktop(tree, scratch) {
  await test('icons: every size is there, of the drawings as they are', icons);
  await test('desktop entry: is valid, and its program and its icon are in the package', () => entry(tree));
  await test('desktop entry: the validator would tell a mistake', () => entryWouldBeRefused(tree, scratch));
  await test('polkit actions: are valid, and about what is in the package', () => polkitActions(tree));
  await test('MIME type: a capture is known by its first bytes and by its name, and has an icon', () =>
    mimeType(tree, scratch));
}
