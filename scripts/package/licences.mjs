// SPDX-License-Identifier: MIT
// The licences of what is shipped: every npm package that the program depends on when it runs, bundled or not, with the
// text that came with it. A package without a text, or under a licence that nobody has looked at, ends the packaging.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { arch } from './facts.mjs';

/** Those that may be shipped under these terms: the text goes with it, and nothing else is asked. */
const ALLOWED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'OFL-1.1']);

/** Packages whose archive holds no text: it is the usual one, with what their package.json says. @type {Record<string, string>} */
const WITHOUT_TEXT = { 'client-only': 'Copyright (c) Meta Platforms, Inc. and affiliates.' };

/** koffi's library for this architecture. npm calls it optional, since there is one for each; its text is koffi's. */
const NATIVE = `@koromix/koffi-linux-${arch.node}`;

/** @returns {string} */
function mitText(/** @type {string} */ copyright) {
  const [, ...rest] = readFileSync(join(root, 'LICENSE'), 'utf8').split(/^Copyright.*$/m);
  return `MIT License\n\n${copyright}${rest.join('')}`;
}

/** Names of the packages that are in the program, sorted. @returns {string[]} */
export function shippedPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(
    /** @type {Record<string, { dev?: boolean, devOptional?: boolean, optional?: boolean }>} */ (
      lock.packages
    ),
  )
    .filter(
      ([path, entry]) =>
        path === `node_modules/${NATIVE}` ||
        (path.startsWith('node_modules/') && !entry.dev && !entry.devOptional && !entry.optional),
    )
    .map(([path]) => path.slice('node_modules/'.length))
    .sort();
}

/** @param {string} name */
function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { license: licence, version } = manifest;
  if (!ALLOWED.has(licence)) throw new Error(`${name} is under ${licence}: may it be shipped?`);
  const from = name === NATIVE ? join(root, 'node_modules/koffi') : folder;
  const files = readdirSync(from)
    .filter((file) => /^(licen[cs]e|copying|notice|copyrightnotice)/i.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(join(from, file), 'utf8').trim());
  const copyright = WITHOUT_TEXT[name];
  if (texts.length === 0 && copyright !== undefined) texts.push(mitText(copyright).trim());
  if (texts.length === 0) throw new Error(`${name} has no text of its licence (${licence})`);
  return { name, version, licence, text: texts.join('\n\n') };
}

/** The file that goes with each package. */
export function thirdPartyLicences() {
  if (!existsSync(join(root, 'node_modules'))) throw new Error('node_modules is missing: run npm ci');
  const line = '='.repeat(80);
  const parts = shippedPackages().map((name) => {
    const { version, licence, text } = licenceOf(name);
    return `${line}\n${name} ${version}\n${licence}\n${line}\n\n${text}\n`;
  });
  return `Libraries in Routelens, and their licences.\n\n${parts.join('\n')}`;
}
