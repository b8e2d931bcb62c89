// node test/customers/start-two-folders.ts <folder>: makes the repository of customer 5 there, starts its stack, takes the app live on it
// without the pipeline, and stays up until Ctrl-C, so that one can try with it how an app that is live already is taken over.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CustomerRepository } from "./customer-repository.ts";
import { takeLiveByHand } from "./live-by-hand.ts";
import { bakeAddress, foundTwoFolders, startTwoFolders } from "./two-folders.ts";

const [typed] = process.argv.slice(2);
if (typed === undefined) throw new Error("usage: node test/customers/start-two-folders.ts <folder>");
const folder = resolve(typed);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const repository = existsSync(folder) ? new CustomerRepository(folder) : foundTwoFolders(folder);
const stack = await startTwoFolders(repository, { onProgress: console.log, signal: stopping.signal });
try {
  bakeAddress(repository, stack.state.api);
  const name = stack.state.github.repository.split("/").at(-1) ?? "";
  console.log(JSON.stringify(await takeLiveByHand(stack.state, name, folder), null, 2));
  console.log(`site ${stack.state.site}\nAPI  ${stack.state.api}\nstop: Ctrl-C`);
  await new Promise((stop) => stopping.signal.addEventListener("abort", stop));
} finally {
  await stack.stop();
}
