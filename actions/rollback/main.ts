import { runAction } from "../../pipeline/kit/action.ts";
import { inputs, run } from "../../pipeline/releases/rollback/run.ts";

await runAction(inputs, run);
