/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
const shells: Readonly<Record<string, string>> = {
  "": "bash -e {0}",
  bash: "bash --noprofile --norc -e -o pipefail {0}",
  sh: "sh -e {0}",
};

/** The program and its arguments for a shell, `{0}` for the script. Throws where this machine does not know the shell. */
export function shellCommand(shell: string): readonly string[] {
  const command = Object.hasOwn(shells, shell) ? shells[shell] : shell;
  if (!command?.includes("{0}")) {
    throw new Error(`shell "${shell}" is not known to this runner; use bash, sh or a command with {0}`);
  }
  return command.split(/\s+/);
}
