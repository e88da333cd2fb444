// SPDX-License-Identifier: MIT
// The contract between the page and the main process: types, schemas, and the few pure rules that both sides apply.
export * from './address.ts';
export * from './daemons.ts';
export * from './installation.ts';
export * from './module.ts';
export * from './operations.ts';
export * from './prefs.ts';
export * from './result.ts';
export * from './route.ts';
export * from './rtmgr.ts';
export * from './target.ts';
export * from './trace.ts';
export * from './validate.ts';
