import type { Rule } from "./rule.ts";
import { lockRules } from "./rules/locks.ts";
import { oldCodeRules } from "./rules/old-code.ts";
import { rowRules } from "./rules/rows.ts";
import { transactionRules } from "./rules/transactions.ts";

/** Every rule, by what it is about. */
export const rules: readonly Rule[] = [...oldCodeRules, ...lockRules, ...rowRules, ...transactionRules];
