// SPDX-License-Identifier: MIT
// The interfaces of the target, and the names of numbers: what the editors offer.
import { create } from 'zustand';
import type { LinkRow, Vocabulary } from '../../../app/contract/index.ts';

interface Links {
  /** null until they are known. */
  links: LinkRow[] | null;
  vocabulary: Vocabulary;
}

export const useLinks = create<Links>(() => ({
  links: null,
  vocabulary: { tables: [], protocols: [], scopes: [], types: [] },
}));
