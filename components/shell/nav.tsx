"use client";

import { usePathname, useRouter } from "next/navigation";
import { useFiringCount } from "@/components/alerts/firing";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref } from "@/lib/browser/page-state";
import { useShortcut } from "@/lib/browser/shortcuts";
import { lastFullWeek } from "@/lib/domain/weeks";
import { Icon, type IconName } from "../ui/icon";

interface Page {
  path: string;
  label: string;
  icon: IconName;
  key: string;
  /** Pages that belong to it. */
  also?: string;
}

export const pages: readonly Page[] = [
  { path: "/", label: "Overview", icon: "overview", key: "o" },
  { path: "/sessions", label: "Sessions", icon: "sessions", key: "s" },
  { path: "/nodes", label: "Nodes", icon: "nodes", key: "n" },
  { path: "/compare", label: "Compare", icon: "compare", key: "c", also: "/changes" },
  { path: "/alerts", label: "Alerts", icon: "alerts", key: "a" },
  { path: "/weekly", label: "Weekly", icon: "weekly", key: "w" },
  { path: "/sources", label: "Sources", icon: "sources", key: "r" },
];

/** How this installation is set up: behind the gear, and not among the pages of every day. */
export const settingsPage: Page = {
  path: "/settings",
  label: "Settings",
  icon: "settings",
  key: ",",
};

/** Where a page begins. The week is named at once: on the way through /weekly the page before would go too early. */
function beginning({ path }: Page, now: number): string {
  return path === "/weekly" ? `/weekly/${lastFullWeek(now).name}` : path;
}

/** The pages, with range and pool kept; a bar above, on narrow screens one at the foot. */
export function Nav({ place }: { place: "top" | "foot" }) {
  const path = usePathname();
  const href = useCarriedHref();
  const now = useNow();
  return (
    <nav
      className={place === "top" ? "nav" : "tabbar"}
      aria-label={place === "top" ? "Main" : "Main, at the foot"}
    >
      {pages.map((page) => {
        const here =
          page.path === "/"
            ? path === "/"
            : path.startsWith(page.path) || (page.also !== undefined && path.startsWith(page.also));
        return (
          <Link
            key={page.path}
            href={href(beginning(page, now))}
            aria-current={here ? "page" : undefined}
          >
            {place === "foot" && <Icon name={page.icon} />}
            {page.label}
            {page.path === "/alerts" && <FiringCount />}
          </Link>
        );
      })}
    </nav>
  );
}

/** The gear of the bar. */
export function SettingsLink() {
  const isHere = usePathname() === settingsPage.path;
  const href = useCarriedHref();
  return (
    <Link
      className="icon-btn"
      href={href(settingsPage.path)}
      title={settingsPage.label}
      aria-label={settingsPage.label}
      aria-current={isHere ? "page" : undefined}
    >
      <Icon name={settingsPage.icon} />
    </Link>
  );
}

/** How many alerts fire; nothing where none does. */
function FiringCount() {
  const firing = useFiringCount();
  if (!firing) return null;
  return (
    <span className="al-count" role="img" aria-label={`${firing} firing`}>
      {firing}
    </span>
  );
}

/** `g` and a letter go to a page. */
export function NavShortcuts() {
  return [...pages, settingsPage].map((page) => <GoTo key={page.path} page={page} />);
}

function GoTo({ page }: { page: Page }) {
  const router = useRouter();
  const href = useCarriedHref();
  useShortcut(`g ${page.key}`, `Go to ${page.label}`, () =>
    router.push(href(beginning(page, Date.now()))),
  );
  return null;
}
