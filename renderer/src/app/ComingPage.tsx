// SPDX-License-Identifier: MIT
// Module and Lessons: what will be here, and that it is not here yet.
import { GraduationCap, Package } from 'lucide-react';

const PAGES = {
  module: {
    Icon: Package,
    title: 'Module',
    lead: 'rtmgr, a routing-table manager that lives in the kernel, will be loaded, watched and unloaded from here.',
    points: [
      'Load and unload after one question by polkit',
      'Its parameters, statistics and kernel log',
      'Why it was refused, in words: Secure Boot, missing headers, another kernel version, in use',
    ],
  },
  lessons: {
    Icon: GraduationCap,
    title: 'Lessons',
    lead: 'Short guided steps on the live socket will be here: from a first greeting to cascaded messages and multicast.',
    points: [
      'Message headers, padding and attributes, byte by byte',
      'Several messages in one datagram, acknowledgements and errors',
      'Multicast groups, and a sender thread beside a receiver thread',
    ],
  },
};

export function ComingPage({ page }: { page: keyof typeof PAGES }) {
  const { Icon, title, lead, points } = PAGES[page];
  return (
    <section className="coming" aria-label={title} data-pane="page" tabIndex={-1}>
      <span className="coming-icon" aria-hidden>
        <Icon size={28} />
      </span>
      <h1>{title}</h1>
      <p>{lead}</p>
      <ul>
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <p className="coming-not-yet">
        <span className="tag">Not in this version</span> Routes and Inspector are complete and need nothing of
        it.
      </p>
    </section>
  );
}
