// SPDX-License-Identifier: MIT
// What a pane says when it has nothing to show.
import type { ReactNode } from 'react';

export function Empty({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="tr-empty" role="note">
      <span aria-hidden className="tr-empty-icon">
        {icon}
      </span>
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  );
}
