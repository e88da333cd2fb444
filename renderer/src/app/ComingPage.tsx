// SPDX-License-Identifier: MIT
// Lessons: what will be here, and that it is not here yet.
import { GraduationCap } from 'lucide-react';

const PAGES = {
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
        <span className="tag">Not in this version</span> Routes, Inspector and Module need nothing of it.
      </p>
    </section>
  );
}
