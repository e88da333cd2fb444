// SPDX-License-Identifier: MIT
// What is in the packages: lists, modes, archives, licences, programs; nothing of it is run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasCommand } from '../../lib/packages.mjs';
import { root } from '../../lib/root.mjs';
import { ICONS, ICON_SIZES, drawn, iconFolder } from '../../icons.mjs';
import { arch, rtmgrVersion, version } from '../facts.mjs';
import { walk } from '../files.mjs';
import { shippedPackages } from '../licences.mjs';
import { record, test } from './harness.mjs';

/** @param {string[]} words */
const read = ([command = '', ...args]) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** Files without hashes in their names, which change with their content. @param {string[]} paths */
const unhashed = (paths) =>
  paths.map((path) => path.replace(/-[\w-]{8}\.(js|css|woff2)$/, '-HASH.$1')).sort();

const BUNDLES = ['cli', 'lab-child', 'receiver', 'sender', 'table', 'trace'];
const KOFFI = `node_modules/@koromix/koffi-linux-${arch.node}`;

/** Of the program as it is staged for a shell. @param {string[]} own */
const appFiles = (own) => [
  ...[...BUNDLES, ...own].map((name) => `dist/main/${name}.cjs`),
  'dist/renderer/assets/index-HASH.css',
  'dist/renderer/assets/index-HASH.js',
  'dist/renderer/assets/inter-latin-wght-normal-HASH.woff2',
  'dist/renderer/assets/jetbrains-mono-latin-wght-normal-HASH.woff2',
  'dist/renderer/index.html',
  `${KOFFI}/index.js`,
  `${KOFFI}/linux_${arch.node}/koffi.node`,
  `${KOFFI}/package.json`,
  'node_modules/koffi/LICENSE.txt',
  'node_modules/koffi/index.cjs',
  'node_modules/koffi/package.json',
  'node_modules/koffi/src/koffi/index.cjs',
  'node_modules/koffi/src/koffi/src/static.cjs',
  'node_modules/koffi/src/koffi/src/trampolines.cjs',
  'package.json',
];

/** What `dpkg-deb -c` says. @param {string} deb */
const contents = (deb) =>
  read(['dpkg-deb', '-c', deb])
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/);
      return { mode, owner, path: path.replace(/^\.\//, '') };
    });

/** The sources of the module, as the makefile of the clone finds them. */
const moduleSources = () =>
  ['core', 'include', 'message', 'module'].flatMap((folder) =>
    walk(join(root, 'kernel', folder))
      .filter((path) => /\.[ch]$/.test(path))
      .map((path) => `${folder}/${path}`),
  );

/** @param {string} deb @param {string[]} own */
function debList(deb, own) {
  const icons = ICONS.flatMap(([name, kind]) => [
    `scalable/${kind}/${name}.svg`,
    ...ICON_SIZES.map((size) => `${size}x${size}/${kind}/${name}.png`),
  ]);
  const expected = [
    'usr/bin/routelens',
    'usr/bin/routelens-cli',
    ...appFiles(own).map((path) => `usr/lib/routelens/${path}`),
    'usr/lib/routelens/rtmgr-user',
    'usr/libexec/routelens/routelens-helper',
    'usr/libexec/routelens/routelens-worker',
    'usr/share/applications/routelens.desktop',
    ...['changelog.gz', 'copyright', 'third-party-licences.txt'].map(
      (file) => `usr/share/doc/routelens-chromium/${file}`,
    ),
    ...icons.map((path) => `usr/share/icons/hicolor/${path}`),
    'usr/share/mime/packages/routelens.xml',
    'usr/share/polkit-1/actions/org.routelens.policy',
    ...['Kbuild', 'dkms.conf', ...moduleSources()].map((path) => `usr/src/rtmgr-${rtmgrVersion}/${path}`),
  ];
  const files = contents(deb).filter(({ mode }) => !mode.startsWith('d'));
  assert.deepEqual(unhashed(files.map(({ path }) => path)), expected.sort());
}

/** Nothing is set-user-id, writable by others, or anybody's but root's. @param {string} deb */
function debModes(deb) {
  const programs = /^usr\/bin\/|\/rtmgr-user$|\/routelens-(helper|worker)$|\/trampolines\.cjs$/;
  for (const { mode, owner, path } of contents(deb)) {
    const expected = mode.startsWith('d') ? 'drwxr-xr-x' : programs.test(path) ? '-rwxr-xr-x' : '-rw-r--r--';
    assert.equal(`${mode} ${owner} ${path}`, `${expected} root/root ${path}`);
  }
}

/** @param {string} deb */
function debControl(deb) {
  const field = (/** @type {string} */ name) => read(['dpkg-deb', '-f', deb, name]).trim();
  assert.equal(field('Package'), 'routelens-chromium');
  assert.equal(field('Version'), version);
  assert.equal(field('Architecture'), arch.debian);
  const depends = field('Depends');
  for (const name of [
    /nodejs \(>= 20\.19\)/,
    /chromium/,
    /libc6 \(>= 2\.\d+\)/,
    /libstdc\+\+6/,
    /util-linux/,
  ])
    assert.match(depends, name);
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

/** @param {string} tree of the deb @param {string} scratch */
function desktop(tree, scratch) {
  const entry = join(tree, 'usr/share/applications/routelens.desktop');
  const text = readFileSync(entry, 'utf8');
  for (const [, program = ''] of text.matchAll(/^Exec=(\S+)/gm))
    assert.ok(existsSync(join(tree, 'usr/bin', program)));
  const icon = /^Icon=(.+)$/m.exec(text)?.[1];
  assert.ok(existsSync(join(tree, `usr/share/icons/hicolor/48x48/apps/${icon}.png`)));
  if (hasCommand('desktop-file-validate')) read(['desktop-file-validate', entry]);
  const policy = readFileSync(join(tree, 'usr/share/polkit-1/actions/org.routelens.policy'), 'utf8');
  const paths = [...policy.matchAll(/policykit\.exec\.path">(.+?)</g)].map(([, path = '']) => path);
  assert.equal(paths.length, 2);
  for (const path of paths) assert.ok(existsSync(join(tree, path)), `${path} is not in the package`);
  assert.match(policy, new RegExp(`<icon_name>${icon}</icon_name>`));
  if (!hasCommand('update-mime-database')) return;
  const mime = join(scratch, 'mime');
  mkdirSync(join(mime, 'packages'), { recursive: true });
  read(['cp', join(tree, 'usr/share/mime/packages/routelens.xml'), join(mime, 'packages')]);
  read(['update-mime-database', mime]);
  assert.match(readFileSync(join(mime, 'globs2'), 'utf8'), /^50:application\/x-pcapng:\*\.pcapng$/m);
  // the first twelve bytes of a capture, little endian
  const magic = readFileSync(join(mime, 'magic'), 'latin1');
  assert.ok(magic.includes('application/x-pcapng') && magic.includes('\x0a\x0d\x0d\x0a'));
  assert.ok(magic.includes('\x4d\x3c\x2b\x1a') && magic.includes('\x1a\x2b\x3c\x4d'));
}

/** Every package that is in a bundle has its licence in the file that is shipped. @param {string} licences */
function licencesAreWhole(licences) {
  const text = readFileSync(join(licences, 'third-party-licences.txt'), 'utf8');
  const main = join(root, 'dist/main');
  const maps = readdirSync(main).filter((file) => file.endsWith('.cjs.map'));
  assert.ok(maps.length > BUNDLES.length);
  const bundled = new Set(['koffi']);
  for (const map of maps)
    for (const source of /** @type {string[]} */ (
      JSON.parse(readFileSync(join(main, map), 'utf8')).sources
    )) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
      if (name !== undefined) bundled.add(name);
    }
  assert.ok(bundled.has('zod'));
  const listed = new Set(shippedPackages());
  for (const name of bundled) assert.ok(listed.has(name), `${name} is shipped without its licence`);
  for (const name of listed) assert.match(text, new RegExp(`^${name.replaceAll('/', '\\/')} \\d`, 'm'));
  assert.match(readFileSync(join(licences, 'GPL-2.0-only.txt'), 'utf8'), /GNU GENERAL PUBLIC LICENSE/);
  assert.ok(existsSync(join(licences, 'LICENSE')));
}

/** Electron's folder: all is there, and nothing runs with another's rights. @param {string} folder */
async function electronFolder(folder) {
  const files = walk(folder);
  for (const path of files) {
    const stat = lstatSync(join(folder, path));
    assert.ok(!stat.isSymbolicLink(), `${path} is a link`);
    const isProgram = /^(routelens|chrome-sandbox|chrome_crashpad_handler|resources\/rtmgr-user)$/.test(path);
    const expected = stat.isDirectory() || isProgram ? 0o755 : 0o644;
    assert.equal(stat.mode & 0o6022, 0, path);
    // libraries are executable in Electron's zip
    if (/\.so(\.\d+)?$/.test(path)) continue;
    assert.equal((stat.mode & 0o7777).toString(8), expected.toString(8), path);
  }
  assert.ok(!files.includes('resources/default_app.asar') && !files.includes('resources/app'));
  const resources = new Set(files.map((path) => path.replace(/^resources\//, '')));
  const { listPackage, statFile } = await import('@electron/asar');
  const archive = join(folder, 'resources/app.asar');
  const inside = listPackage(archive, { isPack: false })
    .map((path) => path.slice(1))
    .filter((path) => !('files' in statFile(archive, path)));
  assert.deepEqual(unhashed(inside), appFiles(['electron', 'preload']).sort());
  // a library cannot be loaded out of an archive, so it lies beside; nothing else has to
  const native = `${KOFFI}/linux_${arch.node}/koffi.node`;
  for (const path of inside) {
    const entry = statFile(archive, path);
    const isOutside = 'unpacked' in entry && entry.unpacked === true;
    if (path === native) assert.ok(isOutside, `${path} is in the archive`);
    assert.equal(isOutside, resources.has(`app.asar.unpacked/${path}`), path);
    assert.ok(!isOutside || path.startsWith(`${KOFFI}/`), `${path} is outside of the archive`);
  }
  // helper and module belong to deb and tar.gz: nobody can use them from an AppImage
  assert.ok(!files.some((path) => /routelens-(helper|worker)|\.ko$|dkms/.test(path)));
}

/** @param {string} out of `npm run package` @param {string} scratch */
export async function testContent(out, scratch) {
  const deb = join(out, `routelens-chromium_${version}_${arch.debian}.deb`);
  const tree = join(scratch, 'tree');
  await test('deb: has exactly the files that it should', () => debList(deb, ['chromium']));
  await test('deb: all belongs to root, and nothing is set-user-id', () => debModes(deb));
  await test('deb: says what it is and what it needs', () => debControl(deb));
  read(['dpkg-deb', '-x', deb, tree]);
  for (const program of [
    'usr/libexec/routelens/routelens-helper',
    'usr/libexec/routelens/routelens-worker',
    'usr/lib/routelens/rtmgr-user',
  ])
    await test(`${program}: is hardened`, () => isHardened(join(tree, program)));
  await test('icons: every size is there, of the drawings as they are', icons);
  await test('desktop entry, polkit actions and MIME type fit the package', () => desktop(tree, scratch));
  await test('licences: all that is shipped has its own', () =>
    licencesAreWhole(join(out, 'stage/licences')));
  const standIn = join(out, 'electron/stand-in');
  const unpacked = join(out, 'electron/linux-unpacked');
  const folder = [standIn, unpacked].find((path) => existsSync(path));
  if (folder === undefined) record('failed', "Electron's folder", 'there is none');
  else
    await test("Electron's folder: lists, modes, and what is in the archive", () => electronFolder(folder));
}
