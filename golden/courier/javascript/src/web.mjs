import { createServer } from "node:http";

import { told } from "./messages.mjs";

const NUMBER = /^[1-9][0-9]{0,14}$/;

/** A request that is not followed, with the status that says so. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Returns a server that answers requests from the messages.
 * @param {Record<string, any>} settings
 * @param {import("./messages.mjs").Messages} messages
 * @returns {import("node:http").Server}
 */
export function serve(settings, messages) {
  const server = createServer(async (request, response) => {
    try {
      const [status, value] = await follow(request, settings, messages);
      answer(response, status, value);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      // What is left of the body is not read.
      response.setHeader("Connection", "close");
      answer(response, error.status, { error: error.message });
    }
  });
  server.on("clientError", (_, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const body = '{"error":"this is no proper request"}';
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  return server;
}

function answer(response, status, value) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}

async function follow(request, settings, messages) {
  const parts = request.url.split("?")[0].split("/").slice(1);
  if (parts.length === 2 && parts[0] === "topics") {
    return postMessage(request, parts[1], settings, messages);
  }
  if (parts.length === 2 && parts[0] === "messages") {
    const message = find(parts[1], messages);
    only("GET", request);
    return [200, told(message)];
  }
  if (parts.length === 3 && parts[0] === "messages" && parts[2] === "again") {
    return postAgain(request, parts[1], settings, messages);
  }
  if (parts.length === 1 && parts[0] === "status") {
    only("GET", request);
    return [200, messages.counts()];
  }
  throw new Refused(404, "there is nothing at this path");
}

async function postMessage(request, topic, settings, messages) {
  if (!Object.hasOwn(settings.topics, topic)) {
    throw new Refused(404, "there is no such topic");
  }
  only("POST", request);
  const body = await bodyOf(request, settings.max_bytes);
  const type = request.headers["content-type"] ?? "application/octet-stream";
  return [202, await messages.add(topic, body, type)];
}

async function postAgain(request, number, settings, messages) {
  const message = find(number, messages);
  only("POST", request);
  await bodyOf(request, settings.max_bytes);
  const answered = await messages.again(message);
  if (answered === undefined) {
    throw new Refused(409, "the message is not dead");
  }
  return [202, answered];
}

function find(number, messages) {
  const message = NUMBER.test(number) ? messages.get(Number(number)) : undefined;
  if (message === undefined) {
    throw new Refused(404, "there is no such message");
  }
  return message;
}

function only(method, request) {
  if (request.method !== method) {
    throw new Refused(405, `only ${method} is answered here`);
  }
}

async function bodyOf(request, most) {
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > most) {
        throw new Refused(413, `a body has at most ${most} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, "the body is cut off");
  }
  return Buffer.concat(chunks);
}
