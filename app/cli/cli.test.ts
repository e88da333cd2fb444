// SPDX-License-Identifier: MIT
// The bundle as a person runs it, beside ip(8) in the same private namespace.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../dist/main/cli.cjs');

const cli = (words: string[], input?: string | Uint8Array) =>
  spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8', input: input ?? '' });

const TOPOLOGY = `
ip link set lo up
ip link add lan0 type veth peer name p0; ip link set lan0 up; ip link set p0 up
ip link add wan0 type veth peer name p1; ip link set wan0 up; ip link set p1 up
ip addr add 192.0.2.1/24 dev lan0; ip addr add 198.51.100.1/24 dev wan0
ip -6 addr add 2001:db8:1::1/64 dev lan0 nodad
ip route add default via 192.0.2.254 metric 100 proto dhcp
ip route add 10.0.0.0/8 nexthop via 192.0.2.2 weight 2 nexthop via 198.51.100.2 dev wan0 onlink
ip route add 10.1.0.0/16 via 192.0.2.3 mtu lock 1400 advmss 1300 congctl cubic
ip route add blackhole 10.2.0.0/16 table 100
ip route add 10.3.0.0/16 via inet6 2001:db8:1::2 dev lan0
ip route add 10.4.0.0/16 dev lan0 tos 0x10 src 192.0.2.1 scope link
ip route add 10.5.0.0/16 via 203.0.113.9 dev lan0 onlink proto 200
ip nexthop add id 5 via 192.0.2.9 dev lan0
ip route add 10.6.0.0/16 nhid 5
ip route add 10.7.0.0/16 via 192.0.2.7 rtt 100ms rto_min 5ms quickack 1 initcwnd 10 hoplimit 3 features ecn
ip route add throw 10.8.0.0/16 table 100
ip route add unreachable 10.9.0.0/16 metric 7
ip -6 route add 2001:db8:9::/48 via 2001:db8:1::5 pref high expires 100000
ip -6 route add 2001:db8:a::/48 nexthop via 2001:db8:1::5 nexthop via 2001:db8:1::6 weight 3
ip -6 route add unreachable 2001:db8:b::/48
ip -6 route add 2001:db8:c::/48 from 2001:db8:1::/64 via 2001:db8:1::7
sleep 2
`;

interface Sides {
  ours: { text: string; json: unknown[] };
  ips: { text: string; json: unknown[] };
}

describe('routes', () => {
  let sides: Sides;
  const folder = mkdtempSync(join(tmpdir(), 'routelens-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const script = `${TOPOLOGY}
      cd ${folder}
      ip route show table all >ip.txt
      ip -j route show table all >ip.json
      ${process.execPath} ${CLI} routes --target system --table all >ours.txt
      ${process.execPath} ${CLI} routes --target system --table all --json >ours.json`;
    writeFileSync(join(folder, 'script'), script);
    const ran = spawnSync('unshare', ['-Urn', 'bash', '-e', join(folder, 'script')], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const read = (name: string) => spawnSync('cat', [join(folder, name)], { encoding: 'utf8' }).stdout;
    const json = (name: string) => JSON.parse(read(name)) as unknown[];
    sides = {
      ours: { text: read('ours.txt'), json: json('ours.json') },
      ips: { text: read('ip.txt'), json: json('ip.json') },
    };
  });

  it('prints what ip prints, byte for byte', () => {
    expect(sides.ours.text.split('\n').length).toBeGreaterThan(40);
    expect(sides.ours.text.replace(/expires \d+sec/g, 'expires Nsec')).toBe(
      sides.ips.text.replace(/expires \d+sec/g, 'expires Nsec'),
    );
  });

  it('has the shape of ip -j route', () => {
    const withoutClock = (list: unknown[]) =>
      list.map((one) => (Object.hasOwn(one as object, 'expires') ? { ...(one as object), expires: 0 } : one));
    expect(withoutClock(sides.ours.json)).toEqual(withoutClock(sides.ips.json));
  });

  it('shows the Lab by default, without the local table', () => {
    const { status, stdout } = cli(['routes', '--json', '-4']);
    expect(status).toBe(0);
    const list = JSON.parse(stdout) as { dst: string; table?: string; type?: string }[];
    expect(list.length).toBeGreaterThan(11);
    expect(list.some((route) => route.table === 'local')).toBe(false);
    expect(list.some((route) => route.type === 'blackhole')).toBe(true);
  });
});

const HEX =
  '34000000 18000506 00000000 00000000 02100000 fe040001 00000000 08000100 0a140000 08000500 c0000202 08000400 02000000';

describe('batch', () => {
  it('writes to this machine and to a named namespace as root, and as nobody else', () => {
    const batch = `${process.execPath} ${CLI} batch`;
    const script = `mount -t tmpfs tmpfs /run; ip link set lo up; ip netns add blue; ip -n blue link set lo up
      echo 'ip route add 10.1.0.0/16 dev lo' | ${batch} --target system -
      echo 'ip route add 10.2.0.0/16 dev lo' | ${batch} --target netns:blue -
      ip route; ip -n blue route`;
    const helper = join(import.meta.dirname, '../../e2e/support/scripted-helper.py');
    const folder = mkdtempSync(join(tmpdir(), 'routelens-cli-'));
    const says = join(folder, 'script.json');
    writeFileSync(says, '{"namespaces": ["blue"]}');
    const env = { ...process.env, ROUTELENS_HELPER: helper, ROUTELENS_SCRIPT: says };
    const ran = spawnSync('unshare', ['-Urnm', 'bash', '-ec', script], { encoding: 'utf8', env });
    rmSync(folder, { recursive: true });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain('1 of 1 applied\n1 of 1 applied\n10.1.0.0/16 dev lo');

    // a namespace in which nobody is mapped: uid 65534
    const locked = spawnSync('unshare', ['-Un', process.execPath, CLI, 'batch', '--target', 'system', '-'], {
      encoding: 'utf8',
      input: 'ip route add 10.1.0.0/16 dev lo',
    });
    expect([locked.status, locked.stdout]).toEqual([1, '']);
    expect(locked.stderr).toContain('Editing is locked');
    expect(locked.stderr).toContain('Run it as root');
  });
});

describe('decode', () => {
  it('shows every field with its bytes', () => {
    const { status, stdout } = cli(['decode', HEX]);
    expect(status).toBe(0);
    expect(stdout).toContain('RTM_NEWROUTE, bytes 0–52: 10.20.0.0/16 via 192.0.2.2');
    expect(stdout).toMatch(/32–36\s+value\s+10\.20\.0\.0/);
  });

  it('answers the same tree from text, bytes, a hex dump and standard input', () => {
    const folder = mkdtempSync(join(tmpdir(), 'routelens-hex-'));
    const bytes = Buffer.from(HEX.replaceAll(' ', ''), 'hex');
    const binary = join(folder, 'message.bin');
    writeFileSync(binary, bytes);
    const want = cli(['decode', '--json', HEX]).stdout;
    expect((JSON.parse(want) as { end: number }[])[0]?.end).toBe(52);
    expect(cli(['decode', '--json', binary]).stdout).toBe(want);
    expect(cli(['decode', '--json', '-'], bytes).stdout).toBe(want);
    const text = spawnSync('hexdump', ['-C', binary], { encoding: 'utf8' });
    expect(text.status).toBe(0);
    expect(cli(['decode', '--json', '-'], text.stdout).stdout).toBe(want);
    rmSync(folder, { recursive: true });
  });

  it('shows what is cut off or no message as far as it goes', () => {
    const { status, stdout } = cli(['decode', '--json', `${HEX.replaceAll(' ', '')}ffff`]);
    expect(status).toBe(0);
    expect(
      (JSON.parse(stdout) as { start: number; end: number }[]).map(({ start, end }) => [start, end]),
    ).toEqual([
      [0, 52],
      [52, 54],
    ]);
  });

  it('says what is wrong with the text', () => {
    const { status, stderr, stdout } = cli(['decode', 'xyz']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('is not a hexadecimal digit');
    expect(cli(['decode', '123']).stderr).toContain('odd number');
  });
});

describe('monitor', () => {
  it('prints each change, and ends with the signal', async () => {
    const script = `ip link add a0 type veth peer name b0; ip link set a0 up
      ${process.execPath} ${CLI} monitor --target system & sleep 1.5
      ip route add 10.9.0.0/16 dev a0; ip route del 10.9.0.0/16; sleep 0.5; kill -INT $!; wait $!; echo "ended with $?"`;
    const child = spawn('unshare', ['-Urn', 'bash', '-c', script]);
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    await new Promise((resolve) => child.once('close', resolve));
    expect(text).toContain('10.9.0.0/16 dev a0 scope link');
    expect(text).toContain('Deleted 10.9.0.0/16 dev a0 scope link');
    expect(text).toContain('ended with 0');
  });
});

describe('the words', () => {
  it.each([
    [[], 'which command?'],
    [['root'], 'there is no command root'],
    [['routes', '--target', 'moon'], 'there is no target moon'],
    [['routes', '--tabel', 'x'], '--tabel'],
    [['routes', '-4', '-6'], 'exclude each other'],
    [['decode'], 'decode what?'],
    [['routes', '--table', 'nowhere'], 'there is no table nowhere'],
  ])('refuses %j with 2 and a reason', (words, reason) => {
    const { status, stdout, stderr } = cli(words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('helps', () => {
    const { status, stdout } = cli(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('npm run -s cli -- decode');
  });

  it('is quiet when the reader goes away', () => {
    const ran = spawnSync('bash', ['-c', `${process.execPath} ${CLI} --help | head -1`], {
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
  });
});
