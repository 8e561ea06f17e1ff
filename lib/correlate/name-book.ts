import { type SourceInput, sourceInputSchema } from "@/lib/schemas/ingest";
import type { NameRecords } from "@/lib/store/settle/surroundings";

export interface BookedSource {
  id: number;
  name: string;
  format: string;
  formatString: string | null;
  lb: string | null;
  pool: string | null;
  affinity: SourceInput["affinity"];
  nodes: SourceInput["nodes"];
}

interface BookedNode {
  id: number;
  name: string;
}

const stored = sourceInputSchema.pick({ affinity: true, nodes: true });

/** What ids mean, and which names are one node: read once per round of settling. */
export class NameBook {
  readonly sources: BookedSource[];
  private readonly canonicalById = new Map<number, BookedNode>();
  private readonly rawById = new Map<number, string>();
  private readonly canonicalByName = new Map<string, BookedNode>();
  private readonly nodesByPool = new Map<number, { name: string; aliases: string[] }[]>();

  constructor(private readonly records: NameRecords) {
    const byId = new Map(records.nodes.map((node) => [node.id, node]));
    const groups = new Map<number, { name: string; aliases: string[] }>();
    for (const node of records.nodes) {
      const canonical = (node.canonical === null ? undefined : byId.get(node.canonical)) ?? node;
      const booked = { id: canonical.id, name: canonical.name };
      this.rawById.set(node.id, node.name);
      this.canonicalById.set(node.id, booked);
      this.canonicalByName.set(`${node.pool}\0${node.name}`, booked);
      let group = groups.get(canonical.id);
      if (!group) {
        group = { name: canonical.name, aliases: [] };
        groups.set(canonical.id, group);
        const inPool = this.nodesByPool.get(node.pool);
        if (inPool) inPool.push(group);
        else this.nodesByPool.set(node.pool, [group]);
      }
      if (node.id !== canonical.id) group.aliases.push(node.name);
    }
    this.sources = records.sources.map((source) => {
      const { affinity, nodes } = source;
      const rules = stored.safeParse({ affinity, nodes });
      return {
        ...source,
        affinity: rules.success ? rules.data.affinity : null,
        nodes: rules.success ? rules.data.nodes : null,
      };
    });
  }

  pool(id: number): string {
    return this.records.pools.get(id) ?? "";
  }

  lb(id: number): string {
    return this.records.lbs.get(id) ?? "";
  }

  /** The node of an id, by its canonical name. */
  node(id: number): BookedNode {
    return this.canonicalById.get(id) ?? { id, name: "" };
  }

  /** The name under which a log named a node. */
  rawNode(id: number): string | null {
    return this.rawById.get(id) ?? null;
  }

  nodeName(id: number): string {
    return this.node(id).name;
  }

  /** The canonical name for a written one; null where that is not known in the pool. */
  named(pool: number, written: string): string | null {
    return this.nodeNamed(pool, written)?.name ?? null;
  }

  /** The node of a name in a pool; null where the name is not known there. */
  nodeNamed(pool: number, name: string): BookedNode | null {
    return this.canonicalByName.get(`${pool}\0${name}`) ?? null;
  }

  nodesOf(pool: number): readonly { name: string; aliases: string[] }[] {
    return this.nodesByPool.get(pool) ?? [];
  }
}
