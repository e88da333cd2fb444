// SPDX-License-Identifier: MIT
// A command for a terminal, with a button that copies it.
import { Copy } from 'lucide-react';
import { copyText } from '../inspector/copy.ts';
import { useErrors } from '../state/errors.ts';

export async function copyAndSay(text: string, words: string): Promise<void> {
  const isDone = await copyText(text);
  useErrors.getState().say(isDone ? words : 'The text could not be put on the clipboard');
}

export function Command({ text }: { text: string }) {
  return (
    <div className="life-command">
      <code>{text}</code>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy the command ${text}`}
        title="Copy the command"
        onClick={() => void copyAndSay(text, 'Copied the command')}
      >
        <Copy size={13} aria-hidden />
      </button>
    </div>
  );
}
