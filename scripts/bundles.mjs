// SPDX-License-Identifier: MIT
// What is bundled into dist/main: one CommonJS file for each program and each thread.
// CommonJS because a sandboxed preload must be, and because it starts on every Electron.

/** Bundle name to entry file. A bundle `NAME` becomes `dist/main/NAME.cjs`. */
export const bundles = {
  // programs
  chromium: 'app/chromium/main.ts',
  electron: 'app/electron/main.ts',
  preload: 'app/electron/preload.ts',
  cli: 'app/cli/main.ts',
  // threads of the main process
  sender: 'main/netlink/sender.worker.ts',
  receiver: 'main/netlink/receiver.worker.ts',
  table: 'main/table/table.worker.ts',
  trace: 'main/trace/trace.worker.ts',
  // the child that lives inside the Lab's namespaces
  'lab-child': 'main/targets/lab-child.ts',
};
