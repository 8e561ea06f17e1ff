"use client";

import Link from "@/components/ui/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import { Mark } from "../ui/icon";
import { Find } from "./find";
import { HelpButton } from "./help";
import { LogOut } from "./log-out";
import { Nav, NavShortcuts, SettingsLink } from "./nav";
import { Palette } from "./palette";
import { ThemeMenu } from "./theme-menu";

/** `loggedIn`: the visitor gave a password, and may log out. */
export function TopBar({ loggedIn }: { loggedIn: boolean }) {
  const href = useCarriedHref();
  return (
    <header className="bar">
      <Link className="mark" href={href("/")} aria-label="Hopwatch">
        <Mark />
        <span>Hopwatch</span>
      </Link>
      <Nav place="top" />
      <span className="flex-1" />
      <Find />
      <Palette />
      <SettingsLink />
      <ThemeMenu />
      <HelpButton />
      {loggedIn && <LogOut />}
      <NavShortcuts />
    </header>
  );
}
