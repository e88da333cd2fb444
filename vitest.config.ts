// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';

// Two projects: what runs in Node (main, app) and what needs a document (renderer).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['main/**/*.test.ts', 'app/**/*.test.ts', 'scripts/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      {
        extends: './renderer/vite.config.ts',
        test: {
          name: 'renderer',
          root: 'renderer',
          environment: 'happy-dom',
          // the contrast test reads the colour tokens
          css: { include: [/tokens\.css/, /inspector\/\w+\.css/] },
          include: ['**/*.test.ts', '**/*.test.tsx'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
