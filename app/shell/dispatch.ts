// SPDX-License-Identifier: MIT
// The one way from a page into the main process, for every shell: sender first, then the operation's name, then its
// arguments by the contract's schema. What is refused is refused loudly: an error for the page, a line for the log.
import { fail, operations } from '../contract/index.ts';
import type { AppError, Handlers, OperationName, Outcome } from '../contract/index.ts';

/** Where refusals and defects are written; standard error unless a test listens. */
export type Log = (line: string) => void;

export const logToStderr: Log = (line) => {
  process.stderr.write(`routelens: ${line}\n`);
};

export interface Sender {
  /** True only for the main frame of the shell's own window, with the page of our own origin in it. */
  senderOk: boolean;
}

const refused = (what: string, why: string): { ok: false; error: AppError } =>
  fail<AppError>({ kind: 'refused', what, why });

const isOperation = (name: unknown): name is OperationName =>
  typeof name === 'string' && Object.hasOwn(operations, name);

/** At most 60 printable characters of something that a stranger sent. */
const quoted = (value: unknown): string =>
  JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : typeof value);

/**
 * Answers a call from a page. Never throws and never rejects: a defect of a handler becomes an error of kind
 * `internal` without its stack, which goes to the log.
 */
export async function dispatch(
  handlers: Handlers,
  { senderOk }: Sender,
  name: unknown,
  args: unknown,
  log: Log = logToStderr,
): Promise<Outcome<unknown>> {
  if (!senderOk) {
    log(`refused a call of ${quoted(name)}: it did not come from the program's own page`);
    return refused('The call was refused', 'It did not come from the page of this window');
  }
  if (!isOperation(name)) {
    log(`refused a call: there is no operation ${quoted(name)}`);
    return refused('The call was refused', `There is no operation ${quoted(name)}`);
  }
  const checked = operations[name].args.safeParse(args);
  if (!checked.success) {
    const why = checked.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
      .join('; ');
    log(`refused a call of ${name}: ${why}`);
    return refused(`The call of ${name} was refused`, why);
  }
  try {
    // The schema belongs to `name`, so its output is what the handler of `name` takes; the compiler cannot follow that.
    return await (handlers[name] as (args: unknown) => Promise<Outcome<unknown>>)(checked.data);
  } catch (error) {
    log(`defect in ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return fail<AppError>({
      kind: 'internal',
      what: `The program failed in ${name}`,
      why: 'This is a defect of Routelens; the details are on its standard error',
    });
  }
}
