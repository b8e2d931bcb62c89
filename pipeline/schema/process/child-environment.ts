/**
 * All that the migrations' process sees of the step's environment: where programs are, in which language they speak, and the mark by which
 * GitHub's runner finds at the end of a job who is still there. Whatever else a migration needs is given by name.
 */
const allowed = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "RUNNER_TRACKING_ID"];

export function childEnvironment(
  step: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = allowed.flatMap((name) => {
    const value = step[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(own), ...given };
}
