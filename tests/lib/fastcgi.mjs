// FastCGI records by hand, right and wrong, for the api's own socket.
import net from 'node:net';

export const TYPE = { BEGIN: 1, ABORT: 2, END: 3, PARAMS: 4, STDIN: 5, STDOUT: 6, STDERR: 7, DATA: 8, GET_VALUES: 9, VALUES: 10, UNKNOWN: 11 };

export function record(type, content = '', { id = 1, version = 1, padding = 0, length } = {}) {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(8);
  head[0] = version;
  head[1] = type;
  head.writeUInt16BE(id, 2);
  head.writeUInt16BE(length ?? bytes.length, 4);
  head[6] = padding;
  return Buffer.concat([head, bytes, Buffer.alloc(padding)]);
}

export const begin = ({ role = 1, keep = 0, ...more } = {}) =>
  record(TYPE.BEGIN, Buffer.from([role >> 8, role & 255, keep, 0, 0, 0, 0, 0]), more);

const size = (n) => {
  if (n < 128) return Buffer.from([n]);
  const wide = Buffer.alloc(4);
  wide.writeUInt32BE((n | 0x80000000) >>> 0);
  return wide;
};

// claim: what the lengths say, if not the truth.
export function pair(name, value, { nameLength, valueLength } = {}) {
  return Buffer.concat([
    size(nameLength ?? Buffer.byteLength(name)), size(valueLength ?? Buffer.byteLength(value)),
    Buffer.from(name), Buffer.from(value),
  ]);
}

export function params(more = {}) {
  const all = {
    REQUEST_METHOD: 'GET', REQUEST_URI: '/api/v1/health', QUERY_STRING: '', CONTENT_TYPE: '', CONTENT_LENGTH: '',
    REMOTE_ADDR: '127.0.0.1', REQUEST_SCHEME: 'http', REQUEST_ID: 'x', ...more,
  };
  return Buffer.concat(Object.entries(all).map(([name, value]) => pair(name, value)));
}

// A whole, proper request.
export function whole({ id = 1, keep = 0, body = '', padding = 0, ...more } = {}) {
  const text = Buffer.from(body);
  return Buffer.concat([
    begin({ id, keep }),
    record(TYPE.PARAMS, params(text.length ? { ...more, CONTENT_LENGTH: String(text.length) } : more), { id, padding }),
    record(TYPE.PARAMS, '', { id }),
    ...(text.length ? [record(TYPE.STDIN, text, { id, padding })] : []),
    record(TYPE.STDIN, '', { id }),
  ]);
}

// Sends the bytes; gives what came back when the other side closed, or after `idle` ms
// without a byte (then with closed: false).
export function speak(path, bytes, { idle = 300, end = false } = {}) {
  return new Promise((done) => {
    const parts = [];
    const socket = net.connect(path);
    const finish = (closed) => {
      socket.destroy();
      done({ closed, bytes: Buffer.concat(parts), text: Buffer.concat(parts).toString('latin1') });
    };
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.on('close', () => finish(true));
    socket.setTimeout(idle, () => finish(false));
    socket.write(bytes);
    if (end) socket.end();
  });
}
