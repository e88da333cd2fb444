// SPDX-License-Identifier: MIT
// React's side of the trace store, and the details of the selected message.
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { AppError, MessageDetail } from '../../../app/contract/index.ts';
import { TraceStore } from './trace-store.ts';
import type { TraceBridge } from './trace-store.ts';

/** The filter is kept while the inspector moves between the dock and its page. */
const stores = new WeakMap<TraceBridge, TraceStore>();
function storeOf(bridge: TraceBridge): TraceStore {
  let store = stores.get(bridge);
  if (!store) stores.set(bridge, (store = new TraceStore(bridge)));
  return store;
}

/** The store of this bridge; it listens while an inspector is mounted. */
export function useTraceStore(bridge: TraceBridge): TraceStore {
  const [store] = useState(() => storeOf(bridge));
  useEffect(() => store.start(), [store]);
  useSyncExternalStore(store.subscribe, store.getRevision);
  return store;
}

export type DetailState =
  | { kind: 'none' }
  | { kind: 'loading'; id: number }
  | { kind: 'shown'; id: number; detail: MessageDetail }
  | { kind: 'gone'; id: number }
  | { kind: 'failed'; id: number; error: AppError };

/** Bytes and tree of a message. While the next one is fetched the last one stays, so that nothing flickers. */
export function useDetail(bridge: TraceBridge, id: number | null): DetailState {
  const [state, setState] = useState<DetailState>({ kind: 'none' });
  useEffect(() => {
    if (id === null) return undefined;
    let current = true;
    void bridge['trace.message']({ id }).then((outcome) => {
      if (!current) return;
      if (outcome.ok) setState({ kind: 'shown', id, detail: outcome.value });
      else if (outcome.error.kind === 'gone') setState({ kind: 'gone', id });
      else setState({ kind: 'failed', id, error: outcome.error });
    });
    return () => {
      current = false;
    };
  }, [bridge, id]);
  if (id === null) return NO_DETAIL;
  return state.kind === 'shown' || ('id' in state && state.id === id) ? state : { kind: 'loading', id };
}
const NO_DETAIL: DetailState = { kind: 'none' };
