import { inputs, run } from "../../pipeline/api/run.ts";
import { runAction } from "../../pipeline/kit/action.ts";

await runAction(inputs, run);
