// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { notInstalledWayOut } from './place.ts';

test('an AppImage says that it comes without helper and module', () => {
  expect(notInstalledWayOut({ APPIMAGE: '/home/someone/routelens.AppImage' })).toMatch(
    /^An AppImage comes without the helper and the module/,
  );
  expect(notInstalledWayOut({})).toContain('npm run install-system');
});
