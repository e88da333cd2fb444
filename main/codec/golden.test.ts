// SPDX-License-Identifier: MIT
// Golden vectors: the bytes that real commands and a real kernel exchanged (golden/*.json, made by golden/capture.mjs).
// What the codec reads in them must be what strace read in them, and what it writes must be the same bytes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FieldNode } from '../../app/contract/index.ts';
import { coverage } from './arbitraries.ts';
import { align4, viewOf } from './bytes.ts';
import { encodeMessage } from './encode.ts';
import { fieldTree } from './field-tree.ts';
import { decodeAddr, decodeLink } from './link.ts';
import { messages, readHeader } from './messages.ts';
import { messageTypeName } from './names.ts';
import { readBack } from './readback.ts';
import { decodeRouteInto } from './route-fast.ts';
import { newRouteRecord } from './route-record.ts';
import { decodeRoute, encodeRoute, isRouteMessage } from './route.ts';
import { missingInOrder, sameField, straceSays } from './strace.ts';
import { summarize } from './summarize.ts';
import * as tables from './tables/index.ts';
import { layoutOf } from './tables/messages.ts';
import { decodeError } from './verdict.ts';

interface Golden {
  command: string;
  datagrams: { direction: 'out' | 'in'; hex: string; strace: string }[];
}

const FOLDER = join(import.meta.dirname, 'golden');
const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Golden] => [
    name.slice(0, -'.json'.length),
    JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Golden,
  ]);

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** The messages of a datagram. ip(8) sends some dump requests with zeros behind them; the kernel stops there, and so does this. */
function split(datagram: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = [];
  const result = messages(viewOf(datagram), 0, datagram.length, (start, end) => {
    list.push(datagram.subarray(start, end));
  });
  if (!result.ok) expect(datagram.subarray(result.error.offset).every((byte) => byte === 0)).toBe(true);
  return list;
}

const messagesOf = (golden: Golden, direction?: 'out' | 'in'): Uint8Array[] =>
  golden.datagrams.flatMap((one) =>
    direction === undefined || one.direction === direction ? split(bytesOf(one.hex)) : [],
  );

const flat = (tree: readonly FieldNode[]): FieldNode[] => tree.flatMap((one) => [one, ...flat(one.children)]);

describe.each(vectors)('%s', (_, golden) => {
  test(`reads what strace reads: ${golden.command}`, () => {
    for (const { hex, strace } of golden.datagrams) {
      const said = straceSays(strace);
      const nodes = split(bytesOf(hex)).flatMap((message) =>
        flat(fieldTree(message)).map((node): [FieldNode, Uint8Array] => [node, message]),
      );
      const attributes = nodes.flatMap(([node]) => (node.type === 'struct nlattr' ? [node] : []));
      const names = attributes.map(({ name }) => name);
      expect(missingInOrder(said.attributes, names, (a, b) => a === b)).toBeNull();
      expect(
        missingInOrder(
          said.fields,
          nodes,
          ([name, value], [node, message]) => name === node.name && sameField(value, node, message),
        ),
        strace,
      ).toBeNull();
      const values = attributes.map(({ name, value }): [string, string] => [name, value]);
      expect(
        missingInOrder(
          said.numbers,
          values,
          ([name, value], [ours, shown]) =>
            name === ours && (shown.includes(value) || shown.includes(`0x${Number(value).toString(16)}`)),
        ),
        strace,
      ).toBeNull();
    }
  });

  test('accounts for every byte, finds nothing wrong and nothing unknown', () => {
    for (const { hex } of golden.datagrams)
      for (const message of split(bytesOf(hex))) {
        const tree = fieldTree(message);
        coverage(tree, message.length);
        expect(
          flat(tree)
            .filter(({ error }) => error !== undefined)
            .map(({ id, error }) => `${id}: ${error}`),
        ).toEqual([]);
        expect(flat(tree).filter(({ explanation }) => explanation === '')).toEqual([]);
        expect(summarize(message, (index) => `if${index}`)).not.toMatch(/undefined|NaN/);
      }
  });

  test('writes the same bytes again', () => {
    for (const message of messagesOf(golden)) {
      const header = readHeader(viewOf(message));
      if (!header || !layoutOf(header.type)) continue;
      const value = readBack(message);
      expect(value.ok, messageTypeName(header.type)).toBe(true);
      if (value.ok) {
        const again = encodeMessage(value.value);
        // ip(8) leaves what was in its buffer before in the padding.
        const clean = message.slice();
        for (const { layer, start, end } of flat(fieldTree(message)))
          if (layer === 'padding') clean.fill(0, start, end);
        expect(Buffer.from(again.subarray(0, message.length)).toString('hex')).toBe(
          Buffer.from(clean).toString('hex'),
        );
        expect(again.length).toBe(align4(message.length));
      }
    }
  });

  test('reads every message by the decoder for its type', () => {
    const record = newRouteRecord();
    for (const message of messagesOf(golden)) {
      const header = readHeader(viewOf(message));
      if (!header) throw new Error('split gives whole messages');
      const type = messageTypeName(header.type);
      if (isRouteMessage(header.type) && (header.flags & tables.NLM_F_DUMP) !== tables.NLM_F_DUMP) {
        const route = decodeRoute(message);
        expect(route.ok, type).toBe(true);
        expect(decodeRouteInto(message, viewOf(message), 0, message.length, record)).toBe(0);
        if (route.ok) expect(decodeRoute(encodeRoute(route.value, header))).toEqual(route);
      }
      if (header.type === tables.RTM_NEWLINK) expect(decodeLink(message).ok).toBe(true);
      if (header.type === tables.RTM_NEWADDR) expect(decodeAddr(message).ok).toBe(true);
      if (header.type === tables.NLMSG_ERROR || header.type === tables.NLMSG_DONE)
        expect(decodeError(message).ok).toBe(true);
    }
  });
});

test('there are vectors of all kinds, and strace has much to say about them', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(60);
  const said = vectors.flatMap(([, golden]) => golden.datagrams.map(({ strace }) => straceSays(strace)));
  const count = (pick: (one: ReturnType<typeof straceSays>) => readonly unknown[]): number =>
    said.reduce((sum, one) => sum + pick(one).length, 0);
  expect(count((one) => one.attributes)).toBeGreaterThan(3000);
  expect(count((one) => one.fields)).toBeGreaterThan(3000);
  expect(count((one) => one.numbers)).toBeGreaterThan(1000);
});

describe('values', () => {
  /** The messages of one type in a vector. */
  const pick = (name: string, type: number, direction: 'out' | 'in'): Uint8Array[] => {
    const golden = vectors.find(([one]) => one === name)?.[1];
    if (!golden) throw new Error(`no vector ${name}`);
    return messagesOf(golden, direction).filter((message) => readHeader(viewOf(message))?.type === type);
  };
  const sent = (name: string, type: number): Uint8Array => {
    const message = pick(name, type, 'out').at(-1);
    if (!message) throw new Error(`${name} sends no ${messageTypeName(type)}`);
    return message;
  };
  const answers = (
    name: string,
    ifname = (index: number) => (index === 3 ? 'lan0' : `if${index}`),
  ): string[] => {
    const golden = vectors.find(([one]) => one === name)?.[1];
    return golden ? messagesOf(golden, 'in').map((message) => summarize(message, ifname)) : [];
  };

  test('of a route with everything', () => {
    expect(decodeRoute(sent('route-everything', tables.RTM_NEWROUTE))).toMatchObject({
      ok: true,
      value: {
        family: 2,
        dst: Uint8Array.of(10, 21, 0, 0),
        dstLength: 16,
        tos: 0x10,
        table: 1000,
        protocol: 186,
        type: tables.RTN_UNICAST,
        scope: tables.RT_SCOPE_UNIVERSE,
        flags: 0,
        priority: 7,
        prefsrc: Uint8Array.of(192, 0, 2, 1),
        multipath: false,
        hops: [
          {
            ifindex: 3,
            gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 2) },
            flags: tables.RTNH_F_ONLINK,
            hops: 0,
            // RTA_FLOW 5/6
            others: Uint8Array.of(8, 0, 11, 0, 6, 0, 5, 0),
          },
        ],
        metrics: new Map<number, number | Uint8Array>([
          [tables.RTAX_MTU, 1400],
          [tables.RTAX_ADVMSS, 1360],
          [tables.RTAX_INITCWND, 20],
          [tables.RTAX_HOPLIMIT, 33],
          [tables.RTAX_FEATURES, 1],
          [tables.RTAX_CC_ALGO, new TextEncoder().encode('reno')],
          [tables.RTAX_LOCK, 1 << tables.RTAX_MTU],
        ]),
      },
    });
  });

  test('of next hops', () => {
    expect(decodeRoute(sent('route-multipath', tables.RTM_NEWROUTE))).toMatchObject({
      ok: true,
      value: {
        multipath: true,
        hops: [
          { ifindex: 0, hops: 0, gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 2) } },
          { ifindex: 0, hops: 4, gateway: { family: 2, bytes: Uint8Array.of(192, 0, 2, 3) } },
          { ifindex: 3, hops: 255, gateway: null },
        ],
      },
    });
    expect(decodeRoute(sent('route-via-inet6', tables.RTM_NEWROUTE))).toMatchObject({
      value: { hops: [{ ifindex: 3, gateway: { family: 10 } }] },
    });
    expect(decodeRoute(sent('route-nhid', tables.RTM_NEWROUTE))).toMatchObject({
      value: { nhId: 1, hops: [] },
    });
    expect(decodeRoute(sent('route6-via', tables.RTM_NEWROUTE))).toMatchObject({
      value: { family: 10, dstLength: 48, priority: 50, pref: tables.ICMPV6_ROUTER_PREF_HIGH },
    });
  });

  test('of what the kernel dumps', () => {
    expect(answers('route-dump')).toEqual(
      expect.arrayContaining([
        '10.20.0.0/16 via 192.0.2.2 dev lan0 table main proto boot',
        '10.22.0.0/16 2 next hops (via 192.0.2.2 dev lan0, …) table main proto boot',
        'unreachable 10.23.0.0/16 table 500 proto boot',
        '10.25.0.0/16 via inet6 2001:db8::2 dev lan0 table main proto boot',
        '10.26.0.0/16 nhid 9 via 192.0.2.9 dev lan0 table main proto boot',
        'local 127.0.0.1 dev if1 table local proto kernel src 127.0.0.1',
        'done',
      ]),
    );
    expect(answers('route6-dump')).toContain(
      'blackhole 2001:db8:dead::/48 dev if1 table main proto boot metric 1024',
    );
    expect(answers('route-encap-dump')).toContain(
      '2001:db8:8::/48 encap seg6local dev lan0 table main proto boot metric 1024',
    );
    expect(answers('rule-dump')).toEqual([
      '0: from all lookup local',
      '599: from all blackhole',
      '600: from 10.0.0.0/8 goto 32766',
      '32766: from all lookup main',
      '32767: from all lookup default',
      'done',
    ]);
    expect(answers('nexthop-dump')).toContain('id 1 via 192.0.2.2 dev lan0');
    expect(answers('nexthop-dump')).toContain('id 10 group of 1');
    expect(answers('neighbour-dump')).toContain('192.0.2.50 dev lan0 lladdr 02:00:00:00:00:05 PERMANENT');
  });

  test('of an encapsulation, in the tree', () => {
    const valueOf = (name: string, type: number, id: string): string | undefined =>
      flat(fieldTree(sent(name, type))).find((node) => node.id === id)?.value;
    expect(valueOf('route-encap-mpls', tables.RTM_NEWROUTE, 'RTA_ENCAP/MPLS_IPTUNNEL_DST')).toBe('100/200');
    expect(valueOf('route-encap-ip', tables.RTM_NEWROUTE, 'RTA_ENCAP/LWTUNNEL_IP_ID')).toBe('5');
    expect(valueOf('route-encap-ip', tables.RTM_NEWROUTE, 'RTA_ENCAP/LWTUNNEL_IP_DST')).toBe('192.0.2.7');
    // Segments are written backwards.
    expect(valueOf('route-encap-seg6', tables.RTM_NEWROUTE, 'RTA_ENCAP/SEG6_IPTUNNEL_SRH')).toBe(
      '2001:db8::6, 2001:db8::5',
    );
    expect(valueOf('route-encap-seg6', tables.RTM_NEWROUTE, 'RTA_ENCAP/SEG6_IPTUNNEL_SRH.mode')).toBe(
      'SEG6_IPTUN_MODE_ENCAP (1)',
    );
    expect(valueOf('route-encap-seg6local', tables.RTM_NEWROUTE, 'RTA_ENCAP/SEG6_LOCAL_ACTION')).toBe(
      'SEG6_LOCAL_ACTION_END_DT6 (7)',
    );
    expect(
      valueOf('nexthop-encap', tables.RTM_NEWNEXTHOP, 'NHA_ENCAP/SEG6_IPTUNNEL_SRH.srh.segments_left'),
    ).toBe('0');
  });

  test('of interfaces and addresses', () => {
    const [link] = pick('link-show', tables.RTM_NEWLINK, 'in');
    expect(link && decodeLink(link)).toMatchObject({
      ok: true,
      value: {
        ifindex: 3,
        name: 'lan0',
        kind: 'veth',
        up: true,
        carrier: true,
        mtu: 1500,
        link: 4,
        master: 0,
      },
    });
    expect(decodeAddr(sent('address-peer', tables.RTM_NEWADDR))).toMatchObject({
      value: {
        family: 2,
        local: Uint8Array.of(198, 51, 100, 1),
        peer: Uint8Array.of(198, 51, 100, 2),
        prefixLength: 32,
        ifindex: 3,
      },
    });
    expect(decodeAddr(sent('address-add', tables.RTM_NEWADDR))).toMatchObject({
      value: { label: 'lan0:a', peer: null, prefixLength: 24 },
    });
  });

  test('of refusals', () => {
    const refusal = (name: string): unknown => {
      const error = pick(name, tables.NLMSG_ERROR, 'in').at(-1);
      return error && decodeError(error);
    };
    expect(refusal('error-exists')).toMatchObject({
      value: { errno: 17, message: null, request: { type: 24 } },
    });
    expect(refusal('error-gateway')).toMatchObject({
      value: { errno: 101, message: 'Nexthop has invalid gateway' },
    });
    expect(refusal('error-policy')).toMatchObject({
      value: { errno: 34, message: 'integer out of range', attribute: ['IFLA_GSO_MAX_SIZE'] },
    });
    const [policy] = pick('error-policy', tables.NLMSG_ERROR, 'in').slice(-1);
    const nodes = policy ? flat(fieldTree(policy)) : [];
    const least = nodes.find(({ name }) => name === 'NL_POLICY_TYPE_ATTR_MIN_VALUE_U');
    expect(least).toMatchObject({ value: '193', id: 'NLMSGERR_ATTR_POLICY/NL_POLICY_TYPE_ATTR_MIN_VALUE_U' });
    expect(refusal('error-no-route')).toMatchObject({ value: { errno: 3 } });
    // A refusal on NLMSG_DONE: an int, then attributes, and no echoed request.
    const done = pick('error-dump-table', tables.NLMSG_DONE, 'in')[0];
    expect(done && decodeError(done)).toMatchObject({
      value: { kind: 'done', errno: 2, echo: null, message: 'ipv4: FIB table does not exist' },
    });
    const acknowledged = pick('route-via', tables.NLMSG_ERROR, 'in')[0];
    expect(acknowledged && decodeError(acknowledged)).toMatchObject({ value: { errno: 0, message: null } });
  });

  test('written by us as ip(8) writes them', () => {
    const golden = sent('link-veth', tables.RTM_NEWLINK);
    const header = readHeader(viewOf(golden));
    const mtu = { type: tables.IFLA_MTU, value: 1400 };
    const kind = new TextEncoder().encode('veth');
    const veth = encodeMessage({
      type: tables.RTM_NEWLINK,
      flags: tables.NLM_F_REQUEST | tables.NLM_F_ACK | tables.NLM_F_CREATE | tables.NLM_F_EXCL,
      seq: header?.seq ?? 0,
      family: {},
      attributes: [
        mtu,
        { type: tables.IFLA_IFNAME, value: 'wan0' },
        {
          type: tables.IFLA_LINKINFO,
          value: [
            { type: tables.IFLA_INFO_KIND, value: kind },
            {
              type: tables.IFLA_INFO_DATA,
              value: [
                {
                  type: tables.VETH_INFO_PEER,
                  value: { head: {}, attributes: [mtu, { type: tables.IFLA_IFNAME, value: 'wan1' }] },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(Buffer.from(veth).toString('hex')).toBe(Buffer.from(golden).toString('hex'));
  });
});
