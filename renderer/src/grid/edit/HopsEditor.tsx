// SPDX-License-Identifier: MIT
// Several next hops at once: gateway, device, weight and onlink of each.
import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import type { DraftProblem } from '../../../../app/contract/index.ts';
import { useEditing } from '../../state/editing.ts';
import { useLinks } from '../../state/links.ts';
import { plural } from '../../words.ts';
import { deviceChoices } from './choices.ts';
import { EMPTY_HOP } from './form.ts';
import type { HopForm } from './form.ts';
import { NameBox } from './NameBox.tsx';

const MOST_HOPS = 64;

export interface HopsEditorProps {
  hops: readonly HopForm[];
  problems: readonly DraftProblem[];
  label: string;
}

export function HopsEditor({ hops, problems, label }: HopsEditorProps) {
  return (
    <DialogTrigger>
      <Button className="button is-small">{label}</Button>
      <Popover className="pop hops-pop" placement="bottom start">
        <Dialog className="hops-dialog" aria-label="Next hops">
          {({ close }) => <HopsTable hops={hops} problems={problems} close={close} />}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function HopsTable({
  hops,
  problems,
  close,
}: Pick<HopsEditorProps, 'hops' | 'problems'> & { close: () => void }) {
  const links = useLinks((store) => store.links);
  const set = useEditing((store) => store.set);
  const setHop = useEditing((store) => store.setHop);
  const body = useRef<HTMLDivElement>(null);
  const add = (): void => {
    set({ hops: [...hops, { ...EMPTY_HOP, device: hops.at(-1)?.device ?? '' }] }, 'hops');
    requestAnimationFrame(() =>
      body.current?.querySelector<HTMLInputElement>('.hop:last-child input')?.focus(),
    );
  };
  const remove = (at: number): void => set({ hops: hops.filter((_hop, index) => index !== at) }, 'hops');
  const [setDevice] = useState(
    () => (at: string, device: string) => useEditing.getState().setHop(Number(at), { device }, 'device'),
  );
  const total = hops.reduce((sum, { weight }) => sum + (Number(weight) || 0), 0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const isOpen = (event.target as Element).getAttribute('aria-expanded') === 'true';
    if (event.key !== 'Enter' || isOpen || (event.target as Element).closest('button')) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    // the keys of the fields inside come through here
    <div role="presentation" onKeyDown={onKeyDown}>
      <Heading slot="title" className="hops-title">
        {plural(hops.length, 'next hop')}
      </Heading>
      <div className="hops-head" aria-hidden>
        <span>Gateway</span>
        <span>Device</span>
        <span>Weight</span>
        <span>Share</span>
        <span>On link</span>
      </div>
      <div className="hops-body" ref={body}>
        {hops.map((hop, at) => {
          const mine = problems.filter((problem) => problem.hop === at);
          const bad = (field: string): boolean => mine.some((problem) => problem.field === field);
          const number = at + 1;
          return (
            // a next hop has no identity besides its place
            // eslint-disable-next-line react/no-array-index-key
            <div className="hop" key={at} role="group" aria-label={`Next hop ${number}`}>
              <input
                className="edit-input is-mono"
                aria-label={`Gateway ${number}`}
                aria-invalid={bad('gateway')}
                placeholder="on link"
                spellCheck={false}
                value={hop.gateway}
                onChange={(event) => setHop(at, { gateway: event.target.value }, 'gateway')}
              />
              <NameBox
                label={`Device ${number}`}
                value={hop.device}
                choices={deviceChoices(links)}
                isInvalid={bad('device')}
                placeholder="any"
                name={String(at)}
                onText={setDevice}
              />
              <input
                className="edit-input is-end"
                aria-label={`Weight ${number}`}
                aria-invalid={bad('weight')}
                inputMode="numeric"
                value={hop.weight}
                onChange={(event) => setHop(at, { weight: event.target.value }, 'weight')}
              />
              <span className="hop-share">
                {total > 0 && Number(hop.weight) > 0
                  ? `${Math.round((Number(hop.weight) / total) * 100)} %`
                  : '–'}
              </span>
              <input
                type="checkbox"
                aria-label={`On link ${number}`}
                checked={hop.onlink}
                onChange={(event) => setHop(at, { onlink: event.target.checked }, 'onlink')}
              />
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove next hop ${number}`}
                title="Remove"
                disabled={hops.length === 1}
                onClick={() => remove(at)}
              >
                <Trash2 size={14} aria-hidden />
              </button>
              {mine[0] && (
                <p className="hop-problem" role="status">
                  {mine[0].message}
                  {mine[0].wayOut && `. ${mine[0].wayOut}`}
                </p>
              )}
            </div>
          );
        })}
      </div>
      <div className="hops-foot">
        <button type="button" className="button is-small" disabled={hops.length >= MOST_HOPS} onClick={add}>
          <Plus size={13} aria-hidden /> Next hop
        </button>
        <span className="hops-hint">Packets are shared out by weight</span>
        <button type="button" className="button is-small is-primary" onClick={close}>
          Done
        </button>
      </div>
    </div>
  );
}
