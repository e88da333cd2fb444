// SPDX-License-Identifier: MIT
// The network interfaces and their addresses, from RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR and RTM_DELADDR.
import { formatAddress } from '../../app/contract/index.ts';
import type { LinkRow } from '../../app/contract/index.ts';
import { decodeAddr, decodeLink } from '../codec/link.ts';
import { AF_INET, AF_INET6, AF_UNSPEC } from '../codec/tables/families.ts';
import { RTM_DELADDR, RTM_DELLINK, RTM_NEWADDR, RTM_NEWLINK } from '../codec/tables/types.ts';

/** ARPHRD_LOOPBACK of linux/if_arp.h. */
const LOOPBACK = 772;

interface Address {
  family: 4 | 6;
  text: string;
}

/** What a message did to the links. */
export interface LinkChange {
  /** The list of links reads otherwise than before. */
  changed: boolean;
  /** A name is new or another: texts and orders that contain names are out of date. */
  renamed: boolean;
}

const NOTHING: LinkChange = { changed: false, renamed: false };

export class Links {
  private readonly byIndex = new Map<number, LinkRow>();
  private readonly addresses = new Map<number, Address[]>();
  /** While a dump runs: indexes of links, and `index address`, that it has not named yet. */
  private missing = new Set<number | string>();

  /** The interface's name; `if7` when there is none with this index. */
  name(ifindex: number): string {
    return this.byIndex.get(ifindex)?.name ?? `if${ifindex}`;
  }

  rows(): LinkRow[] {
    return [...this.byIndex.values()]
      .sort((a, b) => a.ifindex - b.ifindex)
      .map((link) => Object.assign({}, link, { addresses: this.texts(link.ifindex) }));
  }

  /** A dump of links and addresses begins: what it does not name will go when it ends. */
  beginDump(): void {
    this.missing = new Set(this.byIndex.keys());
    for (const [ifindex, list] of this.addresses)
      for (const { text } of list) this.missing.add(`${ifindex} ${text}`);
  }

  endDump(): void {
    for (const [ifindex, list] of this.addresses)
      this.addresses.set(
        ifindex,
        list.filter(({ text }) => !this.missing.has(`${ifindex} ${text}`)),
      );
    for (const ifindex of this.byIndex.keys())
      if (this.missing.has(ifindex)) {
        this.byIndex.delete(ifindex);
        this.addresses.delete(ifindex);
      }
    this.missing.clear();
  }

  /** Works one message about a link or an address in; others, and broken ones, change nothing. */
  apply(type: number, message: Uint8Array): LinkChange {
    if (type === RTM_NEWLINK || type === RTM_DELLINK) return this.link(type, message);
    if (type === RTM_NEWADDR || type === RTM_DELADDR) return this.address(type, message);
    return NOTHING;
  }

  private link(type: number, message: Uint8Array): LinkChange {
    const decoded = decodeLink(message);
    // with AF_BRIDGE the message is about a bridge port; its end is not the end of the interface
    if (!decoded.ok || decoded.value.family !== AF_UNSPEC) return NOTHING;
    const { ifindex, name, kind, hardwareType, up, carrier, mtu } = decoded.value;
    const before = this.byIndex.get(ifindex);
    this.missing.delete(ifindex);
    if (type === RTM_DELLINK) {
      this.addresses.delete(ifindex);
      return this.byIndex.delete(ifindex) ? { changed: true, renamed: true } : NOTHING;
    }
    const row: LinkRow = {
      ifindex,
      name: name || before?.name || `if${ifindex}`,
      kind: kind ?? (hardwareType === LOOPBACK ? 'loopback' : 'ethernet'),
      up,
      carrier,
      mtu,
      addresses: [],
    };
    this.byIndex.set(ifindex, row);
    const renamed = before?.name !== row.name;
    const changed =
      renamed ||
      before.kind !== row.kind ||
      before.up !== up ||
      before.carrier !== carrier ||
      before.mtu !== mtu;
    return { changed, renamed };
  }

  private address(type: number, message: Uint8Array): LinkChange {
    const decoded = decodeAddr(message);
    if (!decoded.ok) return NOTHING;
    const { ifindex, family, local, prefixLength } = decoded.value;
    const known = (family === AF_INET && local.length === 4) || (family === AF_INET6 && local.length === 16);
    if (!known) return NOTHING;
    const version = family === AF_INET ? 4 : 6;
    const text = `${formatAddress(local, version)}/${prefixLength}`;
    const list = this.addresses.get(ifindex) ?? [];
    const at = list.findIndex((address) => address.text === text);
    this.missing.delete(`${ifindex} ${text}`);
    if (type === RTM_NEWADDR) {
      if (at >= 0) return NOTHING;
      list.push({ family: version, text });
      this.addresses.set(ifindex, list);
    } else if (at < 0) return NOTHING;
    else list.splice(at, 1);
    return { changed: true, renamed: false };
  }

  private texts(ifindex: number): string[] {
    const list = this.addresses.get(ifindex) ?? [];
    return [...list].sort((a, b) => a.family - b.family).map((address) => address.text);
  }
}
