// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forbidden } from './lab-forbidden.ts';
import { openLab } from './lab.ts';

const settings =
  (values: Record<string, string>) =>
  (path: string): string | null =>
    values[path] ?? null;

describe('why there is no Lab', () => {
  it.each([
    [
      { 'user/max_user_namespaces': '0' },
      true,
      'user.max_user_namespaces',
      'sysctl -w user.max_user_namespaces=15000',
    ],
    [
      { 'user/max_net_namespaces': '0' },
      false,
      'user.max_net_namespaces',
      'sysctl -w user.max_net_namespaces=15000',
    ],
    [
      { 'kernel/unprivileged_userns_clone': '0' },
      false,
      'unprivileged_userns_clone is 0',
      'unprivileged_userns_clone=1',
    ],
    [
      { 'kernel/apparmor_restrict_unprivileged_userns': '1' },
      false,
      'AppArmor',
      'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
  ])('is said with the way out: %j', (values, root, why, wayOut) => {
    const error = forbidden('unshare failed', root, settings(values));
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(error.why).toContain(why);
    expect(error.wayOut).toContain(wayOut);
  });

  it('does not blame a setting that does not concern root', () => {
    const error = forbidden('unshare: no', true, settings({ 'kernel/unprivileged_userns_clone': '0' }));
    expect(error.why).toBe('unshare: no');
    expect(error.wayOut).toContain('This machine');
  });

  it('is said by the program where namespaces are limited to 0', () => {
    const cli = join(process.cwd(), 'dist/main/cli.cjs');
    const script = `echo 0 >/proc/sys/user/max_user_namespaces && exec ${process.execPath} ${cli} routes`;
    const { status, stdout, stderr } = spawnSync('unshare', ['-Ur', 'sh', '-c', script], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'The limit of user namespaces is 0 (user.max_user_namespaces). As root: sysctl -w',
    );
  });

  it('is said when there is no unshare, and when it fails', async () => {
    expect(await openLab({ unshare: ['/nonexistent/unshare'] })).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', why: 'It is not installed', wayOut: 'Install the package util-linux' },
    });
    expect(await openLab({ unshare: ['sh', '-c', 'echo no luck >&2; exit 1'] })).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', why: 'no luck' },
    });
  });
});
