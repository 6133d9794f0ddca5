import { connect, type Socket } from "node:net";

const CLOSED = "CONNECTION_CLOSED"; // the driver's own code

// Each new connection of the driver asks for the types of arrays, and nobody awaits that. All else that
// fails with a connection is somebody's query, so that it is told.
globalThis.addEventListener("unhandledrejection", (event) => {
  if ([CLOSED, "CONNECTION_DESTROYED"].includes(event.reason?.code)) event.preventDefault();
});

/**
 * Sockets for postgres.js (its option `socket`) that report their unexpected end as an error, again for
 * each later write, and never as `close`. The driver forgets a socket that closes; a transaction that goes
 * on regardless then fails outside any promise, which ends the process, or waits for ever:
 * https://github.com/porsager/postgres/issues/1208
 *
 * @param onDeath called when a socket ends that the driver did not end: its pool has to be replaced
 */
export function databaseSocket(url: string, onDeath: () => void): () => Promise<Socket> {
  const { hostname, port } = new URL(url);
  return () =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.removeListener("error", reject);
        resolve(guard(socket, onDeath));
      });
    });
}

function guard(socket: Socket, onDeath: () => void): Socket {
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const end = socket.end.bind(socket) as (...args: unknown[]) => Socket;
  let dead = false;
  const die = () => {
    if (!dead) onDeath();
    dead = true;
    const message = "The connection to the database was closed";
    return emit("error", Object.assign(new Error(message), { code: CLOSED }));
  };
  return Object.assign(socket, {
    emit: (event: string, ...args: unknown[]) =>
      event === "close" || event === "error" ? die() : emit(event, ...args),
    write(...args: unknown[]) {
      if (!dead && socket.writable) return write(...args);
      queueMicrotask(die);
      return true;
    },
    // The driver says goodbye in a last message; without one it is the other side that ended.
    end(...args: unknown[]) {
      if (args.length > 0) Object.assign(socket, { emit });
      return end(...args);
    },
  });
}
