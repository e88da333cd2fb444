// SPDX-License-Identifier: MIT
// What is there now: the kernel, its headers, the module's files, the helper, and what /sys/module says of a loaded one.
// Files alone; nobody is asked, no privilege is needed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleLife } from '../../app/contract/index.ts';
import { INSTALLATION } from '../helper/installation.ts';
import { helperPlace } from '../helper/place.ts';
import { headersPackage } from './headers.ts';
import { moduleHolders } from './holders.ts';
import type { Modinfo } from './modinfo.ts';
import { readModinfo } from './modinfo.ts';
import { HEADERS, INSTALLED, KERNEL, builtPlace, loadedFolder, sourceFolder, under } from './place.ts';

export type Facts = Pick<
  ModuleLife,
  'kernel' | 'headers' | 'built' | 'canBuild' | 'installed' | 'installation' | 'helper' | 'loaded'
> & {
  /** CONFIG_MODULES. */
  canLoad: boolean;
  /** The built module is for the kernel that runs. */
  isBuiltForThis: boolean;
};

const UNSET = 0xffff_ffff;

/** By path; `stamp` tells whether the file has changed. */
const remembered = new Map<string, { stamp: string; info: Modinfo }>();

async function infoOf(path: string): Promise<Modinfo | null> {
  let stamp: string;
  try {
    const { mtimeMs, size, ino } = statSync(path);
    stamp = `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
  const known = remembered.get(path);
  if (known?.stamp === stamp) return known.info;
  const info = await readModinfo(path);
  remembered.set(path, { stamp, info });
  return info;
}

async function built(): Promise<ModuleLife['built']> {
  const path = builtPlace()?.result;
  if (path === undefined) return null;
  const info = await infoOf(path);
  return info && { path, version: info.version ?? '', vermagic: (info.vermagic ?? '').trim() };
}

async function installed(): Promise<ModuleLife['installed']> {
  for (const path of INSTALLED) {
    const info = await infoOf(under(path));
    if (info) return { path, version: info.version ?? '' };
  }
  return null;
}

function loaded(): ModuleLife['loaded'] {
  const folder = loadedFolder();
  if (!existsSync(folder)) return null;
  const said = (name: string): string => {
    try {
      return readFileSync(join(folder, name), 'utf8').trim();
    } catch {
      return '';
    }
  };
  const number = (name: string): number | null => {
    const text = said(name);
    return /^\d+$/.test(text) && Number(text) !== UNSET ? Number(text) : null;
  };
  return {
    version: said('version'),
    srcversion: said('srcversion'),
    refcount: number('refcnt') ?? 0,
    bytes: number('coresize') ?? 0,
    owner: number('parameters/owner'),
    maxRoutes: number('parameters/max_routes'),
    holders: moduleHolders(),
  };
}

export async function lookAround(): Promise<Facts> {
  const ofClone = await built();
  const { path, isThere, hasPolkit } = helperPlace();
  return {
    kernel: KERNEL,
    headers: { isThere: existsSync(under(join(HEADERS, 'Makefile'))), package: headersPackage() },
    built: ofClone,
    canBuild: sourceFolder() !== null,
    installed: await installed(),
    installation: INSTALLATION,
    helper: { path, isThere, hasPolkit },
    loaded: loaded(),
    canLoad: existsSync(under('/proc/modules')),
    isBuiltForThis: ofClone !== null && ofClone.vermagic.split(' ')[0] === KERNEL,
  };
}
