import { runAction } from "../../pipeline/kit/action.ts";
import { inputs } from "../../pipeline/test/inputs.ts";
import { run } from "../../pipeline/test/run.ts";

await runAction(inputs, run);
