/** Which requests a rule is about. Absent criteria match everything. */
export interface FaultCriteria {
  readonly service?: string;
  readonly operation?: string;
  /** Regular expression on the operation's target: `bucket/key`, environment name. */
  readonly key?: string;
  readonly method?: string;
}

/** How many of them it strikes. */
export interface FaultFrequency {
  /** Skip this many matching requests first. */
  readonly after?: number;
  /** Strike at most this often; without it, until removed. */
  readonly times?: number;
  /** Strike with this probability, drawn from `seed`: the same seed strikes the same requests. */
  readonly probability?: number;
  readonly seed?: number;
}

/** What happens to a request that is struck. */
export interface FaultEffect {
  /** Answer with this status and error code instead of acting. */
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Reset the connection before the effect, or after it: the client cannot tell which. */
  readonly drop?: "before" | "after";
  readonly delayMs?: number;
  /** Wait, before the effect or after it, until the rule is removed or the client has gone: then nothing more happens. */
  readonly hold?: "before" | "after";
}

/** A rule by which requests go wrong. */
export interface FaultRule extends FaultCriteria, FaultFrequency, FaultEffect {}

const fields: Record<keyof FaultRule, (value: unknown) => boolean> = {
  service: isText,
  operation: isText,
  key: (value) => isText(value) && isRegExp(value as string),
  method: isText,
  after: isCount,
  times: (value) => isCount(value) && value !== 0,
  probability: (value) => typeof value === "number" && value >= 0 && value <= 1,
  seed: Number.isInteger,
  status: (value) => isCount(value) && (value as number) >= 400 && (value as number) <= 599,
  code: isText,
  message: isText,
  drop: (value) => value === "before" || value === "after",
  delayMs: isCount,
  hold: (value) => value === "before" || value === "after",
};

/** Checks a rule that came as JSON. Throws a plain Error that names the field, the value and the fields there are. */
export function parseFaultRule(rule: unknown): FaultRule {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) {
    throw new Error("a fault rule must be a JSON object");
  }
  for (const [name, value] of Object.entries(rule)) {
    if (!Object.hasOwn(fields, name)) {
      throw new Error(`a fault rule has no field "${name}"; it may have ${Object.keys(fields).join(", ")}`);
    }
    if (!fields[name as keyof FaultRule](value)) {
      throw new Error(`field "${name}" of a fault rule cannot be ${JSON.stringify(value)}`);
    }
  }
  const { status, code, drop, delayMs, hold } = rule as FaultRule;
  if ((status === undefined) !== (code === undefined)) {
    throw new Error('a fault rule needs both "status" and "code", or neither');
  }
  if ([status, drop, delayMs, hold].every((effect) => effect === undefined)) {
    throw new Error('a fault rule needs an effect: "status" with "code", "drop", "delayMs" or "hold"');
  }
  return rule as FaultRule;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
