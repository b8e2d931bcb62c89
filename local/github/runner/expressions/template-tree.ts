import type { Template } from "./template.ts";

export type TemplateMap = Readonly<Record<string, Template>>;

/** A value of any shape whose scalars may hold expressions. */
export type TemplateTree = Template | readonly TemplateTree[] | TemplateBranch;
interface TemplateBranch {
  readonly branches: readonly (readonly [string, TemplateTree])[];
}
