import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "./service.ts";

/** A rule by which requests go wrong. Absent criteria match everything. */
export interface FaultRule {
  readonly service?: string;
  readonly operation?: string;
  /** Regular expression on the operation's target: `bucket/key`, environment name. */
  readonly key?: string;
  readonly method?: string;
  /** Skip this many matching requests first. */
  readonly after?: number;
  /** Strike at most this often; without it, until removed. */
  readonly times?: number;
  /** Strike with this probability, drawn from `seed`: the same seed strikes the same requests. */
  readonly probability?: number;
  readonly seed?: number;
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

export interface ActiveFault extends FaultRule {
  readonly id: number;
  readonly matched: number;
  readonly struck: number;
  /** Requests that it has made wait. */
  readonly held: number;
}

export interface FaultSubject {
  readonly service: string;
  readonly method: string;
  readonly operation: Operation;
}

/** The rules in force: `faults.json`, so that they outlive a restart. */
export class Faults {
  readonly #file: string;
  readonly #removed = new Map<number, PromiseWithResolvers<void>>();
  #rules: ActiveFault[];

  constructor(directory: string) {
    this.#file = join(directory, "faults.json");
    this.#rules = readRules(this.#file);
  }

  list(): readonly ActiveFault[] {
    return this.#rules;
  }

  /** Throws a plain Error that names the first field that is wrong. */
  add(rule: unknown): ActiveFault {
    const checked = parseFaultRule(rule);
    const id = Math.max(0, ...this.#rules.map((known) => known.id)) + 1;
    const active: ActiveFault = { ...checked, id, matched: 0, struck: 0, held: 0 };
    this.#rules.push(active);
    this.#save();
    return active;
  }

  remove(id: number): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
    this.#save();
    this.#release(id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
    this.#save();
    for (const id of this.#removed.keys()) this.#release(id);
  }

  /** Resolves when the rule is removed: what a request that it holds waits for. */
  untilRemoved(id: number): Promise<void> {
    if (!this.#rules.some((rule) => rule.id === id)) return Promise.resolve();
    this.#rules = this.#rules.map((rule) => (rule.id === id ? { ...rule, held: rule.held + 1 } : rule));
    const known = this.#removed.get(id) ?? Promise.withResolvers<void>();
    this.#removed.set(id, known);
    return known.promise;
  }

  #release(id: number): void {
    this.#removed.get(id)?.resolve();
    this.#removed.delete(id);
  }

  /** The first rule that strikes this request; counts it. */
  strike(subject: FaultSubject): ActiveFault | undefined {
    if (this.#rules.length === 0) return undefined;
    let struck: ActiveFault | undefined;
    let changed = false;
    this.#rules = this.#rules.map((rule) => {
      if (struck !== undefined || !matches(rule, subject)) return rule;
      changed = true;
      const strikes = decides(rule);
      if (strikes) struck = rule;
      return { ...rule, matched: rule.matched + 1, struck: rule.struck + (strikes ? 1 : 0) };
    });
    if (changed) this.#save();
    return struck;
  }

  #save(): void {
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, JSON.stringify(this.#rules, null, 2));
    renameSync(temporary, this.#file);
  }
}

function matches(rule: FaultRule, { service, method, operation }: FaultSubject): boolean {
  return (
    (rule.service === undefined || rule.service === service) &&
    (rule.operation === undefined || rule.operation === operation.name) &&
    (rule.method === undefined || rule.method === method) &&
    (rule.key === undefined || new RegExp(rule.key).test(operation.target))
  );
}

function decides(rule: ActiveFault): boolean {
  if (rule.matched < (rule.after ?? 0)) return false;
  if (rule.times !== undefined && rule.struck >= rule.times) return false;
  return rule.probability === undefined || draw(rule.seed ?? 1, rule.matched) < rule.probability;
}

/** A number in [0, 1) that depends on seed and index alone (splitmix32). */
function draw(seed: number, index: number): number {
  let z = (seed + Math.imul(index + 1, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
}

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

function readRules(file: string): ActiveFault[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    return JSON.parse(text) as ActiveFault[];
  } catch (cause) {
    throw new Error(`"${file}" is damaged; delete it to forget the switched-on faults`, { cause });
  }
}
