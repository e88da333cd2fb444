// SPDX-License-Identifier: MIT
// The contract's operations, each in a line or two: what belongs to the table, the trace or the routes is done there.
import type { AppError, AppInfo, Handlers, OperationName, Outcome } from '../../app/contract/index.ts';
import { fail, ok } from '../../app/contract/index.ts';
import { namedProtocols, namedRouteTypes, namedScopes, namedTables } from '../codec/index.ts';
import { addRoute } from '../routes/add.ts';
import { ipCommands } from '../routes/commands.ts';
import type { RouteContext } from '../routes/context.ts';
import { deleteRoutes } from '../routes/delete.ts';
import { editRoute } from '../routes/edit.ts';
import { lookupRoute } from '../routes/lookup.ts';
import { ownersOf } from '../routes/owners.ts';
import { protocolOf } from '../netlink/wire.ts';
import type { LifeOfModule } from '../module/life.ts';
import { applyCommands } from '../routes/batch.ts';
import { flushTable, readStats, sayHello } from '../rtmgr/answers.ts';
import { listTargets } from '../targets/list.ts';
import type { Remote } from '../threads/rpc.ts';
import type { TraceService } from '../trace/service.ts';
import type { Connection } from './connection.ts';
import { isDoneByThePerson, lockHandlers } from './lock-handlers.ts';
import { moduleHandlers } from './module-handlers.ts';
import type { PrefsFile } from './prefs.ts';
import type { Session } from './session.ts';

const gone = (what: string): AppError => ({ kind: 'gone', what });

const named = (list: [value: number, name: string][]) => list.map(([value, name]) => ({ value, name }));

/** A thread that ended under a call rejects it; what a caller gets is an error all the same. */
function guarded(handlers: Handlers, touch: () => void): Handlers {
  const guard =
    <A, R>(name: OperationName, handler: (args: A) => Promise<Outcome<R>>) =>
    async (args: A): Promise<Outcome<R>> => {
      try {
        if (isDoneByThePerson(name)) touch();
        return await handler(args);
      } catch (error) {
        return fail({
          kind: 'internal',
          what: `${name} failed`,
          why: error instanceof Error ? error.message : String(error),
          wayOut: 'Open the target again',
        });
      }
    };
  const entries = Object.entries(handlers) as [OperationName, (args: unknown) => Promise<Outcome<unknown>>][];
  return Object.fromEntries(
    entries.map(([name, handler]) => [name, guard(name, handler)]),
  ) as unknown as Handlers;
}

export function makeHandlers(
  session: Session,
  info: AppInfo,
  prefs: PrefsFile,
  onPrefs: () => void,
  life: LifeOfModule,
): Handlers {
  /** Runs with the open connection, or answers why there is none. */
  async function using<T>(work: (connection: Connection) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const connection = session.connected();
    if (!connection.ok) return connection;
    return work(connection.value);
  }

  /** Over the request socket. */
  const reading = ({ channel, table, target, prepared, mostBytes }: Connection): RouteContext => ({
    channel,
    socket: 'request',
    table,
    trace: session.trace.call,
    links: session.links,
    readOnly: prepared.writable
      ? null
      : {
          why: prepared.readOnlyReason ?? 'This target can only be read',
          ...(target.guard && { wayOut: 'Unlock editing first' }),
        },
    protocol: protocolOf(target.wire),
    mostBytes,
  });

  /** Through the helper, where the target is written through it and that is unlocked. */
  const writing = (connection: Connection): RouteContext => {
    const context = reading(connection);
    const line = session.lock?.line;
    if (!line) return context;
    const { channel, mostBytes } = line;
    return { ...context, channel, socket: 'relay', readOnly: null, mostBytes };
  };

  const withRoutes = <T>(work: (routes: RouteContext) => Promise<Outcome<T>>): Promise<Outcome<T>> =>
    using(async (connection) => {
      await session.lock?.ready();
      return work(writing(connection));
    });

  /** Asked for anew each time: a trace thread that has crashed is replaced when a target is opened. */
  const trace = new Proxy({} as Remote<TraceService>, {
    get: (_, name: string) => session.trace.call[name],
  });

  return guarded(
    {
      'app.info': async () => ok(info),
      'prefs.get': async () => ok(prefs.get()),
      'prefs.set': async (patch) => {
        const value = prefs.set(patch as Parameters<PrefsFile['set']>[0]);
        onPrefs();
        return ok(value);
      },

      'targets.list': async () => ok(listTargets()),
      'targets.open': async ({ id }) => {
        const known = listTargets().find((target) => target.id === id);
        if (!known) return fail({ kind: 'invalid', what: `There is no target ${id}` });
        if (!known.available) {
          const { why, wayOut } = known.reason ?? { why: 'It is not available' };
          return fail({
            kind: 'unavailable',
            what: `${known.name} cannot be opened`,
            why,
            ...(wayOut && { wayOut }),
          });
        }
        const state = await session.open(id);
        // opening a namespace asks for a right: not unasked at the next start
        if (state.state === 'connected' && !id.startsWith('netns:')) {
          prefs.set({ target: id });
          onPrefs();
        }
        return ok(state);
      },
      'targets.state': async () => ok(session.state),
      'lab.reset': async () => {
        if (session.state.target !== 'lab') return fail({ kind: 'invalid', what: 'The Lab is not open' });
        return ok(await session.open('lab'));
      },
      'links.list': async () => ok(session.links),
      'vocabulary.get': async () =>
        ok({
          tables: named(namedTables()).filter((table) => table.value !== 0),
          protocols: named(namedProtocols()),
          scopes: named(namedScopes()),
          types: named(namedRouteTypes()),
        }),

      'grid.state': async () => {
        const connection = session.connected();
        return ok(connection.ok ? await connection.value.table.state() : session.grid);
      },
      'grid.view': async (spec) => {
        session.remember(spec);
        const connection = session.connected();
        return ok(connection.ok ? await connection.value.table.view(spec) : session.grid);
      },
      'grid.rows': async ({ start, count }) => {
        const connection = session.connected();
        if (!connection.ok) return ok({ version: session.grid.version, start, rows: [] });
        return ok(await connection.value.table.rows({ start, count }));
      },
      'grid.locate': (args) => using(async ({ table }) => ok(await table.locate(args))),
      'grid.verify': () => using(({ table }) => table.verify()),

      'route.add': ({ draft }) => withRoutes((routes) => addRoute(routes, draft)),
      'route.edit': ({ rowId, patch }) => withRoutes((routes) => editRoute(routes, rowId, patch)),
      'route.delete': ({ rowIds }) => withRoutes((routes) => deleteRoutes(routes, rowIds)),
      'route.lookup': ({ address }) => using((connection) => lookupRoute(reading(connection), address)),
      'route.owners': (args) => using((connection) => ownersOf(reading(connection), args)),
      'route.commands': ({ rowIds }) =>
        using(async ({ table }) => {
          const specs = await table.specs({ rowIds });
          return ok(
            ipCommands(
              specs.filter((spec) => spec !== null),
              session.links,
            ),
          );
        }),

      'route.batch': ({ commands }) => withRoutes((routes) => applyCommands(routes, commands)),

      'rtmgr.hello': ({ text }) => withRoutes((routes) => sayHello(routes, text)),
      'rtmgr.stats': () => withRoutes(readStats),
      'rtmgr.flush': ({ table }) => withRoutes((routes) => flushTable(routes, table)),
      'rtmgr.mirror': ({ on }) => session.setMirror(on),

      ...moduleHandlers(life),
      ...lockHandlers(session),

      'trace.state': async () => ok(await trace.state()),
      'trace.filter': async (filter) => ok(await trace.filter(filter)),
      'trace.rows': async (args) => ok(await trace.rows(args)),
      'trace.message': async ({ id }) => {
        const detail = await trace.message({ id });
        return detail ? ok(detail) : fail(gone(`Message ${id} is no longer kept`));
      },
      'trace.locate': async ({ id }) => ok({ index: await trace.locate({ id }) }),
      'trace.pause': async (args) => ok(await trace.pause(args)),
      'trace.clear': async () => ok(await trace.clear()),
      'trace.ofRow': ({ rowId }) =>
        using(async ({ table }) => {
          const [spec] = await table.specs({ rowIds: [rowId] });
          return ok(spec ? await trace.ofRoute({ spec }) : []);
        }),
      'trace.rowOf': ({ id }) =>
        using(async ({ table }) => {
          const bytes = await trace.bytes({ id });
          return ok({ rowId: bytes ? await table.findMessage({ bytes }) : null });
        }),
    },
    () => session.touch(),
  );
}
