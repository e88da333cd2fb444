// SPDX-License-Identifier: MIT
// Puts text on the clipboard. The shells refuse the clipboard permission, so a copy event is the way that always works.

/** True when the text is on the clipboard. Call it from a key or a click. */
export async function copyText(text: string): Promise<boolean> {
  let done = false;
  const fill = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  document.addEventListener('copy', fill, true);
  try {
    document.execCommand('copy');
  } catch {
    done = false;
  } finally {
    document.removeEventListener('copy', fill, true);
  }
  if (done) return true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
