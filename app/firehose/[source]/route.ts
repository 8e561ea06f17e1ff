export { takeFirehose as POST } from "@/lib/server/firehose";
