import { runAction } from "../lib/action.ts";
import { inputs } from "./inputs.ts";
import { run } from "./run.ts";

await runAction(inputs, run);
