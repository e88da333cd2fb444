// SPDX-License-Identifier: MIT
// Which package brings the headers of the running kernel.
import { readFileSync } from 'node:fs';
import { KERNEL, under } from './place.ts';

/** Distributions by the ID or ID_LIKE of os-release(5). */
const PACKAGES: readonly (readonly [ids: readonly string[], name: string])[] = [
  [['debian', 'ubuntu'], `linux-headers-${KERNEL}`],
  [['fedora', 'rhel', 'centos'], `kernel-devel-${KERNEL}`],
  [['opensuse', 'suse'], 'kernel-default-devel'],
  [['arch'], 'linux-headers'],
  [['alpine'], 'linux-lts-dev'],
  [['gentoo'], 'sys-kernel/gentoo-sources'],
];

export function headersPackage(): string {
  let text = '';
  try {
    text = readFileSync(under('/etc/os-release'), 'utf8');
  } catch {
    // the first one is as good as any
  }
  const ids = new Set(
    [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => match[1]!.split(' ')),
  );
  return (PACKAGES.find(([known]) => known.some((id) => ids.has(id))) ?? PACKAGES[0]!)[1];
}
