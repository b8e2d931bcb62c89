/** there: as the real service does it. refused: with an error that names it. differs: on purpose otherwise than the real service. */
export type FeatureState = "there" | "refused" | "differs";

/** One feature and the test that holds it. */
export interface Feature {
  readonly state: FeatureState;
  readonly feature: string;
  /** The first argument of the test's `it`, as the file has it: `${name}` stands where the title is put together. */
  readonly title: string;
  /** Of a test that runs once per case: the name of the case, a string of the file. */
  readonly name?: string;
}

export interface TestFile {
  readonly file: string;
  readonly features: readonly Feature[];
}

/** One stand-in: the page that describes it and the tests that hold that. */
export interface StandIn {
  readonly name: string;
  readonly spec: string;
  readonly tests: readonly TestFile[];
}

export function there(feature: string, title: string, name?: string): Feature {
  return { state: "there", feature, title, ...(name !== undefined && { name }) };
}

export function refused(feature: string, title: string, name?: string): Feature {
  return { state: "refused", feature, title, ...(name !== undefined && { name }) };
}

export function differs(feature: string, title: string, name?: string): Feature {
  return { state: "differs", feature, title, ...(name !== undefined && { name }) };
}
