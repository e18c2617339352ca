/**
 * A client that is told what to do, a line at a time: {"call": name, "given": [arguments]} comes in on stdin, and
 * {"value": …} or {"error": {"name", "message"}} goes out on stdout, in the order of the calls. All else that is
 * printed goes to stderr. Ends with stdin.
 */
import { Console } from 'node:console';
import { createInterface } from 'node:readline';

globalThis.console = new Console(process.stderr, process.stderr);

export async function converse(calls) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(calls, JSON.parse(line)))}\n`);
  }
  process.exit(); // the clients' timers would keep the process alive for minutes
}

async function answer(calls, { call, given }) {
  try {
    return { value: (await calls[call](...given)) ?? null };
  } catch (error) {
    console.error(error);
    return { error: { name: error.code ?? error.name, message: error.message } };
  }
}
