import { runAction } from "../../pipeline/kit/action.ts";
import { inputs, run } from "../../pipeline/releases/plan/run.ts";

await runAction(inputs, run);
