/** A piece of SQL: whitespace, a comment, a literal (`'…'`, `$tag$…$tag$`), a quoted name, a number, a word, or one other character. */
const piece =
  /(?<space>\s+)|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<escaped>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))|(?<literal>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)|\$(?<tag>[\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?(?:\$\k<tag>\$|$))|(?<name>"(?:[^"]|"")*(?:"|$))|(?<number>\d[\w.]*)|(?<parameter>\$\d+)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<other>[\s\S])/gu;

interface Piece {
  readonly kind: string;
  readonly text: string;
}

function piecesOf(sql: string): Piece[] {
  return [...sql.matchAll(piece)].map(({ 0: text, groups = {} }) => {
    const [kind = "other"] =
      Object.entries(groups).find(([name, value]) => name !== "tag" && value !== undefined) ?? [];
    return { kind, text };
  });
}

/** The statements of a text, without comments, each with the words that it begins with in upper case. */
export function statementsOf(sql: string): readonly string[] {
  const statements: string[] = [];
  let current = "";
  // The body of a function in standard SQL: BEGIN ATOMIC …; …; END. CASE has an END of its own.
  let depth = 0;
  let before = "";
  for (const { kind, text } of piecesOf(sql)) {
    const word = kind === "word" ? text.toUpperCase() : "";
    if ((word === "ATOMIC" && before === "BEGIN") || (depth > 0 && word === "CASE")) depth += 1;
    else if (depth > 0 && word === "END") depth -= 1;
    if (kind !== "space" && kind !== "comment") before = word;
    if (text === ";" && depth === 0) {
      statements.push(current.trim());
      current = "";
    } else {
      current += kind === "comment" || kind === "space" ? " " : text;
    }
  }
  return [...statements, current.trim()].filter((statement) => statement !== "");
}

/**
 * SQL as it may be shown: on one line, without comments, without literals, and where it is about rows, without numbers. Types,
 * names and everything else that makes up a schema stay.
 */
export function shownSql(sql: string): string {
  return statementsOf(sql).map(shownStatement).join("; ");
}

function shownStatement(statement: string): string {
  const isOfRows = /^(WITH|INSERT|UPDATE|DELETE|MERGE|SELECT|VALUES|COPY|CALL|EXECUTE|SET)\b/i.test(
    statement,
  );
  return piecesOf(statement)
    .map(({ kind, text }) => {
      if (kind === "literal" || kind === "escaped") return "'…'";
      return kind === "number" && isOfRows ? "…" : text;
    })
    .join("")
    .replace(/\s+/g, " ");
}

/** Why a statement must not be in a transaction that somebody else began; undefined where it may. */
export function endsTransaction(statement: string): boolean {
  return (
    /^(BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|PREPARE\s+TRANSACTION)\b/i.test(statement) ||
    /^ROLLBACK\b(?!\s+(WORK\s+|TRANSACTION\s+)?TO\b)/i.test(statement)
  );
}

interface ConcurrentIndex {
  /** As the catalogue has it; undefined where the database is to choose one. */
  readonly name: string | undefined;
  /** As the statement has it. */
  readonly table: string;
}

const identifier = String.raw`"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*`;
const concurrentIndex = new RegExp(
  String.raw`^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:(?<name>${identifier})\s+)?ON\s+(?:ONLY\s+)?(?<table>(?:${identifier})(?:\.(?:${identifier}))?)`,
  "iu",
);

/** The index that a statement builds concurrently. */
export function concurrentIndexOf(statement: string): ConcurrentIndex | undefined {
  const { name, table } = concurrentIndex.exec(statement)?.groups ?? {};
  if (table === undefined) return undefined;
  const plain = name?.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name?.toLowerCase();
  return { name: plain, table };
}
