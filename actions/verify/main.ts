import { runAction } from "../../pipeline/kit/action.ts";
import { inputs, run } from "../../pipeline/verify/run.ts";

await runAction(inputs, run);
