// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { commandOf } from './useKeys.ts';

const press = (text: string) => {
  const parts = text.split('+');
  return commandOf({
    key: parts.at(-1)!,
    ctrlKey: parts.includes('Ctrl'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
    metaKey: false,
  });
};

it.each([
  ['Ctrl+1', 'page'],
  ['Ctrl+4', 'page'],
  ['Ctrl+5', null],
  ['Ctrl+n', 'new'],
  ['Ctrl+f', 'filter'],
  ['Ctrl+l', 'lookup'],
  ['F6', 'pane'],
  ['Shift+F6', 'pane-back'],
  ['F9', 'dock'],
  ['F1', 'help'],
  ['Ctrl+Shift+C', 'bytes'],
  ['Ctrl+Shift+n', null],
  ['Alt+F1', null],
  ['n', null],
  ['Shift+F9', null],
])('%s means %s', (keys, command) => {
  expect(press(keys)).toBe(command);
});
