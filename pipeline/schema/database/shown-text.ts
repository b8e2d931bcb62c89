/** What a database or a migration says, without what it quotes of rows, addresses and passwords. */
export function shownText(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, "$1***@")
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?"']*)\?[^\s"']*/gi, "$1?***")
    .replace(/\b(password|passwd|pwd|secret|token)(\s*[=:]\s*|\s+)('[^']*'|"[^"]*"|[^\s,;)]+)/gi, "$1$2***")
    .replace(/\)=\((?:.*?)\)(?= (?:already|is not|is still|conflicts)|$)/g, ")=(…)")
    .replace(/^(Failing row contains )\(.*\)/gms, "$1(…)");
}

/** SQLSTATEs whose messages quote the value that was refused: class 22, data exception. */
export function shownMessage(message: string, state: string): string {
  const shown = shownText(message);
  return state.startsWith("22") ? shown.replace(/"(?:[^"]|"")*"/g, '"…"') : shown;
}
