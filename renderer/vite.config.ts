// SPDX-License-Identifier: MIT
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: process.env['ROUTELENS_CHROME_TARGET'] ?? 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
