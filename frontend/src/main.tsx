import { render } from "preact";
import { App } from "./app.tsx";
import { loadConfig } from "./config.ts";

const root = document.getElementById("app") as HTMLElement;

// An S3 website answers any path with this page. Relative addresses hold for the site's own one only.
const path = location.pathname.replace(/[^/]*$/, "");
if (location.pathname !== path && !location.pathname.endsWith("/index.html")) {
  history.replaceState(null, "", `${path}${location.search}${location.hash}`);
}

try {
  render(<App config={await loadConfig()} />, root);
} catch (error) {
  document.title = "Udagram is not set up here";
  render(
    <main>
      <section class="message" role="alert">
        <h1>Udagram is not set up here</h1>
        <p>{(error as Error).message}. The deploy writes it; deploy the site again.</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Try again
        </button>
      </section>
    </main>,
    root,
  );
}
