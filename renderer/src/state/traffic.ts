// SPDX-License-Identifier: MIT
// How busy the sockets are, for the status bar.
import { create } from 'zustand';

export const useTraffic = create<{ perSecond: number }>(() => ({ perSecond: 0 }));
