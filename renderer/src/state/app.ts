// SPDX-License-Identifier: MIT
// What the program is: its version, its shell, and how it came to this machine.
import { create } from 'zustand';
import type { AppInfo } from '../../../app/contract/index.ts';

export const useApp = create<{ info: AppInfo | null }>(() => ({ info: null }));
