import type { WantedOption } from "../options/plan-options.ts";

/** What an update asks Elastic Beanstalk for. */
export interface UpdateRequest {
  /** The label that is to run afterwards. */
  readonly wanted: string;
  /** The label runs already, and only options are sent. */
  readonly keepsVersion: boolean;
  readonly options: readonly WantedOption[];
}
