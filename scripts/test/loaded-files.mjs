// Preloaded into mocha: writes the address of every module of this process into the file that LOADED_FILES names.
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
import process from "node:process";

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(process.env.LOADED_FILES, `${url}\n`);
    return nextLoad(url, context);
  },
});
