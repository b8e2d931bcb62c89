import Range from "semver/classes/range.js";
import intersects from "semver/ranges/intersects.js";

/** Whether some version of a major satisfies a range as npm reads it; what npm cannot read it does not enforce either. */
export function allowsMajor(range: string, major: number): boolean {
  try {
    return intersects(new Range(range), new Range(String(major)));
  } catch {
    return true;
  }
}
