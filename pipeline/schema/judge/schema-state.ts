/** What the last deploy saw of an environment's database: `environments/<env>/schema.json`. */
export interface SchemaState {
  readonly schema: 1;
  /** When it looked, ISO 8601. */
  readonly at: string;
  /** Major of the server. */
  readonly postgres: number;
  /** By name, qualified where the schema is not `public`: the largest ones. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly bytes: number }>>;
  /** Whether every table is there: one that is missing is new, or was small, then. */
  readonly isWhole: boolean;
}
