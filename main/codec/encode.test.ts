// SPDX-License-Identifier: MIT
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageBytes, mutated } from './arbitraries.ts';
import { viewOf } from './bytes.ts';
import { cascade, encodeMessage } from './encode.ts';
import { messages, readHeader, stampHeader } from './messages.ts';
import { readBack } from './readback.ts';
import {
  AF_INET,
  AF_INET6,
  FRA_PRIORITY,
  FRA_TABLE,
  FR_ACT_TO_TBL,
  IFA_ADDRESS,
  IFA_LOCAL,
  IFF_UP,
  IFLA_AF_SPEC,
  IFLA_EXT_MASK,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_NET_NS_PID,
  NHA_BLACKHOLE,
  NHA_GROUP,
  NHA_ID,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTA_DST,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_MULTIPATH,
  RTA_PRIORITY,
  RTEXT_FILTER_SKIP_STATS,
  RTM_F_FIB_MATCH,
  RTM_F_LOOKUP_TABLE,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEXTHOP,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTM_SETLINK,
  VETH_INFO_PEER,
} from './tables/index.ts';

const all = (...parts: string[]): string => parts.join('');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeMessage', () => {
  test('writes fixed part and attributes of each kind', () => {
    expect(
      hex(
        encodeMessage({
          type: RTM_GETROUTE,
          flags: NLM_F_REQUEST,
          seq: 1,
          portId: 2,
          family: { rtm_family: AF_INET, rtm_dst_len: 32, rtm_flags: RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH },
          attributes: [{ type: RTA_DST, value: Uint8Array.of(10, 1, 2, 3) }],
        }),
      ),
    ).toBe(all('240000001a0001000100000002000000', '022000000000000000300000', '080001000a010203'));
    expect(
      hex(
        encodeMessage({
          type: RTM_GETLINK,
          flags: NLM_F_REQUEST | NLM_F_DUMP,
          family: {},
          attributes: [{ type: IFLA_EXT_MASK, value: RTEXT_FILTER_SKIP_STATS }],
        }),
      ),
    ).toBe(all('2800000012000103', '0'.repeat(48), '08001d0008000000'));
    expect(
      hex(
        encodeMessage({
          type: RTM_SETLINK,
          flags: NLM_F_REQUEST | NLM_F_ACK,
          family: { ifi_index: 3, ifi_flags: IFF_UP, ifi_change: IFF_UP },
        }),
      ).slice(32),
    ).toBe(all('00000000', '03000000', '01000000', '01000000'));
    expect(
      hex(
        encodeMessage({
          type: RTM_NEWADDR,
          flags: NLM_F_REQUEST,
          family: { ifa_family: AF_INET, ifa_prefixlen: 24, ifa_index: 3 },
          attributes: [
            { type: IFA_LOCAL, value: Uint8Array.of(192, 0, 2, 1) },
            { type: IFA_ADDRESS, value: Uint8Array.of(192, 0, 2, 1) },
          ],
        }),
      ).slice(32),
    ).toBe(all('0218000003000000', '08000200c0000201', '08000100c0000201'));
    expect(
      hex(
        encodeMessage({
          type: RTM_NEWRULE,
          flags: NLM_F_REQUEST | NLM_F_CREATE,
          family: { family: AF_INET6, action: FR_ACT_TO_TBL },
          attributes: [
            { type: FRA_PRIORITY, value: 100 },
            { type: FRA_TABLE, value: 1000 },
          ],
        }),
      ).slice(32),
    ).toBe(all('0a0000000000000100000000', '0800060064000000', '08000f00e8030000'));
    expect(
      hex(
        encodeMessage({
          type: RTM_NEWNEXTHOP,
          flags: NLM_F_REQUEST,
          family: {},
          attributes: [
            { type: NHA_ID, value: 5 },
            { type: NHA_GROUP, value: { structs: [{ id: 1 }, { id: 2, weight: 3 }] } },
            { type: NHA_BLACKHOLE, value: true },
          ],
        }),
      ).slice(32),
    ).toBe(
      all('0'.repeat(16), '0800010005000000', '140002000100000000000000', '0200000003000000', '04000400'),
    );
  });

  test('nests a veth pair with its peer in another namespace', () => {
    const bytes = encodeMessage({
      type: RTM_NEWLINK,
      flags: NLM_F_REQUEST,
      family: {},
      attributes: [
        { type: IFLA_IFNAME, value: 'lan0' },
        {
          type: IFLA_LINKINFO | NLA_F_NESTED,
          value: [
            { type: IFLA_INFO_KIND, value: 'veth' },
            {
              type: IFLA_INFO_DATA,
              value: [
                {
                  type: VETH_INFO_PEER,
                  value: { head: { ifi_index: 9 }, attributes: [{ type: IFLA_NET_NS_PID, value: 4242 }] },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(hex(bytes).slice(64)).toBe(
      '090003006c616e3000000000' + // IFLA_IFNAME
        '30001280' + // IFLA_LINKINFO, nested
        '090001007665746800000000' + // IFLA_INFO_KIND
        '20000200' + // IFLA_INFO_DATA
        '1c000100' + // VETH_INFO_PEER
        '00000000090000000000000000000000' + // its ifinfomsg
        '0800130092100000', // IFLA_NET_NS_PID
    );
  });

  test('writes next hops one behind the other, with their lengths', () => {
    const bytes = encodeMessage({
      type: RTM_NEWROUTE,
      flags: 1,
      family: { rtm_family: AF_INET },
      attributes: [
        {
          type: RTA_MULTIPATH,
          value: {
            hops: [
              {
                head: { rtnh_ifindex: 3, rtnh_hops: 1 },
                attributes: [{ type: 5, value: Uint8Array.of(1, 2, 3, 4) }],
              },
              { head: { rtnh_ifindex: -1 }, attributes: [] },
            ],
          },
        },
      ],
    });
    expect(hex(bytes).slice(56)).toBe(
      all('1c000900', '1000000103000000', '0800050001020304', '08000000ffffffff'),
    );
  });

  test('refuses what does not fit, with a RangeError that names it', () => {
    const route = (type: number, value: never) => () =>
      encodeMessage({ type: RTM_NEWROUTE, flags: 1, family: {}, attributes: [{ type, value }] });
    expect(route(RTA_PRIORITY, (2 ** 32) as never)).toThrow(RangeError);
    expect(route(RTA_PRIORITY, 1.5 as never)).toThrow('does not fit into __u32');
    expect(route(RTA_PRIORITY, 'seven' as never)).toThrow('RTA_PRIORITY is __u32');
    expect(route(999, 1 as never)).toThrow('RTA_999 is not in the table');
    expect(route(RTA_DST, new Uint8Array(70_000) as never)).toThrow('65535');
    expect(route(RTA_ENCAP, [] as never)).toThrow('needs an attribute 21');
    expect(() => encodeMessage({ type: RTM_NEWROUTE, flags: 1, family: { rtm_dst: 1 } })).toThrow(
      'has no field rtm_dst',
    );
    expect(() => encodeMessage({ type: RTM_NEWROUTE, flags: 1, family: { rtm_dst_len: 256 } })).toThrow(
      RangeError,
    );
    expect(() => encodeMessage({ type: 0x4000, flags: 1, family: {} })).toThrow('not in the tables');
    expect(
      encodeMessage({
        type: RTM_NEWROUTE,
        flags: 1,
        family: {},
        attributes: [
          { type: RTA_ENCAP_TYPE, value: 1 },
          { type: RTA_ENCAP, value: [{ type: 2, value: 9 }] },
        ],
      }).length,
    ).toBe(28 + 8 + 12);
    expect(
      encodeMessage({
        type: RTM_NEWLINK,
        flags: 1,
        family: {},
        attributes: [{ type: IFLA_AF_SPEC, value: [{ type: AF_INET6, value: [{ type: 8, value: 1 }] }] }],
      }).length,
    ).toBe(32 + 4 + 4 + 8);
  });

  test('decode–encode–decode: what is read is written and read again alike', () => {
    fc.assert(
      fc.property(mutated(messageBytes), (bytes) => {
        const first = readBack(bytes);
        if (!first.ok) return;
        expect(readBack(encodeMessage(first.value))).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('datagrams', () => {
  const message = encodeMessage({
    type: RTM_NEWLINK,
    flags: 1,
    family: {},
    attributes: [{ type: IFLA_IFNAME, value: 'a' }],
  });

  test('cascades messages and walks them', () => {
    // nlmsg_len may end before the padding; the next message starts behind it.
    const short = message.slice();
    short[0] = 38;
    const datagram = cascade([short, message]);
    const spans: [number, number, number][] = [];
    const walked = messages(viewOf(datagram), 0, datagram.length, (start, end, type) => {
      spans.push([start, end, type]);
    });
    expect(walked).toEqual({ ok: true, value: 2 });
    expect(spans).toEqual([
      [0, 38, RTM_NEWLINK],
      [40, 80, RTM_NEWLINK],
    ]);
  });

  test('stops where the visitor says so', () => {
    const datagram = cascade([message, message]);
    expect(messages(viewOf(datagram), 0, datagram.length, () => false)).toEqual({ ok: true, value: 1 });
  });

  test('reports what is left over or broken, after the messages before it', () => {
    const walk = (bytes: Uint8Array): [number, unknown] => {
      let count = 0;
      const result = messages(viewOf(bytes), 0, bytes.length, () => {
        count++;
      });
      return [count, result.ok ? null : [result.error.code, result.error.offset]];
    };
    expect(walk(Uint8Array.of(...message, 1, 2, 3))).toEqual([1, ['short', 40]]);
    expect(walk(Uint8Array.of(...message, ...new Uint8Array(20)))).toEqual([1, ['length', 40]]);
    expect(walk(message.subarray(0, 36))).toEqual([0, ['length', 0]]);
    expect(walk(new Uint8Array(0))).toEqual([0, null]);
  });

  test('stamps sequence number and port id', () => {
    const bytes = message.slice();
    stampHeader(bytes, 0, 0xfffffffe, 77);
    expect(readHeader(viewOf(bytes))).toEqual({
      length: 40,
      type: RTM_NEWLINK,
      flags: 1,
      seq: 0xfffffffe,
      portId: 77,
    });
    expect(readHeader(viewOf(bytes), 30)).toBeNull();
    expect(readHeader(viewOf(bytes), -1)).toBeNull();
  });
});
