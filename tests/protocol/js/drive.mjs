// Calls operations with the AWS SDK for JavaScript and prints what came of each, as JSON.
//
// stdin:  [{"operation": "DetectFaces", "input": {"Image": {"Bytes": {"base64": "..."}}}}, ...]
// stdout: [{"output": {...}} or {"error": {"name", "message", "status", "fault"}}, ...]
// The endpoint, the keys and the region come from the environment, as in any application.

import { readFileSync } from "node:fs";
import * as rekognition from "@aws-sdk/client-rekognition";

const client = new rekognition.RekognitionClient({ maxAttempts: 1 });

function withBytes(value) {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.base64 === "string") return Buffer.from(value.base64, "base64");
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withBytes(item)]));
}

async function call({ operation, input }) {
  try {
    const command = new rekognition[`${operation}Command`](withBytes(input));
    return { output: await client.send(command) };
  } catch (error) {
    return {
      error: {
        name: error.name,
        message: error.message,
        status: error.$metadata?.httpStatusCode,
        requestId: error.$metadata?.requestId,
        known: error instanceof rekognition.RekognitionServiceException,
      },
    };
  }
}

const outcomes = [];
for (const wanted of JSON.parse(readFileSync(0, "utf8"))) outcomes.push(await call(wanted));
process.stdout.write(JSON.stringify(outcomes));
