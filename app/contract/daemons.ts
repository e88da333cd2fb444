// SPDX-License-Identifier: MIT
// Whose routes are whose: the kernel keeps in rtm_protocol who put a route there. Whoever changes another's route
// disputes with it, so the person is warned before.
import type { Named } from './route.ts';

export interface Daemon {
  /** Who put the route there, as it stands at the beginning of a sentence. */
  who: string;
  /** What comes of changing it behind its back: a sentence. */
  outcome: string;
}

const ROUTING: (who: string) => Daemon = (who) => ({
  who,
  outcome:
    'It may put its own route back at any time, or lose track of it. Change it in the daemon’s configuration',
});
const FRR = ROUTING('The routing daemon FRR (or another with this protocol)');

/**
 * By the numbers of linux/rtnetlink.h, and those that FRR uses beside them. systemd-networkd and NetworkManager have none of
 * their own: what they have learnt is dhcp and ra, what was configured is static, like a route that a person has put there.
 */
export const DAEMON_PROTOCOLS: ReadonlyMap<number, Daemon> = new Map<number, Daemon>([
  [
    1,
    {
      who: 'The kernel (told by an ICMP redirect)',
      outcome: 'It comes back with the next redirect',
    },
  ],
  [
    2,
    {
      who: 'The kernel itself (for an address of this machine)',
      outcome:
        'Without it what is behind that address cannot be reached, and the kernel does not put it back',
    },
  ],
  [8, ROUTING('The routing daemon GateD')],
  [
    9,
    {
      who: 'Router advertisements (the kernel, systemd-networkd or NetworkManager)',
      outcome: 'It comes back with the next advertisement, as it was',
    },
  ],
  [10, ROUTING('Merit MRT')],
  [11, ROUTING('The routing daemon zebra (FRR or Quagga)')],
  [12, ROUTING('The routing daemon BIRD')],
  [14, ROUTING('The routing daemon XORP')],
  [15, ROUTING('The routing daemon Netsukuku')],
  [
    16,
    {
      who: 'A DHCP client (systemd-networkd, NetworkManager, dhcpcd, …)',
      outcome: 'It may put its own route back when the lease is renewed, or take it away when it ends',
    },
  ],
  [17, ROUTING('The multicast routing daemon mrouted')],
  [
    18,
    {
      who: 'keepalived',
      outcome: 'It moves the route when the other machine takes over, and may put it back or take it away',
    },
  ],
  [42, ROUTING('The routing daemon babeld')],
  [84, ROUTING('Open Virtual Network (OVN)')],
  [99, ROUTING('The routing daemon Open/R')],
  [186, ROUTING('A BGP daemon (FRR, GoBGP, …)')],
  [187, ROUTING('An IS-IS daemon (FRR)')],
  [188, ROUTING('An OSPF daemon (FRR)')],
  [189, ROUTING('A RIP daemon (FRR)')],
  ...[190, 191, 193, 194, 195, 196, 197, 198].map((protocol): [number, Daemon] => [protocol, FRR]),
  [192, ROUTING('An EIGRP daemon (FRR)')],
]);

/** Whose routes a change would touch, by protocol. */
export interface RouteOwner {
  protocol: Named;
  /** How many of the routes that would be touched are its own. */
  routes: number;
  /** Destinations of the first few. */
  examples: string[];
}
