import type { ComponentProps, ReactNode } from "react";
import Link from "@/components/ui/link";
import { Icon, type IconName } from "./icon";

type Look = "default" | "primary" | "on" | "warn" | "danger";

interface Shape {
  look?: Look;
  small?: boolean;
  icon?: IconName;
  children?: ReactNode;
}

function classes({ look = "default", small }: Shape, more?: string): string {
  return ["btn", look === "default" ? "" : look, small ? "sm" : "", more ?? ""]
    .filter(Boolean)
    .join(" ");
}

export function Button({
  look,
  small,
  icon,
  children,
  className,
  ...rest
}: Shape & ComponentProps<"button">) {
  return (
    <button type="button" {...rest} className={classes({ look, small }, className)}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function ButtonLink({
  look,
  small,
  icon,
  children,
  className,
  ...rest
}: Shape & ComponentProps<typeof Link>) {
  return (
    <Link {...rest} className={classes({ look, small }, className)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

/** A button that is only a drawing; `label` names it and shows on hover. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: { icon: IconName; label: string } & Omit<ComponentProps<"button">, "children">) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`icon-btn ${className ?? ""}`}
    >
      <Icon name={icon} />
    </button>
  );
}
