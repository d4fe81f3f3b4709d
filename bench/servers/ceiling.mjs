// node ceiling.mjs PORT (fixed|echo): the bare node:http server that a host on Node cannot beat, answering with a guest's bytes.
import http from 'node:http';

const body = Buffer.from('hello');
const headers = ['content-length', String(body.length)];

/** Every GET is answered "hello"; a POST with an empty answer once its body has been read. */
function fixed(request, response) {
  response.removeHeader('connection');
  if (request.method === 'GET') {
    response.writeHead(200, headers);
    response.end(body);
    return;
  }
  request.resume().on('end', () => {
    response.writeHead(200, ['content-length', '0']);
    response.end();
  });
}

/** Answers with the body of the request, once it has all of it. */
function echo(request, response) {
  const pieces = [];
  request.on('data', piece => pieces.push(piece));
  request.on('end', () => {
    const whole = Buffer.concat(pieces);
    response.removeHeader('connection');
    response.writeHead(200, ['content-length', String(whole.length)]);
    response.end(whole);
  });
}

const server = http.createServer(process.argv[3] === 'echo' ? echo : fixed);
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(`Serving http://127.0.0.1:${server.address().port}`));
