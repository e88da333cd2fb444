// SPDX-License-Identifier: MIT
// The four places of the window, in the order of their keys.
export const PAGES = [
  { id: 'routes', title: 'Routes' },
  { id: 'inspector', title: 'Inspector' },
  { id: 'module', title: 'Module' },
  { id: 'lessons', title: 'Lessons' },
] as const;
export type PageId = (typeof PAGES)[number]['id'];
