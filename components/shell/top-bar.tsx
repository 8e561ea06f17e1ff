"use client";

import Link from "next/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import { Mark } from "../ui/icon";
import { Find } from "./find";
import { HelpButton } from "./help";
import { Nav, NavShortcuts } from "./nav";
import { ThemeMenu } from "./theme-menu";

export function TopBar() {
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
      <ThemeMenu />
      <HelpButton />
      <NavShortcuts />
    </header>
  );
}
