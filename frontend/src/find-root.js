// An S3 website answers every address with this page, also those below folders that are not there: its files are then not
// found beside it, and the folder above is tried.
addEventListener(
  "error",
  ({ target }) => {
    if (!(target instanceof HTMLScriptElement) || location.pathname === "/") return;
    const above = location.pathname.endsWith("/") ? ".." : ".";
    location.replace(new URL(above, location.href).pathname + location.hash);
  },
  true,
);
