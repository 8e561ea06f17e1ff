import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openApi } from "./openapi";
import { calls } from "./openapi-calls";

const root = path.resolve("app/api/v1");

/** What the route files answer: `get /sessions/{id}`. */
function routed(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .flatMap((file) => {
      const place = path.dirname(file).split(path.sep).join("/");
      const url = `/${place.replace(/\[(\w+)\]/g, "{$1}")}`;
      const text = readFileSync(path.join(root, file), "utf8");
      const methods = text.matchAll(
        /export (?:const|(?:async )?function) (GET|PUT|POST|DELETE|PATCH)\b/g,
      );
      return [...methods].map(([, method = ""]) => `${method.toLowerCase()} ${url}`);
    })
    .sort();
}

/** Who may call, as the route file says. */
function accessIn(call: (typeof calls)[number]): string | undefined {
  const file = path.join(root, call.path.replace(/\{(\w+)\}/g, "[$1]"), "route.ts");
  const text = readFileSync(file, "utf8");
  const method = call.method.toUpperCase();
  return new RegExp(`export const ${method} = route(?:<[^(]*>)?\\(\\s*"(\\w+)"`).exec(text)?.[1];
}

function* referencesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* referencesIn(item);
  else if (typeof value === "object" && value !== null)
    for (const [name, item] of Object.entries(value)) {
      if (name === "$ref" && typeof item === "string") yield item;
      else yield* referencesIn(item);
    }
}

describe("the OpenAPI description", () => {
  it("describes every route below /api/v1, and nothing that is not there", () => {
    expect(calls.map((call) => `${call.method} ${call.path}`).sort()).toEqual(routed());
  });

  it("says who may call as the routes do", () => {
    for (const call of calls) expect([call.id, accessIn(call)]).toEqual([call.id, call.access]);
  });

  it("names every parameter of a path, and each operation once", () => {
    for (const call of calls) {
      const named = [...call.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(call.parameters ?? {})).toEqual(named);
    }
    expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
  });

  it("holds what it refers to", () => {
    const text = JSON.stringify(openApi());
    const document: unknown = JSON.parse(text);
    const references = [...new Set(referencesIn(document))];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\//);
      let found: unknown = document;
      for (const part of reference.slice(2).split("/"))
        found = typeof found === "object" && found !== null ? Reflect.get(found, part) : undefined;
      expect(found, reference).toBeTypeOf("object");
    }
    expect(text).not.toContain("$schema");
    expect(text).not.toContain("$defs");
  });

  it("is OpenAPI 3.1 with problem+json for what goes wrong", () => {
    expect(openApi()).toMatchObject({
      openapi: "3.1.0",
      paths: {
        "/api/v1/bounces": {
          get: {
            operationId: "listBounces",
            security: [{ login: [] }, { viewerToken: [] }],
            responses: {
              200: { content: { "application/json": { schema: { type: "object" } } } },
              400: { $ref: "#/components/responses/Problem400" },
            },
          },
        },
      },
      components: { schemas: { Bounce: { properties: { cause: { type: "string" } } } } },
    });
  });
});
