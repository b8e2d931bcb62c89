import type { Page } from "playwright-core";

export const sampleNames = ["mountains", "sea", "dunes", "city", "forest", "aurora"] as const;
export type SampleName = (typeof sampleNames)[number];

/** A photo-like JPEG, drawn by the browser itself: the repository holds no pictures of anybody's. */
export async function samplePhoto(page: Page, name: SampleName): Promise<Buffer> {
  const base64 = await page.evaluate(draw, name);
  return Buffer.from(base64, "base64");
}

/** Runs in the page. */
function draw(name: string): string {
  const [width, height] = name === "aurora" || name === "city" ? [900, 1125] : [1200, 900];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const paint = canvas.getContext("2d") as CanvasRenderingContext2D;
  let seed = 7 + name.length * 31;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  const fill = (colors: string[], top = 0, bottom = height): void => {
    const gradient = paint.createLinearGradient(0, top, 0, bottom);
    colors.forEach((color, index) => {
      gradient.addColorStop(index / (colors.length - 1), color);
    });
    paint.fillStyle = gradient;
    paint.fillRect(0, top, width, bottom - top);
  };
  const glow = (x: number, y: number, radius: number, color: string): void => {
    const gradient = paint.createRadialGradient(x, y, 0, x, y, radius);
    gradient.addColorStop(0, color);
    gradient.addColorStop(1, color.replace(/\d+%/, "0%"));
    paint.fillStyle = gradient;
    paint.fillRect(0, 0, width, height);
  };
  const ridge = (base: number, rise: number, roughness: number, color: string): void => {
    const phases = Array.from({ length: 6 }, () => random() * 7);
    paint.fillStyle = color;
    paint.beginPath();
    paint.moveTo(0, height);
    for (let x = 0; x <= width; x += 3) {
      const waves = phases.reduce(
        (sum, phase, index) =>
          sum + Math.sin((x / width) * roughness * (index + 1) ** 1.3 + phase) / (index + 1),
        0,
      );
      paint.lineTo(x, base - waves * rise);
    }
    paint.lineTo(width, height);
    paint.fill();
  };
  const stars = (count: number, bottom: number): void => {
    for (let index = 0; index < count; index += 1) {
      paint.fillStyle = `rgb(255 255 255 / ${random() * 0.8})`;
      paint.fillRect(random() * width, random() * bottom, 2, 2);
    }
  };

  if (name === "mountains") {
    fill(["#2b3a67", "#7a5c88", "#e88d72", "#f9cf8f"]);
    glow(820, 560, 420, "rgb(255 236 190 / 90%)");
    ridge(600, 70, 4, "#8a6a90");
    ridge(690, 80, 5, "#5a4b78");
    ridge(790, 60, 6, "#33305a");
    ridge(860, 40, 8, "#191a38");
  } else if (name === "sea") {
    fill(["#6fb7d6", "#bfe3ea", "#fdf1dc"], 0, 520);
    glow(330, 430, 300, "rgb(255 246 214 / 95%)");
    fill(["#3f9fb4", "#1f6f8f", "#0f4666"], 520);
    for (let index = 0; index < 900; index += 1) {
      const y = 525 + random() ** 1.6 * 375;
      paint.fillStyle = `rgb(255 255 255 / ${0.05 + random() * 0.22})`;
      paint.fillRect(random() * width, y, 14 + ((y - 520) / 6) * random(), 1.5 + (y - 520) / 160);
    }
  } else if (name === "dunes") {
    fill(["#f6c9a0", "#fbe6cc"]);
    glow(950, 200, 300, "rgb(255 250 235 / 95%)");
    ridge(520, 40, 2.5, "#e0a36b");
    ridge(630, 70, 2, "#cd8450");
    ridge(760, 60, 1.8, "#a95d38");
    ridge(860, 40, 2.2, "#7a3b29");
  } else if (name === "city") {
    fill(["#0d1030", "#3a2763", "#b4487a", "#f0906a"]);
    stars(120, 500);
    for (const [count, base, color] of [
      [22, 640, "#2c2350"],
      [16, 780, "#191533"],
    ] as const) {
      for (let index = 0; index < count; index += 1) {
        const x = (index / count) * width;
        const wide = width / count - 3 + random() * 8;
        const top = base - random() * 260;
        paint.fillStyle = color;
        paint.fillRect(x, top, wide, height - top);
        for (let y = top + 14; y < height; y += 22) {
          for (let column = x + 7; column < x + wide - 9; column += 14) {
            if (random() < 0.36) {
              paint.fillStyle = random() < 0.8 ? "#ffd98a" : "#bfe3ff";
              paint.fillRect(column, y, 6, 9);
            }
          }
        }
      }
    }
  } else if (name === "forest") {
    fill(["#dfe8df", "#a9c0ae", "#5c7f6c"]);
    for (const [count, base, scale, color] of [
      [40, 560, 0.7, "#93ac9b"],
      [30, 700, 1, "#587a67"],
      [22, 880, 1.5, "#2a4a3b"],
      [12, 1020, 2.2, "#12291f"],
    ] as const) {
      for (let index = 0; index < count; index += 1) {
        const x = random() * width;
        const tall = (170 + random() * 120) * scale;
        paint.fillStyle = color;
        for (let tier = 0; tier < 5; tier += 1) {
          const top = base - tall + (tier * tall) / 6;
          const half = (18 + tier * 13) * scale;
          paint.beginPath();
          paint.moveTo(x, top);
          paint.lineTo(x - half, top + tall / 3);
          paint.lineTo(x + half, top + tall / 3);
          paint.fill();
        }
        paint.fillRect(x - 4 * scale, base - tall / 3, 8 * scale, height);
      }
    }
  } else {
    fill(["#050b1f", "#0b2036", "#123447"]);
    stars(300, 800);
    paint.globalCompositeOperation = "lighter";
    for (let band = 0; band < 5; band += 1) {
      const phase = random() * 6;
      for (let x = 0; x < width; x += 3) {
        const y = 330 + band * 70 + Math.sin(x / 140 + phase) * 70 + Math.sin(x / 47 + phase * 2) * 16;
        const gradient = paint.createLinearGradient(0, y - 260, 0, y);
        gradient.addColorStop(0, "transparent");
        gradient.addColorStop(1, band % 2 ? "rgb(60 220 150 / 16%)" : "rgb(130 90 230 / 14%)");
        paint.fillStyle = gradient;
        paint.fillRect(x, y - 260, 3, 260);
      }
    }
    paint.globalCompositeOperation = "source-over";
    ridge(960, 60, 4, "#0a1722");
    ridge(1050, 40, 6, "#04090f");
  }
  return canvas.toDataURL("image/jpeg", 0.85).slice("data:image/jpeg;base64,".length);
}
