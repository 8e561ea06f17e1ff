import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link to another of our pages. It is fetched when it is followed, not when it comes into view: every page is made
 * for its request, and a list of sessions would ask for each of them, again with every new one.
 */
export default function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
