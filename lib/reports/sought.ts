import { isIP } from "node:net";
import type { Sought } from "@/lib/store/read/sought";
import type { Names } from "./names";
import { hashesLike } from "./session-id";

const mostIds = 100;

/**
 * What a search in a list means: the public ids of sessions, an address or a
 * network, the beginning of a path, or a part of the name of a node or a
 * balancer. Where several could be meant, all of them are looked for.
 */
export function soughtIn(names: Names, pools: readonly number[], text: string | undefined): Sought {
  const words = text?.trim() ?? "";
  const none = { soughtFrom: [], soughtTo: [], soughtClient: null, soughtPath: null };
  if (words === "") return { ...none, sought: false, soughtNodes: null, soughtLbs: null };
  if (words.startsWith("/") || words.startsWith("*"))
    return {
      ...none,
      sought: true,
      soughtNodes: null,
      soughtLbs: null,
      soughtPath: likePattern(words),
    };
  const ids = words.split(/[\s,]+/).slice(0, mostIds);
  const hashes = ids.map(hashesLike).filter((range) => range !== null);
  const all = hashes.length === ids.length ? hashes : [];
  const nodes = names.idsLike(pools, words);
  const lbs = names.lbIdsLike(words);
  return {
    sought: true,
    soughtFrom: all.map(({ from }) => from),
    soughtTo: all.map(({ to }) => to),
    soughtClient: isNetwork(words) ? words : null,
    soughtNodes: nodes.length > 0 ? nodes : null,
    soughtLbs: lbs.length > 0 ? lbs : null,
    soughtPath: null,
  };
}

/** The beginning of a path as a pattern for LIKE: `*` stands for anything, and so does the end. */
export function likePattern(path: string): string {
  return `${path.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%")}%`;
}

/** An IPv4 or IPv6 address, or a network such as 10.1.0.0/16. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
