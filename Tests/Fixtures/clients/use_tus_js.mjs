// Uploads a file with tus-js-client (which Uppy uses too), and prints what the client says of it, one line of JSON for each try.
//
//     npm install --prefix /tmp/tus tus-js-client@4.3.1
//     node use_tus_js.mjs /tmp/tus MODE ENDPOINT FILE COLLECTION NAME
//
// By hand only: the tests install nothing from npm. MODE: plain, chunked, creation (bytes with the POST), deferred (the length comes last),
// parallel (three parts, put together by the server), override (POST instead of PATCH), again (asks once more with the URL it has), resume
// (goes on after 400 kB), deleted (somebody takes the upload back in between), lost (the answer to the last PATCH gets lost).
// A file that the server refuses must never give {"ok": true}.

import fs from 'node:fs'
import { createRequire } from 'node:module'

const [, , folder, mode, endpoint, file, collection, name] = process.argv
const tus = await import(createRequire(`${folder}/x.js`).resolve('tus-js-client'))
const Upload = tus.Upload ?? tus.default.Upload
const base = { endpoint, metadata: { filename: 'f', collection, name }, retryDelays: [0, 100, 300] }
const size = fs.statSync(file).size
const whole = () => fs.readFileSync(file)
const stream = () => fs.createReadStream(file)

function status(error) {
  return error.originalResponse?.getStatus() ?? null
}

function upload(input, options) {
  return new Promise((resolve) => {
    const upload = new Upload(input, {
      ...base,
      ...options,
      onError: (error) => resolve({ ok: false, status: status(error), message: `${error}`.slice(0, 200), url: upload.url }),
      onSuccess: () => resolve({ ok: true, url: upload.url }),
      onChunkComplete: (_, accepted) => options.onChunk?.(upload, accepted, resolve),
    })
    upload.start()
  })
}

async function takeBack(upload) {
  await fetch(upload.url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } })
}

let isLost = false
function lose(request) {
  if (isLost || request.getMethod() !== 'PATCH') return
  isLost = true
  throw new Error('the connection is lost')
}

const pieces = { uploadSize: size, chunkSize: 200_000 }
const modes = {
  plain: () => [() => upload(whole(), {})],
  chunked: () => [() => upload(stream(), { uploadSize: size, chunkSize: 100_000 })],
  creation: () => [() => upload(whole(), { uploadDataDuringCreation: true })],
  // One piece: with several, the client waits for ever behind the end of a stream of Node, whatever the server answers.
  deferred: () => [() => upload(stream(), { uploadLengthDeferred: true, chunkSize: 100_000_000 })],
  parallel: () => [() => upload(stream(), { parallelUploads: 3 })],
  override: () => [() => upload(whole(), { overridePatchMethod: true })],
  again: () => [() => upload(whole(), {}), (first) => upload(whole(), { uploadUrl: first.url })],
  resume: () => [
    () =>
      upload(stream(), {
        ...pieces,
        onChunk: (upload, accepted, resolve) => {
          if (accepted >= 400_000) upload.abort().then(() => resolve({ ok: null, url: upload.url }))
        },
      }),
    (first) => upload(stream(), { ...pieces, uploadUrl: first.url }),
  ],
  deleted: () => [() => upload(stream(), { ...pieces, retryDelays: null, onChunk: takeBack })],
  lost: () => [() => upload(whole(), { onAfterResponse: lose })],
}

let last
for (const attempt of modes[mode]()) {
  last = await attempt(last)
  console.log(JSON.stringify(last))
}
