// SPDX-License-Identifier: MIT
// Runs inside `unshare -Urn` for the tests: opens three sockets there, passes them over descriptor 3, and stays until
// that is closed. The Lab's child does the same and more.
import { close, read, sendFds } from '../libc.ts';
import { openRouteSockets } from '../sockets.ts';

const LINK = 3;
const opened = openRouteSockets();
if (!opened.ok) {
  process.stderr.write(`${JSON.stringify(opened.error)}\n`);
  process.exitCode = 1;
} else {
  const { request, dump, events } = opened.value;
  const passed = sendFds(LINK, Uint8Array.of(1), [request, dump, events]);
  for (const fd of [request, dump, events]) close(fd);
  if (!passed.ok) process.stderr.write(`${JSON.stringify(passed)}\n`);
  read(LINK, new Uint8Array(1));
}
