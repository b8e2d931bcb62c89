// A program of its own: loads migrations from their files and runs them, one by one, as its parent orders. Its database is a relay in
// the parent; of GitHub, AWS and passwords it knows nothing.
import { readSync } from "node:fs";
import { createConnection } from "node:net";
import { Worker } from "node:worker_threads";
import { type Order, onLines, type Start, send } from "./messages.ts";
import { MigrationModules } from "./migration-modules.ts";
import { thrownValue } from "./thrown-value.ts";

/** Whoever started this ends it by closing its standard input, by dying too: also while the program is in an endless loop. */
const lifeline = `const { Socket } = process.getBuiltinModule("node:net");
new Socket({ fd: 0, readable: true }).on("data", () => {}).on("error", end).on("end", end);
function end() { process.kill(process.pid, "SIGKILL"); }`;

function readStart(): Start {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  while (bytes.at(-1) !== 0x0a && readSync(0, byte) === 1) bytes.push(byte[0] ?? 0);
  return JSON.parse(Buffer.from(bytes).toString()) as Start;
}

const { controlPort, controlToken, token, environment } = readStart();
for (const name of Object.keys(process.env)) delete process.env[name];
Object.assign(process.env, environment);
new Worker(lifeline, { eval: true, stdin: false }).unref();

const control = createConnection({ host: "127.0.0.1", port: controlPort });
control.setNoDelay(true);
control.write(`${controlToken}\n`);
control.on("error", () => process.exit(1));

// What nothing in the migration waits for: a throw in a timer or an event, a promise that nobody looks at.
process.on("uncaughtException", (error, how) => {
  send(control, { kind: "escaped", how, error: thrownValue(error) });
});

let modules: MigrationModules | undefined;

async function obey(order: Order): Promise<void> {
  if (order.kind === "prepare") {
    try {
      modules = await MigrationModules.load(order, token);
      send(control, { kind: "prepared", modules: modules.facts });
    } catch (error) {
      send(control, { kind: "unprepared", error: thrownValue(error) });
    }
    return;
  }
  if (modules?.wantsCallback(order) === true) {
    send(control, { kind: "callback" });
    return;
  }
  try {
    await modules?.run(order);
    send(control, { kind: "done" });
  } catch (error) {
    send(control, { kind: "failed", error: thrownValue(error) });
  }
}

onLines(control, (line) => void obey(JSON.parse(line) as Order));
