"use client";

import { useShortcut } from "@/lib/browser/shortcuts";
import { type Theme, themes, useTheme } from "@/lib/browser/theme";
import { Icon } from "../ui/icon";
import { Popover, PopRow } from "../ui/popover";

const words: Record<Theme, string> = {
  system: "As the system",
  dark: "Dark",
  light: "Light",
};

export function ThemeMenu() {
  const [theme, choose] = useTheme();
  useShortcut("Shift+T", "Switch between dark and light", () => {
    const dark =
      theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
    choose(dark ? "light" : "dark");
  });
  return (
    <Popover className="icon-btn" label="Theme" end trigger={<Icon name="theme" />}>
      {(close) =>
        themes.map((candidate) => (
          <PopRow
            key={candidate}
            current={candidate === theme}
            onChoose={() => {
              choose(candidate);
              close();
            }}
          >
            {words[candidate]}
          </PopRow>
        ))
      }
    </Popover>
  );
}
