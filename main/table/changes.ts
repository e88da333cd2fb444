// SPDX-License-Identifier: MIT
// What has changed since somebody last asked: counts for the page's events, and marked slots for the orders.

const DELETED_IDS = 256;

export class Changes {
  /** Counts every change of a route since the table was made. */
  number = 0;
  addedCount = 0;
  changedCount = 0;
  deletedCount = 0;
  deletedIds: number[] = [];
  /** Marked slots, each once. */
  dirty = new Uint32Array(1024);
  dirtyCount = 0;
  /** True: more than `dirty` keeps has changed, the orders must be made anew. */
  everything = false;
  /** While false (the first dump), rows get change number 0 and nothing is counted as a change. */
  counting = false;

  get bytes(): number {
    return this.dirty.byteLength;
  }

  added(slot: number, marks: Uint8Array): number {
    this.touch(slot, marks);
    if (!this.counting) return 0;
    this.addedCount++;
    return ++this.number;
  }

  changed(slot: number, marks: Uint8Array): number {
    this.touch(slot, marks);
    if (!this.counting) return 0;
    this.changedCount++;
    return ++this.number;
  }

  deleted(slot: number, id: number, marks: Uint8Array): void {
    this.touch(slot, marks);
    if (!this.counting) return;
    this.deletedCount++;
    this.number++;
    if (this.deletedIds.length < DELETED_IDS) this.deletedIds.push(id);
  }

  /** Counts since the last call. */
  take(): { added: number; changed: number; deleted: number; deletedIds: number[] } {
    const taken = {
      added: this.addedCount,
      changed: this.changedCount,
      deleted: this.deletedCount,
      deletedIds: this.deletedIds,
    };
    this.addedCount = this.changedCount = this.deletedCount = 0;
    this.deletedIds = [];
    return taken;
  }

  /** Forgets the marks: the orders are up to date. */
  clean(marks: Uint8Array): void {
    if (this.everything) marks.fill(0);
    else for (let i = 0; i < this.dirtyCount; i++) marks[this.dirty[i]!] = 0;
    this.everything = false;
    this.dirtyCount = 0;
    if (this.dirty.length > 1 << 18) this.dirty = new Uint32Array(1024);
  }

  /** The slot's place in the orders may be another, or its row reads otherwise. */
  touch(slot: number, marks: Uint8Array): void {
    if (marks[slot] !== 0) return;
    marks[slot] = 1;
    if (this.everything) return;
    if (this.dirtyCount === this.dirty.length) {
      if (this.dirty.length >= 1 << 18) {
        this.everything = true;
        return;
      }
      const grown = new Uint32Array(this.dirty.length * 2);
      grown.set(this.dirty);
      this.dirty = grown;
    }
    this.dirty[this.dirtyCount++] = slot;
  }
}
