// SPDX-License-Identifier: MIT
// Makes the golden vectors beside it: runs real commands of iproute2 in throw-away namespaces under strace, and writes
// the bytes of every datagram to NAME.json, with the command and with what strace read in them, which is a second
// opinion. Needs strace, iproute2 and user namespaces:  node main/codec/golden/capture.mjs [NAME…]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOPOLOGY = `
ip link set lo up
ip link add lan0 index 3 type veth peer name lan1 index 4
ip link set lan0 up; ip link set lan1 up
ip addr add 192.0.2.1/24 dev lan0
ip addr add 2001:db8::1/64 dev lan0 nodad
`;

/** name: [command, commands that come before]. */
const COMMANDS = {
  'route-via': ['ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-default': ['ip route add default via 192.0.2.254 dev lan0 proto static metric 100'],
  'route-everything': [
    'ip route add 10.21.0.0/16 via 192.0.2.2 dev lan0 onlink table 1000 proto bgp metric 7 src 192.0.2.1 tos 0x10 realm 5/6 mtu lock 1400 advmss 1360 initcwnd 20 hoplimit 33 features ecn congctl reno',
  ],
  'route-multipath': [
    'ip route add 10.22.0.0/16 nexthop via 192.0.2.2 weight 1 nexthop via 192.0.2.3 weight 5 nexthop dev lan0 weight 256',
  ],
  'route-via-inet6': ['ip route add 10.23.0.0/16 via inet6 2001:db8::2 dev lan0'],
  'route-blackhole': ['ip route add blackhole 10.24.0.0/16 metric 4278198272'],
  'route-throw': ['ip route add throw 10.25.0.0/16 table 77'],
  'route-local': ['ip route add local 10.26.0.1 dev lo table local'],
  'route-replace': ['ip route replace 10.20.0.0/16 via 192.0.2.3', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-append': ['ip route append 10.20.0.0/16 via 192.0.2.3', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-delete': ['ip route del 10.20.0.0/16 via 192.0.2.2', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-get': ['ip route get 10.20.30.40 mark 5', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-get-fibmatch': ['ip route get fibmatch 10.20.30.40', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'route-dump': [
    'ip route show table all',
    'ip route add 10.20.0.0/16 via 192.0.2.2; ip route add 10.22.0.0/16 nexthop via 192.0.2.2 nexthop via 192.0.2.3 weight 3; ip route add unreachable 10.23.0.0/16 table 500; ip route add 10.24.0.0/16 via 192.0.2.2 mtu lock 1400 congctl reno; ip route add 10.25.0.0/16 via inet6 2001:db8::2 dev lan0; ip nexthop add id 9 via 192.0.2.9 dev lan0; ip route add 10.26.0.0/16 nhid 9',
  ],
  'route-encap-mpls': ['ip route add 10.30.0.0/16 encap mpls 100/200 ttl 9 via 192.0.2.2'],
  'route-encap-ip': ['ip route add 10.31.0.0/16 encap ip id 5 dst 192.0.2.7 ttl 3 dev lan0'],
  'route-encap-seg6': ['ip -6 route add 2001:db8:5::/48 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev lan0'],
  'route-encap-seg6local': ['ip -6 route add 2001:db8:8::/48 encap seg6local action End.DT6 table 254 dev lan0'],
  'route-encap-dump': [
    'ip route show table all',
    'ip -6 route add 2001:db8:5::/48 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev lan0; ip -6 route add 2001:db8:7::/48 encap ip6 id 5 dst 2001:db8::9 dev lan0; ip route add 10.31.0.0/16 encap ip id 5 dst 192.0.2.7 dev lan0; ip -6 route add 2001:db8:8::/48 encap seg6local action End.DT6 table 254 dev lan0',
  ],
  'route6-via': ['ip -6 route add 2001:db8:1::/48 via 2001:db8::2 metric 50 pref high expires 600'],
  'route6-multipath': [
    'ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::2 dev lan0 weight 2 nexthop via 2001:db8::3 dev lan0',
  ],
  'route6-from': ['ip -6 route add 2001:db8:3::/48 from 2001:db8:4::/48 dev lan0'],
  'route6-dump': [
    'ip -6 route show table all',
    'ip -6 route add 2001:db8:1::/48 via 2001:db8::2 expires 600 mtu 1300; ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::2 nexthop via 2001:db8::3 weight 4; ip -6 route add blackhole 2001:db8:dead::/48',
  ],
  'route6-get': ['ip -6 route get 2001:db8::77'],
  'route-nhid': ['ip route add 10.40.0.0/16 nhid 1', 'ip nexthop add id 1 via 192.0.2.2 dev lan0'],
  'nexthop-add': ['ip nexthop add id 1 via 192.0.2.2 dev lan0 proto static'],
  'nexthop-encap': ['ip nexthop add id 1 encap seg6 mode encap segs 2001:db8::5 via 2001:db8::2 dev lan0'],
  'nexthop-group': [
    'ip nexthop add id 10 group 1/3,5',
    'ip nexthop add id 1 via 192.0.2.2 dev lan0; ip nexthop add id 2 blackhole; ip nexthop add id 3 via 192.0.2.3 dev lan0',
  ],
  'nexthop-resilient': [
    'ip nexthop add id 10 group 1 type resilient buckets 4 idle_timer 60',
    'ip nexthop add id 1 via 192.0.2.2 dev lan0',
  ],
  'nexthop-dump': [
    'ip nexthop show',
    'ip nexthop add id 1 via 192.0.2.2 dev lan0; ip nexthop add id 2 blackhole; ip nexthop add id 10 group 1',
  ],
  'link-veth': ['ip link add wan0 mtu 1400 type veth peer name wan1 mtu 1400'],
  'link-up': ['ip link set lan1 up'],
  'link-rename': ['ip link set lan1 down name other alias "a comment" address 02:00:00:00:00:01'],
  'link-delete': ['ip link del lan0'],
  'link-show': ['ip link show lan0'],
  'link-dump': ['ip -d -s link show'],
  'address-add': ['ip addr add 198.51.100.1/24 brd + dev lan0 label lan0:a metric 30'],
  'address-peer': ['ip addr add 198.51.100.1 peer 198.51.100.2/32 dev lan0'],
  'address6-add': ['ip addr add 2001:db8:9::1/64 dev lan0 nodad preferred_lft 100 valid_lft 200'],
  'address-delete': ['ip addr del 192.0.2.1/24 dev lan0'],
  'address-dump': ['ip addr show'],
  'rule-add': ['ip rule add from 10.0.0.0/8 to 192.0.2.0/24 fwmark 0x10/0xff iif lan0 lookup 1000 priority 500'],
  'rule-ports': ['ip rule add ipproto tcp dport 80-90 uidrange 0-0 prohibit priority 501'],
  'rule-suppress': ['ip -6 rule add not oif lan0 table main suppress_prefixlength 0 priority 7'],
  'rule-dump': ['ip rule show', 'ip rule add from 10.0.0.0/8 goto 32766 priority 600; ip rule add blackhole tos 0x10'],
  'neighbour-add': ['ip neigh add 192.0.2.50 lladdr 02:00:00:00:00:05 dev lan0 nud permanent'],
  'neighbour-dump': ['ip neigh show', 'ip neigh add 192.0.2.50 lladdr 02:00:00:00:00:05 dev lan0 router'],
  'error-exists': ['ip route add 10.20.0.0/16 via 192.0.2.2', 'ip route add 10.20.0.0/16 via 192.0.2.2'],
  'error-gateway': ['ip route add 10.20.0.0/16 via 203.0.113.1 dev lan0'],
  'error-unreachable-gateway': ['ip route add 10.20.0.0/16 via 203.0.113.1'],
  'error-prefix': ['ip route add 10.20.0.1/16 dev lan0'],
  'error-no-route': ['ip route del 10.99.0.0/16'],
  'error-lookup': ['ip route get 203.0.113.1'],
  'error-nhid': ['ip route add 10.40.0.0/16 nhid 99'],
  'error-mtu': ['ip link set lan0 mtu 10'],
  'error-kind': ['ip link add x0 type nosuchkind'],
  'error-policy': ['ip link set lan0 gso_max_size 10'],
  'error-congestion': ['ip route add 10.41.0.0/16 via 192.0.2.2 congctl nosuchalgorithm'],
  'error-prefsrc': ['ip route add 10.42.0.0/16 via 192.0.2.2 src 203.0.113.9'],
  'error-dump-table': ['ip -4 route show table 12345'],
  'monitor-route': ['ip monitor route link address', null, 'ip route add 10.20.0.0/16 via 192.0.2.2; ip addr add 198.51.100.1/24 dev lan0; ip link set lan0 down'],
};

/** The datagrams in strace's output: direction, bytes, and the line that strace made of them. */
function parse(text) {
  const datagrams = [];
  let open = null;
  for (const line of text.split('\n')) {
    const call = /^(sendmsg|recvmsg|sendto|recvfrom)\(/.exec(line);
    if (call) {
      open = { direction: call[1].startsWith('send') ? 'out' : 'in', hex: '', strace: line };
      if (!/MSG_PEEK/.test(line)) datagrams.push(open);
    }
    const dump = /^ \| [0-9a-f]+ {2}((?:[0-9a-f]{2} {1,2})+)/.exec(line);
    if (dump && open) open.hex += dump[1].replace(/ /g, '');
  }
  return datagrams.filter(({ hex }) => hex !== '');
}

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'routelens-golden-'));
const wanted = process.argv.slice(2);
for (const [name, [command, before, meanwhile]] of Object.entries(COMMANDS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const log = join(folder, name);
  const traced = `strace -v -s 65535 -e trace=sendmsg,recvmsg,sendto,recvfrom -e write=all -e read=all -o ${log} ${command}`;
  const script = meanwhile
    ? `${traced} & tracer=$!; sleep 0.4; ${meanwhile}; sleep 0.4; kill $(cat /proc/$tracer/task/$tracer/children); wait`
    : traced;
  execFileSync('unshare', ['-Urn', 'sh', '-c', `{ ${TOPOLOGY}\n${before ?? ':'}\n} >/dev/null\n{ ${script}\n} >/dev/null 2>&1; true`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const datagrams = parse(readFileSync(log, 'latin1'));
  if (datagrams.length === 0) throw new Error(`${name}: nothing was captured`);
  writeFileSync(join(here, `${name}.json`), `${JSON.stringify({ command, ...(before ? { before } : {}), ...(meanwhile ? { meanwhile } : {}), datagrams }, null, 1)}\n`);
}
rmSync(folder, { recursive: true });
