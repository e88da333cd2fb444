// SPDX-License-Identifier: MIT
// The names that an administrator gave to tables and protocols: iproute2's rt_tables, rt_protos and rt_scopes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { useNames } from './names.ts';
import type { SystemNames } from './names.ts';

/** What is in a file of lines `NUMBER NAME`, numbers decimal or 0x; `#` starts a comment. Other lines are skipped. */
export function parseNames(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(0x[0-9a-f]+|\d+)\s+([^\s#]\S*)/i.exec(line);
    if (!match?.[1] || !match[2]) continue;
    const value = Number(match[1]);
    if (Number.isSafeInteger(value) && value <= 0xffffffff && !names.has(value)) names.set(value, match[2]);
  }
  return names;
}

/** null when the file is not there or can't be read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Newer iproute2 ships its files in /usr and takes the administrator's from /etc instead; the .d folders add to them. */
const FOLDERS = ['/usr/lib/iproute2', '/usr/share/iproute2', '/etc/iproute2'];

function names(folders: readonly string[], file: string): Map<number, string> {
  let base: string | null = null;
  for (const folder of folders) base = read(join(folder, file)) ?? base;
  const all = parseNames(base ?? '');
  for (const folder of folders)
    for (const name of list(join(folder, `${file}.d`)))
      if (name.endsWith('.conf'))
        for (const [value, text] of parseNames(read(join(folder, `${file}.d`, name)) ?? ''))
          all.set(value, text);
  return all;
}

/** Reads the system's files and uses their names in this thread. What is missing leaves the built-in names. */
export function loadNames(folders: readonly string[] = FOLDERS): SystemNames {
  const found: SystemNames = {
    tables: names(folders, 'rt_tables'),
    protocols: names(folders, 'rt_protos'),
    scopes: names(folders, 'rt_scopes'),
  };
  useNames(found);
  return found;
}
