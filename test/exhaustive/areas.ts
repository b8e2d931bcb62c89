import type { FaultArea } from "./fault-area.ts";
import { releaseArea } from "./release/release-area.ts";

/** Every area of `npm run test:exhaustive`, in its order. */
export const areas: readonly FaultArea[] = [releaseArea];
