import { runAction } from "../../pipeline/kit/action.ts";
import { inputs, run } from "../../pipeline/releases/run.ts";

await runAction(inputs, run);
