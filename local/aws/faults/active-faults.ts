import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "../service.ts";
import {
  type FaultCriteria,
  type FaultEffect,
  type FaultFrequency,
  type FaultRule,
  parseFaultRule,
} from "./fault-rule.ts";

/** What a struck request has to know of the rule. */
export interface ActiveFault extends FaultEffect {
  readonly id: number;
}

interface ActiveRule extends FaultRule {
  readonly id: number;
  readonly matched: number;
  readonly struck: number;
  /** Requests that it has made wait. */
  readonly held: number;
}

interface FaultSubject {
  readonly service: string;
  readonly method: string;
  readonly operation: Operation;
}

/** The rules in force: `faults.json`, so that they outlive a restart. */
export class ActiveFaults {
  readonly #file: string;
  readonly #removed = new Map<number, PromiseWithResolvers<void>>();
  #rules: ActiveRule[];

  constructor(directory: string) {
    this.#file = join(directory, "faults.json");
    this.#rules = readRules(this.#file);
  }

  list(): readonly ActiveRule[] {
    return this.#rules;
  }

  /** Throws a plain Error that names the first field that is wrong. */
  add(rule: unknown): ActiveRule {
    const checked = parseFaultRule(rule);
    const id = Math.max(0, ...this.#rules.map((known) => known.id)) + 1;
    const active: ActiveRule = { ...checked, id, matched: 0, struck: 0, held: 0 };
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
    let struck: ActiveRule | undefined;
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

function matches(rule: FaultCriteria, { service, method, operation }: FaultSubject): boolean {
  return (
    (rule.service === undefined || rule.service === service) &&
    (rule.operation === undefined || rule.operation === operation.name) &&
    (rule.method === undefined || rule.method === method) &&
    (rule.key === undefined || new RegExp(rule.key).test(operation.target))
  );
}

/** Whether a rule strikes the next request that it matches. */
function decides(rule: FaultFrequency & Pick<ActiveRule, "matched" | "struck">): boolean {
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

function readRules(file: string): ActiveRule[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    return JSON.parse(text) as ActiveRule[];
  } catch (cause) {
    throw new Error(`"${file}" is damaged; delete it to forget the switched-on faults`, { cause });
  }
}
