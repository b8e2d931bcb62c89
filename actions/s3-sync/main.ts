import { hashInThreads } from "../../pipeline/site/source/hash-threads.ts";
import { fitHeapTo, holdYoungGeneration } from "../../pipeline/site/source/heap-limits.ts";

holdYoungGeneration();
// Files are read while the SDK is still loading, which takes a third as long as hashing 10,000 of them (docs/adr/0010).
const { INPUT_SOURCE: folder = "", INPUT_RELEASE: release = "" } = process.env;
await using hashing = folder === "" || release !== "" ? undefined : hashInThreads(folder);
const [{ runAction }, { inputs, run }] = await Promise.all([
  import("../../pipeline/kit/action.ts"),
  import("../../pipeline/site/run.ts"),
]);
await runAction(inputs, (given, context) => run(given, context, { hashing, fitHeapTo }));
