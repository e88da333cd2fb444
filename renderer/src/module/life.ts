// SPDX-License-Identifier: MIT
// What each state of the module means, in plain words, and the way out of it. No state is without either.
import { MODULE_STATE_WORDS } from '../../../app/contract/index.ts';
import type { AppError, ModuleLife, ModuleStateId } from '../../../app/contract/index.ts';
import { wayToInstall } from '../install.ts';

export type ActionId = 'build' | 'cancel' | 'load' | 'unload' | 'open' | 'greet';

export interface Action {
  id: ActionId;
  words: string;
  isPrimary: boolean;
}

export interface Description {
  /** The word of the state. */
  word: string;
  /** Class of its dot; the word stands beside it. */
  mark: 'connected' | 'resyncing' | 'not-loaded' | 'lost' | 'idle';
  /** What it means. */
  means: string;
  /** What the person can do; null where the buttons say it. */
  wayOut: string | null;
  /** A command for a terminal that does it. */
  command: string | null;
  actions: Action[];
}

const primary = (id: ActionId, words: string): Action => ({ id, words, isPrimary: true });
const other = (id: ActionId, words: string): Action => ({ id, words, isPrimary: false });

const LOAD_AGAIN = primary('load', 'Load again');

const MARKS: Record<ModuleStateId, Description['mark']> = {
  unsupported: 'lost',
  'no-headers': 'not-loaded',
  'not-built': 'idle',
  building: 'resyncing',
  'not-installed': 'not-loaded',
  ready: 'idle',
  loading: 'resyncing',
  loaded: 'connected',
  busy: 'not-loaded',
  unloading: 'resyncing',
  'refused-polkit': 'lost',
  'refused-kernel': 'lost',
  lost: 'lost',
};

type Rest = Omit<Description, 'word' | 'mark'>;

/** Where the state is one that something else leads into. */
export const isMoving = ({ state }: ModuleLife): boolean =>
  state === 'building' || state === 'loading' || state === 'unloading';

const rebuild = ({ canBuild, headers, built }: ModuleLife): Action[] =>
  canBuild && headers.isThere ? [other('build', built ? 'Build it anew' : 'Build it here')] : [];

function notInstalled(life: ModuleLife): Rest {
  const { helper, installed, problem, kernel } = life;
  const way = wayToInstall(life.installation);
  // the files are there, but polkit is not, or does not know them: the main process knows which
  if (installed && helper.isThere && problem)
    return {
      means: [problem.what, problem.why].filter(Boolean).join('. ') + '.',
      wayOut: problem.wayOut ? `${problem.wayOut}.` : null,
      command: null,
      actions: [],
    };
  const missing = [
    !installed && `the module for kernel ${kernel}`,
    !helper.isThere && 'the helper that loads it as root',
    !helper.hasPolkit && 'polkit’s rules on who may load it',
  ].filter((part) => part !== false);
  const list = missing.length > 1 ? `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)}` : missing[0];
  return {
    means: `Not yet at its place on this system: ${list ?? 'the module'}.`,
    wayOut: way.words,
    command: way.command,
    actions: rebuild(life),
  };
}

const OF_ANOTHER_KERNEL: ReadonlySet<string> = new Set(['vermagic', 'unknown-symbol', 'symbol-version']);

/** Of a module that is there for another kernel, or not yet. */
function rebuildCommand({ installation }: ModuleLife): string | null {
  return installation.kind === 'package' ? 'sudo dkms autoinstall' : wayToInstall(installation).command;
}

function refusedByKernel(life: ModuleLife): Rest {
  const { loaded, problem } = life;
  const cause = problem?.kind === 'module' ? problem.cause : 'other';
  if (loaded && cause === 'exists')
    return {
      means: 'A module named rtmgr is in the kernel already, loaded by somebody else.',
      wayOut: null,
      command: null,
      actions: [primary('open', 'Open it'), other('unload', 'Unload…')],
    };
  if (loaded)
    return {
      means: 'The kernel was asked to unload it, and refused. It works as before.',
      wayOut: null,
      command: null,
      actions: [primary('unload', 'Unload again…'), other('open', 'Open it')],
    };
  const isOld = OF_ANOTHER_KERNEL.has(cause);
  const build = isOld ? rebuild(life) : [];
  return {
    means: 'The kernel was asked to load it, and refused. Nothing has changed.',
    wayOut: null,
    command: isOld ? rebuildCommand(life) : null,
    actions: [
      ...build.map((action) => ({ ...action, isPrimary: true })),
      { ...LOAD_AGAIN, isPrimary: build.length === 0 },
    ],
  };
}

/** Open sockets of others: those that are listed, and those in network namespaces where one can't look. */
export function othersOf({ holders, refcount }: NonNullable<ModuleLife['loaded']>): number {
  const ours = holders.filter(({ isOurs }) => isOurs).length;
  return Math.max(refcount, holders.length) - ours;
}

function rest(life: ModuleLife): Rest {
  const { state, headers, kernel, installed, built, canBuild, loaded } = life;
  switch (state) {
    case 'unsupported':
      return {
        means: 'This kernel cannot load modules at all (CONFIG_MODULES is off).',
        wayOut:
          'The same routing-table manager runs as an ordinary program, too: open rtmgr, user-mode, below.',
        command: null,
        actions: [],
      };
    case 'no-headers':
      // headers would not help: the helper does not come with it
      if (life.installation.kind === 'appimage' && !canBuild)
        return {
          means: `There is no rtmgr for kernel ${kernel}.`,
          wayOut: wayToInstall(life.installation).words,
          command: null,
          actions: [],
        };
      return {
        means: `There is no rtmgr for kernel ${kernel}, and it can’t be built: the kernel’s headers are missing.`,
        wayOut: `Install the package ${headers.package}. It is noticed here by itself.`,
        command: headers.package.startsWith('linux-headers-') ? `sudo apt install ${headers.package}` : null,
        actions: [],
      };
    case 'not-built':
      return {
        means: built
          ? `The rtmgr that was built in this clone is for another kernel than ${kernel}.`
          : `There is no rtmgr for kernel ${kernel} yet.`,
        wayOut: canBuild
          ? 'Building takes some seconds and needs no rights.'
          : life.installation.kind === 'package'
            ? 'DKMS builds it from the package of Routelens. It is noticed here by itself.'
            : wayToInstall(life.installation).words,
        command: canBuild ? null : rebuildCommand(life),
        actions: canBuild ? [primary('build', 'Build')] : [],
      };
    case 'building':
      return {
        means: `make builds rtmgr for kernel ${kernel}.`,
        wayOut: null,
        command: null,
        actions: [other('cancel', 'Cancel')],
      };
    case 'not-installed':
      return notInstalled(life);
    case 'ready': {
      const isOld = built && installed && built.version !== installed.version;
      return {
        means: `rtmgr ${installed?.version ?? ''} is at its place and can be loaded.`.replace('  ', ' '),
        wayOut: isOld
          ? `What was built in this clone is ${built.version}: install it to load that one.`
          : 'polkit asks who you are; then a small helper loads it as root, and you may change its routes.',
        command: isOld ? wayToInstall(life.installation).command : null,
        actions: [primary('load', 'Load'), ...rebuild(life)],
      };
    }
    case 'loading':
      return {
        means: 'Waiting for polkit, which may ask for a password in a window of its own, and for the kernel.',
        wayOut: null,
        command: null,
        actions: life.canCancel ? [other('cancel', 'Cancel')] : [],
      };
    case 'loaded':
      return {
        means: `rtmgr ${loaded?.version ?? ''} is in the kernel and answers on netlink protocol 31.`,
        wayOut: null,
        command: null,
        actions: [other('unload', 'Unload…'), other('greet', 'Greet it'), primary('open', 'Open it')],
      };
    case 'busy': {
      const others = loaded ? othersOf(loaded) : 0;
      const whose =
        others === 0
          ? 'a socket to it is open'
          : `${others === 1 ? 'one socket of another program is' : `${others} sockets of other programs are`} open`;
      return {
        means: `The kernel keeps it, because ${whose}. It works as before.`,
        wayOut: 'Close the programs below, then unload it again.',
        command: null,
        actions: [primary('unload', 'Unload again…'), other('open', 'Open it')],
      };
    }
    case 'unloading':
      return {
        means: 'Our own socket is closed, then the kernel is asked to remove it, and its routes with it.',
        wayOut: null,
        command: null,
        actions: life.canCancel ? [other('cancel', 'Cancel')] : [],
      };
    case 'refused-polkit':
      return {
        means: `polkit did not give the right to ${loaded ? 'unload' : 'load'} it. Nothing has changed.`,
        wayOut: null,
        command: null,
        actions: loaded ? [primary('unload', 'Unload again…'), other('open', 'Open it')] : [LOAD_AGAIN],
      };
    case 'refused-kernel':
      return refusedByKernel(life);
    case 'lost':
      return {
        means: 'It was loaded, and is no more. The routes in it are gone.',
        wayOut: installed
          ? 'Load it again to begin with empty tables.'
          : wayToInstall(life.installation).words,
        command: installed ? null : wayToInstall(life.installation).command,
        actions: installed ? [LOAD_AGAIN] : [],
      };
  }
}

/** Where the state itself says what is wrong, it is not told a second time as an error. */
export const isToldApart = ({ state, problem }: ModuleLife): boolean =>
  problem !== null &&
  !(state === 'not-installed' && problem.kind === 'polkit' && problem.cause === 'not-installed');

export function describe(life: ModuleLife): Description {
  const said = rest(life);
  return {
    word: MODULE_STATE_WORDS[life.state],
    mark: MARKS[life.state],
    ...said,
    // what stands out is always at the same place: the end. So a double click never meets another one's opposite
    actions: [...said.actions].sort((a, b) => Number(a.isPrimary) - Number(b.isPrimary)),
    // what the main process knows of this very case says more
    wayOut: isToldApart(life) && life.problem?.wayOut ? null : said.wayOut,
  };
}

export interface Check {
  name: string;
  isThere: boolean;
  detail: string;
  title?: string;
}

/** What has to be there before it can be loaded, in the order in which it comes about. */
export function checksOf(life: ModuleLife): Check[] {
  const { headers, built, canBuild, installed, helper, kernel } = life;
  const isForThis = built !== null && built.vermagic.split(' ')[0] === kernel;
  return [
    {
      name: 'Headers',
      isThere: headers.isThere,
      detail: headers.isThere ? 'there' : 'missing',
      title: headers.package,
    },
    ...(canBuild || built
      ? [
          {
            name: 'Built',
            isThere: isForThis,
            detail: isForThis ? built.version || 'yes' : built ? 'for another kernel' : 'not yet',
            ...(built && { title: `${built.path}, for ${built.vermagic}` }),
          },
        ]
      : []),
    {
      name: 'Installed',
      isThere: installed !== null,
      detail: installed ? installed.version || 'yes' : 'no',
      ...(installed && { title: installed.path }),
    },
    {
      name: 'Helper',
      isThere: helper.isThere,
      detail: helper.isThere ? 'there' : 'missing',
      title: helper.path,
    },
    { name: 'polkit', isThere: helper.hasPolkit, detail: helper.hasPolkit ? 'ready' : 'missing' },
  ];
}

/** Lines that the kernel logged with the refusal. */
export const logOf = (error: AppError | null): readonly string[] =>
  error?.kind === 'module' ? error.log : [];
