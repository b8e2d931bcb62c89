import { runAction } from "../lib/action.ts";
import { inputs, run } from "./run.ts";

await runAction(inputs, run);
