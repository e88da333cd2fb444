// SPDX-License-Identifier: MIT
// What the kernel says of the loaded module: version, parameters, references, memory, and who has a socket open.
import type { ModuleHolder, ModuleLife } from '../../../app/contract/index.ts';
import { count, plural } from '../words.ts';
import { othersOf } from './life.ts';
import { bytes } from './units.ts';

type Loaded = NonNullable<ModuleLife['loaded']>;

export function LoadedFacts({ loaded }: { loaded: Loaded }) {
  const { version, srcversion, refcount, bytes: size, owner, maxRoutes } = loaded;
  const facts: [name: string, value: string, title: string][] = [
    ['Version', version || 'not told', 'MODULE_VERSION'],
    ['Source', srcversion || 'not told', 'srcversion: a sum over the source it was built from'],
    ['References', count(refcount), 'Each open socket holds one; the kernel unloads it at 0'],
    ['Code and data', bytes(size), 'Memory of the module itself, without its routes'],
    [
      'owner',
      owner === null ? 'none' : `user ${owner}`,
      'Parameter: who may change routes, besides who has CAP_NET_ADMIN',
    ],
    [
      'max_routes',
      maxRoutes === null ? 'not told' : count(maxRoutes),
      'Parameter: routes that a network namespace may hold',
    ],
  ];
  return (
    <dl className="life-facts" aria-label="The loaded module">
      {facts.map(([name, value, title]) => (
        <div key={name} title={title}>
          <dt className={name === name.toLowerCase() ? 'is-mono' : undefined}>{name}</dt>
          <dd className={name === 'Source' ? 'is-mono' : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A process in words: its name, or what is known instead. */
const nameOf = ({ process, isOurs }: ModuleHolder): string =>
  isOurs ? 'Routelens, this program' : (process ?? 'A program of another user');

/** Whose sockets are open. */
export function Holders({ loaded: { holders, refcount } }: { loaded: Loaded }) {
  // the kernel lists those of one network namespace only
  const elsewhere = Math.max(0, refcount - holders.length);
  return (
    <>
      {holders.length > 0 && (
        <div className="life-holders">
          <table className="module-table" aria-label="Who has a socket open">
            <thead>
              <tr>
                <th scope="col">Who has a socket open</th>
                <th scope="col">Process</th>
                <th scope="col">Port</th>
              </tr>
            </thead>
            <tbody>
              {holders.map((holder) => (
                <tr key={holder.portId}>
                  <th scope="row">{nameOf(holder)}</th>
                  <td className="is-mono is-short">{holder.pid ?? 'not told'}</td>
                  <td className="is-mono is-short">{holder.portId}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {elsewhere > 0 && (
        <p className="life-elsewhere">
          {`${holders.length > 0 ? 'And ' : ''}${plural(elsewhere, holders.length > 0 ? 'more socket' : 'socket')} in other network namespaces (containers, ip netns), which this program can’t list.`}
        </p>
      )}
    </>
  );
}

/** What unloading means for those who have a socket open. */
export function unloadWords(loaded: Loaded): string {
  const others = othersOf(loaded);
  const ours = loaded.holders.filter(({ isOurs }) => isOurs).length;
  const lost = 'The routes in it are lost.';
  if (others === 0 && ours === 0) return `Nobody has a socket open any more. ${lost}`;
  if (others === 0)
    return `Routelens has ${plural(ours, 'socket')} open and closes ${ours === 1 ? 'it' : 'them'} first. ${lost}`;
  return (
    `The kernel removes it only when nobody has a socket open: close the other ${others === 1 ? 'program' : 'programs'} first, ` +
    `until then it refuses.${ours > 0 ? ' Routelens closes its own by itself.' : ''} ${lost}`
  );
}
