import { runAction } from "../../pipeline/kit/action.ts";
import { inputs } from "../../pipeline/schema/inputs.ts";
import { run } from "../../pipeline/schema/run.ts";

await runAction(inputs, run);
