import type { FaultArea } from "./fault-area.ts";
import { historyArea } from "./history/history-area.ts";
import { releaseArea } from "./release/release-area.ts";
import { s3SyncArea } from "./s3-sync/area.ts";

/** Every area of `npm run test:exhaustive`, in its order. */
export const areas: readonly FaultArea[] = [releaseArea, historyArea, s3SyncArea];
