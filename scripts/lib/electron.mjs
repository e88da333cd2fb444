// SPDX-License-Identifier: MIT
// Electron's binary: where it is, or one attempt to have it. npm ci does not fetch it, because many machines cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cache, root, say } from './root.mjs';

const remembered = join(cache, 'electron-not-available.json');

/** The binary that is there, null when there is none. */
export function findElectron() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const folders = override ? [override] : [join(root, 'node_modules/electron/dist')];
  return folders.map((folder) => join(folder, 'electron')).find((file) => existsSync(file)) ?? null;
}

const packageVersion = () => {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version;
  } catch {
    return null;
  }
};

/** Where the download comes from, as the package @electron/get reads it. */
const mirror = () =>
  new URL(
    process.env['ELECTRON_MIRROR'] ||
      process.env['npm_config_electron_mirror'] ||
      'https://github.com/electron/electron/releases/download/',
  );

/** Whether a connection can be made at all, within `ms`. @returns {Promise<boolean>} */
function isReachable(/** @type {URL} */ url, /** @type {number} */ ms) {
  // a proxy is the download's own business
  if (process.env['HTTPS_PROXY'] || process.env['https_proxy'] || url.protocol === 'file:')
    return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect(Number(url.port) || (url.protocol === 'http:' ? 80 : 443), url.hostname);
    const done = (/** @type {boolean} */ answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ms, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    setTimeout(() => done(false), ms).unref();
  });
}

/**
 * Tries to have the binary: once for each version of Electron, unless `again` asks for it.
 * @returns {Promise<{ binary: string } | { binary: null, why: string }>}
 */
export async function obtainElectron({ again = false } = {}) {
  const binary = findElectron();
  if (binary !== null) return { binary };
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH']) {
    return { binary: null, why: 'ELECTRON_OVERRIDE_DIST_PATH has no electron in it' };
  }
  const version = packageVersion();
  if (version === null) return { binary: null, why: 'its npm package is not installed' };
  if (!again && existsSync(remembered)) {
    const failure = JSON.parse(readFileSync(remembered, 'utf8'));
    if (failure.version === version) return { binary: null, why: failure.why };
  }
  const url = mirror();
  say(`Electron ${version}: trying its download from ${url.hostname}, once`);
  let why = `its binary could not be downloaded: ${url.hostname} cannot be reached`;
  if (await isReachable(url, 3000)) {
    const { status, error, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/electron/install.js')],
      { cwd: root, stdio: ['ignore', 2, 'pipe'], timeout: 180_000, encoding: 'utf8' },
    );
    const installed = findElectron();
    if (status === 0 && installed !== null) return { binary: installed };
    const words = error ? error.message : (stderr.trim().split('\n')[0] ?? '');
    why = `its binary could not be downloaded: ${words || `exit code ${status}`}`;
  }
  mkdirSync(cache, { recursive: true });
  writeFileSync(remembered, JSON.stringify({ version, why }));
  return { binary: null, why };
}
