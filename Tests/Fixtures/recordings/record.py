"""Records a canvas and a tone with Chromium's MediaRecorder, a slice each half second: python3 record.py"""

import http.server
import subprocess
import tempfile
import threading
import urllib.parse

PAGE = b"""<canvas id=c width=160 height=120></canvas><script>
const query = new URLSearchParams(location.search);
(async () => {
  const canvas = document.getElementById('c'), context = canvas.getContext('2d');
  let n = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${n * 7 % 360} 80% 50%)`;
    context.fillRect(0, 0, 160, 120);
    context.fillStyle = '#fff';
    context.fillRect(n * 3 % 160, 40, 30, 30);
    context.fillText(n++, 10, 20);
  }, 33);
  const stream = new MediaStream();
  if (query.get('type').startsWith('video')) stream.addTrack(canvas.captureStream(30).getVideoTracks()[0]);
  const audio = new AudioContext(), tone = audio.createOscillator(), sink = audio.createMediaStreamDestination();
  await audio.resume();
  tone.frequency.value = 330;
  tone.connect(sink);
  tone.start();
  stream.addTrack(sink.stream.getAudioTracks()[0]);
  const recorder = new MediaRecorder(
    stream, { mimeType: query.get('type'), videoBitsPerSecond: 150000, audioBitsPerSecond: 24000 });
  const parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  recorder.onstop = () => fetch('/' + query.get('name'), { method: 'POST', body: new Blob(parts) });
  recorder.start(500);
  setTimeout(() => recorder.stop(), 2500);
})();
</script>"""

FILES = {
    "vp8.webm": "video/webm;codecs=vp8,opus",
    "h264.webm": "video/webm;codecs=h264,opus",
    "opus.webm": "audio/webm;codecs=opus",
    "h264.mp4": "video/mp4;codecs=avc1.42E01F,opus",
    "vp9.mp4": "video/mp4;codecs=vp9,opus",
    "opus.mp4": "audio/mp4;codecs=opus",
}
arrived = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self):
        with open(self.path[1:], "wb") as file:
            file.write(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        arrived.set()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name, kind in FILES.items():
    arrived.clear()
    query = urllib.parse.urlencode({"name": name, "type": kind})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
            + [f"--user-data-dir={profile}", f"http://127.0.0.1:{server.server_port}/?{query}"]
        )
        arrived.wait(30)
        browser.terminate()
        browser.wait()
