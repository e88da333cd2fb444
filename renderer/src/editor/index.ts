// SPDX-License-Identifier: MIT
// The editor of a route in the grid.
export { emptyDraft, patchOf } from './patch.ts';
export { RouteEditor } from './RouteEditor.tsx';
export type { RouteEditorProps } from './RouteEditor.tsx';
