import { type Block, blocksOf, type Inline } from "@/lib/view/markdown";
import { opensFirst } from "@/lib/view/runbook-parts";
import { CodeBlock } from "../ui/code-block";

/** A runbook: the parts on other balancers folded away. */
export function Runbook({ markdown, balancer }: { markdown: string; balancer: string | null }) {
  const [head, ...parts] = markdown.split(/^(?=## )/m);
  return (
    <div className="al-book">
      <Blocks blocks={blocksOf(head ?? "").filter((block) => !isTitle(block))} />
      {parts.map((part) => {
        const title = /^## (.*)$/m.exec(part)?.[1] ?? "";
        const body = part.replace(/^## .*\n?/, "");
        return (
          <details key={title} open={opensFirst(title, balancer)}>
            <summary>{title}</summary>
            <Blocks blocks={blocksOf(body)} />
          </details>
        );
      })}
    </div>
  );
}

function labelOf(language: string | null): string {
  return language === null || language === "sh" ? "Command" : "Configuration";
}

function isTitle(block: Block): boolean {
  return block.kind === "heading" && block.level === 1;
}

function Blocks({ blocks }: { blocks: Block[] }) {
  // biome-ignore-start lint/suspicious/noArrayIndexKey: parts of a text have no identity but their order
  return blocks.map((block, index) => {
    switch (block.kind) {
      case "heading":
        return (
          <h3 key={index}>
            <Words parts={block.text} />
          </h3>
        );
      case "paragraph":
        return (
          <p key={index}>
            <Words parts={block.text} />
          </p>
        );
      case "list": {
        const List = block.ordered ? "ol" : "ul";
        return (
          <List key={index}>
            {block.items.map((parts, place) => (
              <li key={place}>
                <Words parts={parts} />
              </li>
            ))}
          </List>
        );
      }
      case "code":
        return <CodeBlock key={index} label={labelOf(block.language)} code={block.text} />;
    }
    return null;
  });
  // biome-ignore-end lint/suspicious/noArrayIndexKey: parts of a text have no identity but their order
}

function Words({ parts }: { parts: Inline[] }) {
  return parts.map((part, index) => {
    const key = `${index}-${part.kind}`;
    if (part.kind === "code") return <code key={key}>{part.text}</code>;
    return part.kind === "strong" ? (
      <b key={key}>{part.text}</b>
    ) : (
      <span key={key}>{part.text}</span>
    );
  });
}
