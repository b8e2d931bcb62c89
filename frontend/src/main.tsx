import { render } from "preact";
import { App } from "./app.tsx";
import { loadConfig } from "./config.ts";

const root = document.getElementById("app") as HTMLElement;

try {
  render(<App config={await loadConfig()} />, root);
} catch (error) {
  render(
    <main>
      <section class="notice" role="alert">
        <h1>Udagram is not set up here</h1>
        <p>{(error as Error).message}. The deploy writes it; deploy the site again.</p>
      </section>
    </main>,
    root,
  );
}
