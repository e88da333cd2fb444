// SPDX-License-Identifier: MIT
// The inspector, for the pages and the dock.
export { Inspector } from './Inspector.tsx';
