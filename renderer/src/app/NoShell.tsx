// SPDX-License-Identifier: MIT
// What a person sees who opens the page in a browser: it can do nothing without the main process.
export function NoShell() {
  return (
    <main className="no-shell">
      <h1>Routelens</h1>
      <p>This page is the window of a program and can do nothing on its own.</p>
      <p>
        Start the program with <code>npm start</code>.
      </p>
    </main>
  );
}
