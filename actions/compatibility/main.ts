import { inputs } from "../../pipeline/compatibility/inputs.ts";
import { run } from "../../pipeline/compatibility/run.ts";
import { runAction } from "../../pipeline/kit/action.ts";

await runAction(inputs, run);
