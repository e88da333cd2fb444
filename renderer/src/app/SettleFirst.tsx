// SPDX-License-Identifier: MIT
// Asked before something that would put changes on trial back: another target, or the lock.
import { ModalDialog } from './ModalDialog.tsx';
import { useLock } from '../state/lock.ts';
import { presentName, useTarget } from '../state/target.ts';
import { plural } from '../words.ts';

export function SettleFirst() {
  const asking = useLock((store) => store.asking);
  const settle = useLock((store) => store.settle);
  const pending = useTarget(({ state }) => state?.pending ?? null);
  const name = useTarget(presentName);
  if (!asking || !pending) return null;
  const leave = (): void => useLock.setState({ asking: null });
  const after = async (how: 'keep' | 'revert'): Promise<void> => {
    leave();
    // refused, or overtaken by the timer: the person sees that first
    if (await settle(how)) asking.go();
  };
  const changes = plural(pending.changes, 'change');
  return (
    <ModalDialog title={`Keep ${changes} to ${name} first?`} isQuestion onLeave={leave}>
      <p>
        {pending.changes === 1 ? 'It is' : 'They are'} still on trial: {asking.what} puts{' '}
        {pending.changes === 1 ? 'it' : 'them'} back.
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={leave}>
          Cancel
        </button>
        <button type="button" className="button" onClick={() => void after('revert')}>
          Put back
        </button>
        <button type="button" className="button is-primary" onClick={() => void after('keep')}>
          Keep {changes}
        </button>
      </div>
    </ModalDialog>
  );
}
