// SPDX-License-Identifier: MIT
// The two channels between the page and the main process in Electron: calls in, events out.
export const CALL_CHANNEL = 'routelens:call';
export const EVENT_CHANNEL = 'routelens:event';
