import { askElastic } from "@/lib/server/elastic";

/** The calls of Elasticsearch that shippers make. lib/server/front.ts leads them here from their usual paths. */
export {
  askElastic as DELETE,
  askElastic as GET,
  askElastic as HEAD,
  askElastic as POST,
  askElastic as PUT,
};
