// SPDX-License-Identifier: MIT
// For tests: the scripted helper, its script, and the folder that stands for the machine's root.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ScriptedHelper {
  /** Folder that stands for /. */
  root: string;
  /** What the helper does from now on. */
  script(what: object): void;
  /** A file under the root. */
  put(path: string, text: string | Uint8Array): void;
  remove(path: string): void;
  end(): void;
}

const NAMES = ['ROUTELENS_HELPER', 'ROUTELENS_SCRIPT', 'ROUTELENS_ROOT'] as const;

/** A machine whose kernel takes modules, without rtmgr, headers or anything else. */
export function scriptedHelper(): ScriptedHelper {
  const folder = mkdtempSync(join(tmpdir(), 'routelens-helper-'));
  const root = join(folder, 'root');
  const file = join(folder, 'script.json');
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  process.env['ROUTELENS_HELPER'] = join(import.meta.dirname, '../../e2e/support/scripted-helper.py');
  process.env['ROUTELENS_SCRIPT'] = file;
  process.env['ROUTELENS_ROOT'] = root;
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const script = (what: object): void => writeFileSync(file, JSON.stringify(what));
  script({});
  put('proc/modules', '');
  put('etc/os-release', 'ID=debian\n');
  return {
    root,
    script,
    put,
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    end() {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const INSTALLED = `lib/modules/${release()}/updates/dkms/rtmgr.ko`;
export const HEADERS = `lib/modules/${release()}/build/Makefile`;
