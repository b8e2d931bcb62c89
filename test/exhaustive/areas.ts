import type { FaultArea } from "./fault-area.ts";

/** Every area of `npm run test:exhaustive`, in its order. */
export const areas: readonly FaultArea[] = [];
