/** Brings a session to how it began: role, settings, temporary tables. May run inside a transaction, as DISCARD ALL may not. */
export const resetSession = [
  "SET SESSION AUTHORIZATION DEFAULT",
  "RESET ROLE",
  "RESET ALL",
  "DISCARD TEMP",
] as const;
