// SPDX-License-Identifier: MIT
// npm run icons: draws the PNG icons from packaging/icons/*.svg with the machine's Chromium. They are kept in the
// repository, since another Chromium draws other bytes; `made-from` says which drawing they are of.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './lib/root.mjs';

export const ICON_SIZES = [16, 22, 24, 32, 48, 64, 128, 256, 512];
export const iconFolder = join(root, 'packaging/icons');

/** The drawings: file name without its end, and its folder in the icon theme. @type {[string, string][]} */
export const ICONS = [
  ['routelens', 'apps'],
  ['application-x-pcapng', 'mimetypes'],
];

/** One line for each drawing, as sha256sum writes them. */
export const drawn = () =>
  readdirSync(iconFolder)
    .filter((name) => name.endsWith('.svg'))
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(iconFolder, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');

async function main() {
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({
    executablePath: process.env['ROUTELENS_CHROMIUM'] ?? '/usr/lib/chromium/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  for (const size of ICON_SIZES) {
    const folder = join(iconFolder, `${size}x${size}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    for (const [name] of ICONS) {
      const svg = readFileSync(join(iconFolder, `${name}.svg`)).toString('base64');
      await page.setContent(
        `<style>html,body{margin:0;background:none}img{display:block}</style><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${svg}">`,
      );
      await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
    }
    await page.close();
  }
  await browser.close();
  writeFileSync(join(iconFolder, 'made-from'), drawn());
  say(`${ICONS.length} drawings in ${ICON_SIZES.length} sizes: packaging/icons/`);
}

if (process.argv[1] === import.meta.filename) await main();
