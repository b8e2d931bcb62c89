import type { FaultArea } from "./fault-area.ts";
import { releaseArea } from "./release/release-area.ts";
import { s3SyncArea } from "./s3-sync/area.ts";

/** Every area of `npm run test:exhaustive`, in its order. */
export const areas: readonly FaultArea[] = [releaseArea, s3SyncArea];
