import { inputs } from "../../pipeline/build/inputs.ts";
import { run } from "../../pipeline/build/run.ts";
import { runAction } from "../../pipeline/kit/action.ts";

await runAction(inputs, run);
