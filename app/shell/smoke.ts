// SPDX-License-Identifier: MIT
// `--smoke FILE.png`: shows that a machine can run Routelens. Everything goes through the page's own bridge, as a
// person's edits do, and is checked against fresh dumps of the kernel's table.
import { writeFile } from 'node:fs/promises';
import type { Answer, Args, OperationName, Outcome, RouteDraft } from '../contract/index.ts';
import { gridPainted, waitFor } from './page.ts';
import type { ShellPage } from './page.ts';

/** From RFC 2544's range for benchmarks: nobody's route. */
const DESTINATION = '198.18.77.0/24';
const CHANGED = { metric: 77, mtu: 1400 };

class SmokeFailure extends Error {}

const expect = (condition: boolean, words: string): void => {
  if (!condition) throw new SmokeFailure(words);
};

async function call<K extends OperationName>(page: ShellPage, name: K, args: Args<K>): Promise<Answer<K>> {
  const outcome = (await page.evaluate(
    `window.routelens[${JSON.stringify(name)}](${JSON.stringify(args)})`,
  )) as Outcome<Answer<K>>;
  if (outcome.ok) return outcome.value;
  const { what, why } = outcome.error;
  throw new SmokeFailure(`${name}: ${what}${why ? ` (${why})` : ''}`);
}

async function verify(page: ShellPage, after: string): Promise<number> {
  const { kernel, table, differences } = await call(page, 'grid.verify', {});
  expect(differences === 0, `after ${after} the table differs from a fresh dump in ${differences} routes`);
  expect(kernel === table, `after ${after} the kernel has ${kernel} routes, the table ${table}`);
  return kernel;
}

async function draft(page: ShellPage): Promise<RouteDraft> {
  const links = await call(page, 'links.list', {});
  const link = links.find((l) => l.up && l.carrier && l.kind !== 'loopback') ?? links.find((l) => l.up);
  expect(link !== undefined, 'the Lab has no interface that is up');
  return {
    family: 4,
    destination: DESTINATION,
    hops: [{ gateway: null, device: link!.name, weight: 1, onlink: false }],
    table: 254,
    protocol: 4,
    type: 1,
    scope: null,
    metric: null,
    tos: 0,
    prefsrc: null,
    mtu: null,
  };
}

async function steps(page: ShellPage, at: (step: string) => void): Promise<void> {
  at('waiting for the page');
  expect(await waitFor(page, `typeof window.routelens === 'object'`, 30_000), 'the page did not load');
  at('waiting for the Lab');
  const isConnected = `window.routelens['targets.state']({}).then((s) => s.ok && s.value.target === 'lab' && s.value.state === 'connected')`;
  if (!(await waitFor(page, isConnected, 30_000))) {
    const { state, error } = await call(page, 'targets.state', {});
    throw new SmokeFailure(`the Lab is ${state}${error ? `: ${error.what} ${error.why ?? ''}` : ''}`);
  }
  at('waiting for the grid to be painted');
  expect(await gridPainted(page, 30_000), 'the grid showed no routes');
  const before = await verify(page, 'the first dump');

  at('adding a route');
  const added = await call(page, 'route.add', { draft: await draft(page) });
  expect(added.rowIds.length === 1, `adding ${DESTINATION} gave ${added.rowIds.length} rows`);
  expect((await verify(page, 'adding')) === before + 1, 'the added route is not in a fresh dump');
  const addedRow = (await call(page, 'grid.locate', { rowId: added.rowIds[0]! })).row;
  expect(addedRow?.destination === DESTINATION, `the added row reads ${addedRow?.destination ?? 'nothing'}`);

  at('changing the route');
  const edited = await call(page, 'route.edit', { rowId: added.rowIds[0]!, patch: CHANGED });
  expect(edited.rowIds.length === 1, `changing ${DESTINATION} gave ${edited.rowIds.length} rows`);
  expect((await verify(page, 'changing')) === before + 1, 'the change left a route too many or too few');
  const row = (await call(page, 'grid.locate', { rowId: edited.rowIds[0]! })).row;
  expect(
    row?.metric === CHANGED.metric && row.mtu === CHANGED.mtu,
    `the changed row has metric ${row?.metric} and MTU ${row?.mtu}`,
  );

  at('deleting the route');
  const { items } = await call(page, 'route.delete', { rowIds: [edited.rowIds[0]!] });
  const refusal = items.map((item) => item.outcome).find((outcome) => !outcome.ok);
  expect(refusal === undefined, `deleting was refused: ${refusal && !refusal.ok ? refusal.error.what : ''}`);
  expect((await verify(page, 'deleting')) === before, 'the deleted route is still in a fresh dump');
  at('taking the picture');
  // the deleted row fades, and the inspector's list settles
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await gridPainted(page, 10_000), 'the grid is no longer painted');
}

/** Answers 0, or 1 after writing the reason; ends within `limitMs` whatever hangs. */
export async function runSmoke(
  page: ShellPage,
  file: string,
  say: (line: string) => void,
  limitMs = 60_000,
): Promise<0 | 1> {
  let step = 'starting';
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SmokeFailure(`nothing more happened within ${limitMs / 1000} s`)),
      limitMs,
    );
  });
  try {
    await Promise.race([steps(page, (words) => (step = words)), limit]);
    await Promise.race([page.capture().then((png) => writeFile(file, png)), limit]);
    say(`smoke: passed; the window is in ${file}`);
    return 0;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    say(`smoke: failed while ${step}: ${words}`);
    // a picture of what went wrong, when there is one to be had
    const picture = page.capture().then((png) => writeFile(file, png));
    await Promise.race([picture, new Promise((resolve) => setTimeout(resolve, 3000))]).catch(() => {});
    return 1;
  } finally {
    clearTimeout(timer);
  }
}
