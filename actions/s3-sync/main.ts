import { runAction } from "../lib/action.ts";
import { inputs, run } from "./run.ts";
import { keepHeapSmall } from "./small-heap.ts";

keepHeapSmall();
await runAction(inputs, run);
